// What the page tells its scripts: words in the reader's language and the addresses of parts loaded on demand.
// They stand as data attributes on the script element with the id "portal" (templates/layouts/base.html).
const element = document.getElementById('portal')

export const own = element ? element.dataset : {}
const words = own.words ? JSON.parse(own.words) : {}

/** The words of that name, with {…} filled in; nothing where the page has none. */
export function say (name, values = {}) {
  return (words[name] || '').replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole)
}
