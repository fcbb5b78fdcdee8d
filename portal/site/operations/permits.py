"""A permit to use a public place, read as the event that it allows.

The questions are those of the service `public-place-event` of the packs; one that a municipality has taken out of its
form is left out here, and a permit without title and days begins no event.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

from portal.core.clock import ATHENS
from portal.events.operations import permits
from portal.events.operations.drafts import Writer
from portal.events.operations.permits import Notice, NoticeKind, Permitted, Spot

#: the service whose permits become events
SERVICE = "public-place-event"


def permitted(submission: Any) -> Permitted | None:
    """The event of an approved submission; None: it does not say enough."""
    case, answers = submission.case, submission.answers
    first, last = _day(answers.get("starts_on")), _day(answers.get("ends_on"))
    title = str(answers.get("event_title") or "").strip()
    if not title or first is None:
        return None
    last = max(first, last or first)
    hours = _time(answers.get("starts_at")) or time(), _time(answers.get("ends_at")) or time()
    name = str(answers.get("organiser_name") or case.applicant_name)
    return Permitted(
        permit_id=case.id,
        title=title,
        category=str(answers.get("event_kind") or ""),
        first_on=first,
        last_on=last,
        starts_at=hours[0],
        ends_at=hours[1],
        spot=_spot(answers.get("spot") or {}, case),
        notices=[*_closures(answers, first, last, hours), *_noise(answers, first, last, hours)],
        writer=Writer(name, case.applicant_email, case.language, case.applicant_phone),
        user_id=case.applicant_id,
    )


def _spot(place: Mapping[str, Any], case: Any) -> Spot:
    community = str(place.get("community") or (case.community.code if case.community else ""))
    lat, lon = (float(place[name]) if place.get(name) else None for name in ("lat", "lon"))
    return Spot(lat, lon, community, str(place.get("words") or ""))


def _closures(answers: Mapping[str, Any], first: date, last: date, hours: tuple[time, time]) -> Iterator[Notice]:
    """Each closed road at its own hours; those of the first form, which had them in words, on each day of the event."""
    for row in answers.get("closures") or ():
        road = ", ".join(str(row[name]) for name in ("street", "stretch", "hours") if row.get(name))
        on, begins, ends = (_day(row.get("closed_on")), _time(row.get("closed_from")), _time(row.get("closed_until")))
        if on and begins and ends:
            yield _notice(NoticeKind.ROAD_CLOSURE, on, (begins, ends), road)
        else:
            for day in _days(first, last):
                yield _notice(NoticeKind.ROAD_CLOSURE, day, hours, road)


def _noise(answers: Mapping[str, Any], first: date, last: date, hours: tuple[time, time]) -> Iterator[Notice]:
    """Music on each day of the event, until the hour that was asked for."""
    if "sound" not in (answers.get("features") or ()):
        return
    until = _time(answers.get("music_until")) or hours[1]
    for day in _days(first, last):
        yield _notice(NoticeKind.NOISE, day, (hours[0], until), "")


def _notice(kind: NoticeKind, day: date, hours: tuple[time, time], text: str) -> Notice:
    begins, ends = (datetime.combine(day, each, ATHENS) for each in hours)
    return permits.Notice(kind, begins, ends if ends > begins else ends + timedelta(days=1), text)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range(min((last - first).days, 30) + 1):
        yield first + timedelta(days=number)


def _day(text: Any) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(str(text))
    return None


def _time(text: Any) -> time | None:
    with suppress(ValueError):  # a form of the municipality's own may take hours in words
        return time.fromisoformat(str(text))
    return None
