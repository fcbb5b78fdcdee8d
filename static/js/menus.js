// Menus that open by <details> also close by Escape and by a press elsewhere.
export function menus (root) {
  const open = () => root.querySelectorAll('details.drop[open]')

  root.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    for (const menu of open()) {
      menu.open = false
      menu.querySelector('summary').focus()
    }
  })
  root.addEventListener('click', (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target)) menu.open = false
    }
  })
}
