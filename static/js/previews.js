// File inputs show what was chosen, before it is sent: name, size, and a small picture of a photograph.
export function previews (root) {
  const language = document.documentElement.lang || 'el'
  const size = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })

  for (const input of root.querySelectorAll('input[type="file"]')) {
    const list = Object.assign(document.createElement('ul'), { className: 'previews', hidden: true })
    list.setAttribute('aria-live', 'polite')
    input.after(list)
    input.addEventListener('change', () => {
      list.replaceChildren(...[...input.files].map((file) => preview(file, size)))
      list.hidden = !input.files.length
    })
  }
}

function preview (file, size) {
  const item = document.createElement('li')
  if (/^image\/(jpeg|png|webp|gif)$/.test(file.type)) {
    const picture = Object.assign(document.createElement('img'), { alt: '', src: URL.createObjectURL(file) })
    picture.addEventListener('load', () => URL.revokeObjectURL(picture.src))
    item.append(picture)
  }
  item.append(`${file.name} · ${size.format(file.size / 1048576)} MB`)
  return item
}
