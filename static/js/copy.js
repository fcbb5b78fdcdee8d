// <button data-copy="TEXT" hidden>: copies a reference or a code. Hidden until a script can serve it.
import { say } from './words.js'

export function copyButtons (root) {
  if (!navigator.clipboard) return
  for (const button of root.querySelectorAll('button[data-copy]')) {
    const status = Object.assign(document.createElement('span'), { className: 'copied' })
    status.setAttribute('role', 'status')
    button.hidden = false
    button.after(' ', status)
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(button.dataset.copy)
      status.textContent = say('copied')
    })
  }
}
