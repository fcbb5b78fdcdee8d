// <button data-near="ADDRESS" hidden>: what is on near where I am. The position goes into the address, to some hundred
// metres: nobody's door is told to anybody who is sent the link.
const RADIUS = 3

export function nearMe (root) {
  if (!navigator.geolocation) return
  for (const button of root.querySelectorAll('button[data-near]')) {
    button.hidden = false
    button.addEventListener('click', () => {
      button.setAttribute('aria-busy', 'true')
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => go(button.dataset.near, coords),
        () => refuse(button),
        { maximumAge: 300000, timeout: 15000 }
      )
    })
  }
}

function go (address, { latitude, longitude }) {
  const target = new URL(address, location.href)
  target.searchParams.set('near', `${latitude.toFixed(3)},${longitude.toFixed(3)}`)
  target.searchParams.set('km', RADIUS)
  location.assign(target)
}

function refuse (button) {
  const status = Object.assign(document.createElement('p'), { className: 'note', textContent: button.dataset.refused })
  status.setAttribute('role', 'status')
  button.closest('.event-bar').after(status)
  button.hidden = true
}
