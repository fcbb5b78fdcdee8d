// A second press of the button does not send the form twice. The server has its own guard; this one spares the wait.
export function once (root) {
  root.addEventListener('submit', (event) => {
    const form = event.target
    if (form.method !== 'post' || event.defaultPrevented) return
    if (form.dataset.sent) {
      event.preventDefault()
      return
    }
    form.dataset.sent = 'yes'
    form.setAttribute('aria-busy', 'true')
    setTimeout(open, 10000, form) // the answer may have been a file to keep: the page stays
  })
  // The back button may bring the page as it was left: it must be possible to send again.
  window.addEventListener('pageshow', () => {
    for (const form of root.querySelectorAll('form[data-sent]')) {
      open(form)
    }
  })
}

function open (form) {
  delete form.dataset.sent
  form.removeAttribute('aria-busy')
}
