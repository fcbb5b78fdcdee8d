// <time datetime="…" data-relative>: "in 3 days", "2 hours ago"; the exact time stays as its title.
const STEPS = [['day', 86400], ['hour', 3600], ['minute', 60]]

export function relativeTimes (root) {
  const words = new Intl.RelativeTimeFormat(document.documentElement.lang || 'el', { numeric: 'auto' })

  for (const time of root.querySelectorAll('time[data-relative]')) {
    const seconds = (new Date(time.dateTime) - Date.now()) / 1000
    if (Number.isNaN(seconds) || Math.abs(seconds) > 14 * 86400) continue
    const [unit, length] = STEPS.find(([, step]) => Math.abs(seconds) >= step) || STEPS[2]
    time.title = time.textContent.trim()
    time.textContent = words.format(Math.round(seconds / length), unit)
  }
}
