// Reads a calendar as programs do that are made with ical.js: prints every occurrence that begins before a day.
// node read_with_ical.cjs <folder of ical.js> <first day> <day after the last> < calendar.ics
const { readFileSync } = require("node:fs");

const [, , folder, from, to] = process.argv;
const ICAL = require(folder);
const root = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of root.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);

const groups = new Map();
for (const part of root.getAllSubcomponents("vevent")) {
  const uid = part.getFirstPropertyValue("uid");
  groups.set(uid, [...(groups.get(uid) ?? []), part]);
}

const written = (time) => (time.isDate ? time.toString() : time.toJSDate().toISOString().slice(0, 16));
const status = (item) => item.component.getFirstPropertyValue("status");
const found = [];
for (const [uid, parts] of groups) {
  const event = new ICAL.Event(parts.find((part) => !part.hasProperty("recurrence-id")));
  for (const part of parts) if (part.hasProperty("recurrence-id")) event.relateException(part);
  const note = (item, start, end) => {
    const day = start.toString().slice(0, 10);
    if (day >= from && day < to) found.push([uid, written(start), written(end), status(item)]);
  };
  if (!event.isRecurring()) {
    note(event, event.startDate, event.endDate);
    continue;
  }
  const limit = ICAL.Time.fromDateString(to);
  limit.addDuration(ICAL.Duration.fromString("P30D")); // what was moved from there to here
  const iterator = event.iterator();
  for (let next = iterator.next(); next && next.compare(limit) < 0; next = iterator.next()) {
    const details = event.getOccurrenceDetails(next);
    note(details.item, details.startDate, details.endDate);
  }
}
console.log(JSON.stringify(found.sort()));
