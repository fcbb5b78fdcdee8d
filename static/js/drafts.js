// A report that is being written: what is typed is kept on this device until the next screen says that it arrived, and
// put back when the page comes again – after a lost connection, a closed window, an empty battery.
// <form data-draft="NAME" data-offline="WORDS">; on the screens after it data-sent="NAME …". Who writes (whatever the
// browser fills in by itself: name, e-mail, telephone) is never kept, nor are files.
const DAYS = 3

export function drafts (root) {
  for (const element of root.querySelectorAll('[data-sent]')) {
    element.dataset.sent.split(' ').forEach(forget)
  }
  for (const form of root.querySelectorAll('form[data-draft]')) {
    const name = form.dataset.draft
    putBack(form, read(name))
    form.addEventListener('input', () => write(name, typedIn(form)))
    form.addEventListener('submit', (event) => {
      if (navigator.onLine) return
      event.preventDefault()
      event.stopPropagation()
      say(form, form.dataset.offline)
    })
  }
}

const key = (name) => `report:${name}`

function read (name) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(name)))
    return kept && Date.now() - kept.at < DAYS * 86400000 ? kept.typed : {}
  } catch {
    return {}
  }
}

function write (name, typed) {
  try {
    localStorage.setItem(key(name), JSON.stringify({ at: Date.now(), typed }))
  } catch { /* no room, or not allowed: the page works without */ }
}

function forget (name) {
  try {
    localStorage.removeItem(key(name))
  } catch { /* not allowed: then nothing was kept */ }
}

const kept = (control) => control.name && !['hidden', 'file', 'password', 'submit', 'button'].includes(control.type) &&
  (!control.autocomplete || control.autocomplete === 'off')

function typedIn (form) {
  const typed = {}
  for (const control of [...form.elements].filter(kept)) {
    if (control.type === 'radio' || control.type === 'checkbox') {
      if (control.checked) (typed[control.name] ??= []).push(control.value)
    } else if (control.value) typed[control.name] = control.value
  }
  return typed
}

/** Only where the server knows nothing: what it shows was sent later. */
function putBack (form, typed) {
  const controls = [...form.elements].filter(kept)
  const answered = new Set(controls.filter((control) => control.checked).map((control) => control.name))
  for (const control of controls.filter((one) => one.name in typed)) {
    const value = typed[control.name]
    if (control.type === 'radio' || control.type === 'checkbox') {
      if (!answered.has(control.name)) control.checked = value.includes(control.value)
    } else if (control.value === (control.options?.[0]?.value ?? '')) control.value = value
  }
}

export function say (form, words) {
  let status = form.querySelector('.draft-status')
  if (!status) {
    status = Object.assign(document.createElement('p'), { className: 'draft-status' })
    status.setAttribute('role', 'status')
    form.append(status)
  }
  status.textContent = words
}
