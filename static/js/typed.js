// Switching the language leaves the page: where something was typed and not yet sent, say so first.
import { say } from './words.js'

export function keepTyped (root) {
  let typed = false

  root.addEventListener('input', (event) => {
    const form = event.target.form
    if (form && form.method === 'post' && event.target.type !== 'password') typed = true
  })
  root.addEventListener('submit', () => { typed = false })
  root.addEventListener('click', (event) => {
    const link = event.target.closest('.langs a, .drop a[hreflang]')
    if (link && typed && say('typed') && !window.confirm(say('typed'))) event.preventDefault()
  })
}
