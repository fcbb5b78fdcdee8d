// The desk by keyboard: table[data-queue] with j, k, Enter, x (choose), / (search) and ? (to the
// hints at the foot of the page).
export function queues (root) {
  const table = root.querySelector('table[data-queue]')
  const search = root.querySelector('[data-quick-search]')
  if (!table && !search) return
  const queue = table && new Queue(table)
  const hints = root.querySelector('[data-keys]')

  root.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const action = {
      j: () => queue?.move(1),
      k: () => queue?.move(-1),
      x: () => queue?.choose(),
      Enter: () => queue?.open(event.target),
      '/': () => { search?.focus(); return search },
      '?': () => { hints?.focus(); return hints }
    }[event.key]
    if (action && action()) event.preventDefault()
  })
}

function isTyping (element) {
  return element.matches('input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]')
}

class Queue {
  constructor (table) {
    this.rows = [...table.tBodies[0].rows]
    this.here = -1
  }

  move (step) {
    if (!this.rows.length) return false
    this.rows[this.here]?.classList.remove('is-here')
    this.here = Math.min(Math.max(this.here + step, 0), this.rows.length - 1)
    const row = this.rows[this.here]
    row.classList.add('is-here')
    row.querySelector('a')?.focus({ preventScroll: true })
    row.scrollIntoView({ block: 'nearest' })
    return true
  }

  choose () {
    const box = this.rows[this.here]?.querySelector('input[type="checkbox"]')
    box?.click()
    return Boolean(box)
  }

  /** Enter opens the row that is marked, unless a link or a button has the focus: those open by themselves. */
  open (focused) {
    const link = focused.closest('a, button, summary') ? null : this.rows[this.here]?.querySelector('a')
    link?.click()
    return Boolean(link)
  }
}
