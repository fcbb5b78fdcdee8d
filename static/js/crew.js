// The crew's pages on a bad connection: a repair that cannot be sent is kept on the device, photographs and all, and sent
// when there is a connection again. Each sending carries the token of its page (`once`): what arrives twice is noted once.
const STORE = 'repairs'

export function crews (root) {
  for (const button of root.querySelectorAll('button[data-position]')) offerPosition(button)
  const kept = root.querySelector('[data-kept-list]')
  const box = root.querySelector('[data-kept-form]')
  if (!window.indexedDB || !(kept || box)) return
  if (box) box.querySelector('form').addEventListener('submit', (event) => send(event, box))
  if (kept) {
    deliver(kept)
    window.addEventListener('online', () => deliver(kept))
  }
}

/** The list in the order of where I am; the position stands in the address of this page alone. */
function offerPosition (button) {
  if (!navigator.geolocation) return
  button.hidden = false
  button.addEventListener('click', () => navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const target = new URL(location.href)
      target.searchParams.set(button.dataset.position, `${coords.latitude.toFixed(4)},${coords.longitude.toFixed(4)}`)
      location.assign(target)
    },
    () => {
      const words = Object.assign(document.createElement('p'), { className: 'note', textContent: button.dataset.refused })
      words.setAttribute('role', 'status')
      button.replaceWith(words)
    },
    { maximumAge: 60000, timeout: 15000 }
  ))
}

/** It is kept first, then sent: whatever happens on the way, nothing is lost. What is refused is shown as ever. */
async function send (event, box) {
  event.preventDefault()
  const form = event.target
  const fields = [...new FormData(form).entries()].filter(([name]) => name !== 'csrf_token')
  const one = { once: form.elements.once.value, title: box.dataset.title, action: form.action, page: box.dataset.page, fields }
  form.setAttribute('aria-busy', 'true')
  await work('readwrite', (store) => store.put(one))
  const done = await post(one).catch(() => 'later')
  if (done !== 'later') await work('readwrite', (store) => store.delete(one.once))
  if (done === 'noted') location.assign(box.dataset.crew)
  else if (done === 'refused') form.submit()
  else wait(box, one)
}

/** The page stays, for another one cannot be opened now; with a connection the list sends what is kept. */
function wait (box, one) {
  const said = line(box.dataset.one, one)
  said.setAttribute('role', 'status')
  said.tabIndex = -1
  box.replaceChildren(said)
  said.focus()
  window.addEventListener('online', () => location.assign(box.dataset.crew))
}

/** Send what is kept, one after the other; what the server refuses stays, and says where to look. */
async function deliver (list) {
  const waiting = await work('readonly', (store) => store.getAll())
  list.replaceChildren(...waiting.map((one) => line(list.dataset.one, one)))
  if (!navigator.onLine) return
  for (const one of waiting) {
    const done = await post(one).catch(() => 'later')
    if (done === 'later') return
    if (done === 'noted') await work('readwrite', (store) => store.delete(one.once))
    const old = [...list.children].find((each) => each.dataset.once === one.once)
    const said = line(done === 'noted' ? list.dataset.gone : list.dataset.refused, one)
    if (done === 'refused') said.append(' ', remover(list.dataset.remove, one, said))
    old?.replaceWith(said)
  }
}

/** "noted", "refused", or "later" when there is no connection or nobody has signed in. */
async function post (one) {
  const page = await fetch(one.page, { credentials: 'same-origin' })
  const fresh = new DOMParser().parseFromString(await page.text(), 'text/html').querySelector('input[name=csrf_token]')
  if (!page.ok || !fresh || new URL(page.url).pathname !== new URL(one.page, location.href).pathname) return 'later'
  const body = new FormData()
  body.append('csrf_token', fresh.value)
  for (const [name, value] of one.fields) body.append(name, value)
  const answer = await fetch(one.action, { method: 'POST', body, credentials: 'same-origin', headers: { Accept: 'application/json' } })
  if (answer.ok && answer.headers.get('Content-Type')?.startsWith('application/json')) return 'noted'
  return answer.status >= 400 && answer.status < 500 ? 'refused' : 'later'
}

function line (words, one) {
  const row = document.createElement('p')
  row.dataset.once = one.once
  row.append(`${words} `, Object.assign(document.createElement('a'), { href: one.page, textContent: one.title }))
  return row
}

function remover (words, one, row) {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'plain', textContent: words })
  button.addEventListener('click', async () => {
    await work('readwrite', (store) => store.delete(one.once))
    row.remove()
  })
  return button
}

/** One thing with the store of this device. */
function work (mode, what) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('crew', 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'once' })
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const asked = what(opening.result.transaction(STORE, mode).objectStore(STORE))
      asked.onsuccess = () => { resolve(asked.result); opening.result.close() }
      asked.onerror = () => reject(asked.error)
    }
  })
}
