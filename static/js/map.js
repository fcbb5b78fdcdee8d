// Maps, on the pages that have one ([data-map]); loaded by site.js together with Leaflet. A map shows outlines, points
// and names of places ({label}) given in its data attributes, and tiles only where data-tiles names their address. With
// data-lat and data-lon – the ids or names of two inputs of its form – it also lets one choose a point; the inputs stay
// and can be typed into.
import * as L from 'leaflet/dist/leaflet-src.esm.js'
import { say } from './words.js'

const CRETE = [[35.2, 25.18], [35.35, 25.52]]

for (const element of document.querySelectorAll('[data-map]')) draw(element)

function draw (element) {
  const data = element.dataset
  element.classList.add('map')
  element.setAttribute('role', 'application')
  element.setAttribute('aria-label', data.label || say('map'))
  const map = L.map(element, { zoomControl: false, attributionControl: Boolean(data.tiles), scrollWheelZoom: false, zoomSnap: data.tiles ? 1 : 0.25 })
  L.control.zoom({ zoomInTitle: say('zoomIn'), zoomOutTitle: say('zoomOut') }).addTo(map)
  if (data.tiles) L.tileLayer(data.tiles, { attribution: data.attribution || '' }).addTo(map)
  const drawn = L.featureGroup((JSON.parse(data.shapes || '[]')).map(shape)).addTo(map)
  if (data.centre) map.setView(data.centre.split(',').map(Number), Number(data.zoom || 12))
  else map.fitBounds(bounds(data, drawn), { padding: [16, 16], maxZoom: 17 })
  if (data.lat && data.lon) pick(map, element)
  if (data.search) search(map, data)
  map.on('zoomend', () => declutter(element))
  declutter(element)
}

/** Names of places that would cover another one wait until there is room. */
function declutter (element) {
  const shown = []
  for (const label of element.querySelectorAll('.map-label')) {
    label.hidden = false
    const box = label.getBoundingClientRect()
    const covers = ({ left, right, top, bottom }) => box.left < right && box.right > left && box.top < bottom && box.bottom > top
    label.hidden = shown.some(covers)
    if (!label.hidden) shown.push(box)
  }
}

/** The bounds given as [[south, west], [north, east]] or [south, west, north, east]; else what is drawn; else the default. */
function bounds (data, drawn) {
  const given = data.bounds && JSON.parse(data.bounds)
  if (given?.length === 4) return [given.slice(0, 2), given.slice(2)]
  return given || (drawn.getLayers().length ? drawn.getBounds() : CRETE)
}

/** What an entry becomes: the name of a place, an outline, or a point that says more when it is pressed. */
function shape (one) {
  if (one.label) {
    return L.circleMarker([one.lat, one.lon], { radius: 2, className: 'map-place', interactive: false })
      .bindTooltip(one.label, { permanent: true, direction: 'bottom', className: 'map-label', offset: [0, 2] })
  }
  if (one.number) return circle(one)
  const layer = one.outline
    ? L.polygon(one.outline, { className: 'map-outline', interactive: false })
    : L.circleMarker([one.lat, one.lon], { radius: 8, className: `map-point ${one.tone ? `is-${one.tone}` : ''}` })
  return one.outline || !one.title ? layer : layer.bindPopup(words(one))
}

/** So many around a point: a circle with the number, as large as a finger; pressed, it leads on. */
function circle ({ lat, lon, number, title, url }) {
  const size = 44 + Math.min(Math.round(Math.log10(number) * 8), 28)
  const icon = L.divIcon({ className: 'map-number', iconSize: [size, size], html: String(Number(number)) })
  const marker = L.marker([lat, lon], { icon, title, alt: title, keyboard: true })
  return url ? marker.on('click', () => location.assign(url)) : marker
}

/** Once the map was moved: a button that shows what is in the part that is seen now. */
function search (map, { search: address, searchWords }) {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'map-search', textContent: searchWords, hidden: true })
  map.getContainer().after(button)
  map.on('dragend zoomend', () => { button.hidden = false })
  button.addEventListener('click', () => {
    const seen = map.getBounds()
    const target = new URL(address, location.href)
    const box = [seen.getSouth(), seen.getWest(), seen.getNorth(), seen.getEast()]
    target.searchParams.set('box', box.map((degrees) => degrees.toFixed(4)).join(','))
    location.assign(target)
  })
}

function words ({ title, text, url }) {
  const box = document.createElement('div')
  const head = document.createElement(url ? 'a' : 'strong')
  head.textContent = title
  if (url) head.href = url
  box.append(head)
  if (text) box.append(Object.assign(document.createElement('p'), { textContent: text }))
  return box
}

function pick (map, element) {
  const form = element.closest('form')
  const [lat, lon] = [element.dataset.lat, element.dataset.lon].map((name) => form?.elements[name])
  if (!lat || !lon) return
  const pin = L.circleMarker([0, 0], { radius: 10, className: 'map-pin', interactive: false })
  const hint = Object.assign(document.createElement('p'), { className: 'govuk-hint', textContent: say('choose') })
  element.before(hint)

  const read = () => {
    const point = [lat, lon].map((input) => Number.parseFloat(input.value.replace(',', '.')))
    if (point.some(Number.isNaN)) pin.remove()
    else pin.setLatLng(point).addTo(map)
    if (map.hasLayer(pin) && !map.getBounds().contains(pin.getLatLng())) map.setView(pin.getLatLng(), 16)
  }
  map.on('click', ({ latlng }) => {
    lat.value = latlng.lat.toFixed(6)
    lon.value = latlng.lng.toFixed(6)
    lat.dispatchEvent(new Event('input', { bubbles: true }))
  })
  lat.addEventListener('input', read)
  lon.addEventListener('input', read)
  read()
  if (map.hasLayer(pin)) map.setView(pin.getLatLng(), 16)
}
