// Where a fault is: <button data-locate hidden> writes the position of the device into the form's lat and lon; a place
// that is chosen from a list ([data-places]) moves the point, and a point that is chosen on the map lets go of the place.
import { say } from './drafts.js'

export function places (root) {
  for (const button of root.querySelectorAll('button[data-locate]')) {
    if (!navigator.geolocation) continue
    button.hidden = false
    button.addEventListener('click', () => locate(button))
  }
  for (const list of root.querySelectorAll('[data-places]')) {
    list.addEventListener('change', ({ target }) => put(list.closest('form'), ...target.value.split(',')))
    list.closest('form').elements.lat.addEventListener('input', (event) => {
      if (event.detail === 'place') return
      for (const radio of list.querySelectorAll('input:checked')) radio.checked = false
    })
  }
}

function locate (button) {
  const form = button.closest('form')
  button.setAttribute('aria-busy', 'true')
  const done = (words) => {
    button.removeAttribute('aria-busy')
    say(form, words)
    button.after(form.querySelector('.draft-status'))
  }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      put(form, coords.latitude.toFixed(6), coords.longitude.toFixed(6), 'device')
      done(button.dataset.found)
    },
    () => done(button.dataset.refused),
    { enableHighAccuracy: true, maximumAge: 60000, timeout: 15000 }
  )
}

function put (form, lat, lon, by = 'place') {
  form.elements.lat.value = lat
  form.elements.lon.value = lon
  form.elements.lat.dispatchEvent(new CustomEvent('input', { bubbles: true, detail: by }))
}
