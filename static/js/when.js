// Questions that depend on an earlier answer: [data-when="seating == 'outside'"]. The server decides what counts; here a
// question only goes out of sight while its condition is false. A condition that cannot be judged on this page (it
// names an answer of an earlier step, or calculates) leaves the question in sight.
import { parse } from './conditions.js'

export function conditions (root) {
  const groups = [...root.querySelectorAll('[data-when]')].map((group) => ({ group, test: parse(group.dataset.when) }))
  if (!groups.length) return

  const update = () => {
    for (const { group, test } of groups) {
      const form = group.closest('form')
      const shown = test((name) => answer(form, name)) !== false
      if (group.hidden === shown) show(group, shown)
    }
  }
  root.addEventListener('input', update)
  root.addEventListener('change', update)
  window.addEventListener('pageshow', update)
  update()
}

/** Out of sight means out of the form too: a hidden control neither asks to be filled in nor is sent. */
function show (group, shown) {
  group.hidden = !shown
  for (const control of group.querySelectorAll('input, select, textarea, button')) {
    control.disabled = !shown
  }
}

/** What is answered to a question: text, a list for several checkboxes, '' for nothing, undefined if it is not asked here. */
function answer (form, name) {
  const controls = [...(form?.elements ?? [])].filter((control) => control.name === name && control.type !== 'hidden')
  if (!controls.length) return undefined
  const usable = controls.filter((control) => !control.disabled)
  if (controls[0].type === 'radio') return usable.find((control) => control.checked)?.value ?? ''
  if (controls[0].type === 'checkbox') {
    const ticked = usable.filter((control) => control.checked).map((control) => control.value)
    return controls.length > 1 ? ticked : ticked[0] ?? ''
  }
  return usable[0]?.value ?? ''
}
