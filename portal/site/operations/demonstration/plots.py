"""Who files what and when: about fourteen months, on weekdays, more in the season of each service."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from portal.core.clock import ATHENS, athens_date
from portal.organisation import queries as organisation
from portal.site.operations.demonstration.lives import STANDS, Plot
from portal.site.operations.demonstration.people import Person
from portal.site.operations.demonstration.stage import Stage, office_moment

SPAN = 425
SUMMER = (6, 7, 8, 9)
#: days ago at which a case was filed that stands as it stands; late and soon follow from the time limit
AGES = {"filed": (0, 3), "forwarded": (3, 5), "routed": (2, 4)}


def plots(stage: Stage, services: Sequence[Any], people: Sequence[Person], rng: Random, number: int) -> Iterator[Plot]:
    """So many cases, about one in ten of which stands still at present."""
    weights = [stage.samples.service(service.slug)["weight"] for service in services]
    standing = _standing(services, max(number // 14, min(number // 3, 16)))
    known = [person for person in people if person.listed]
    for at, (service, stands) in enumerate(standing):
        # every other one belongs to somebody who signs in on the demonstration, and meets it in their account
        able = [person for person in known if person.rank >= service.identity.rank] if at % 2 else []
        person = able[at // 2 % len(able)] if able else _somebody(people, service, rng)
        yield Plot(service, person, _ago(stage, service, stands, rng), stands)
    days = _days(stage)
    for service in rng.choices(services, weights, k=number - len(standing)):
        months = stage.samples.service(service.slug).get("months") or SUMMER
        day = rng.choices(days, [2.2 if day.month in months else 1.0 for day in days])[0]
        yield Plot(service, _somebody(people, service, rng), min(_moment(day, rng), stage.until))


def _standing(services: Sequence[Any], number: int) -> list[tuple[Any, str]]:
    """Services in turn, so that every state shows with different ones."""
    general = next((service for service in services if service.slug == "general-request"), services[0])
    rows = []
    for at in range(number):
        stands = STANDS[at % len(STANDS)]
        routed = stands in {"forwarded", "routed"}
        rows.append((general if routed else services[(at * 5 + at // len(STANDS)) % len(services)], stands))
    return rows


def _ago(stage: Stage, service: Any, stands: str, rng: Random) -> datetime:
    """When it was filed so that it can stand like this at present."""
    today = athens_date(stage.until)
    limit = organisation.time_limit(stage.session, service.version.definition["time_limit"], today).days
    late, soon = (limit + 4, limit + 14), (limit - 2, limit)
    oldest = max(8, limit // 2)
    first, last = {"late": late, "late-unassigned": late, "soon": soon}.get(stands) or AGES.get(stands, (7, oldest))
    ago = rng.randint(first, last)
    day = today - timedelta(days=ago)
    if not ago:  # just now, whatever the day: the portal never closes
        return stage.until - timedelta(minutes=rng.randint(5, 90))
    if stands in {"late", "late-unassigned", "soon"}:
        return datetime.combine(day, time(rng.randint(9, 20), rng.randrange(60)), ATHENS)
    return office_moment(rng, stage.calendar.on_or_before(day))


def _somebody(people: Sequence[Person], service: Any, rng: Random) -> Person:
    """Somebody who may file it; those who sign in on the demonstration a little more often."""
    able = [person for person in people if person.rank >= service.identity.rank]
    return rng.choices(able, [2 * (3 - person.rank) if person.listed else 1 for person in able])[0]


def _days(stage: Stage) -> list[date]:
    last = athens_date(stage.until)
    return [last - timedelta(days=ago) for ago in range(SPAN, 0, -1) if _open(stage, last - timedelta(days=ago))]


def _open(stage: Stage, day: date) -> bool:
    """Working days, and a few others: the portal never closes."""
    return stage.calendar.is_working(day) or day.toordinal() % 9 == 0


def _moment(day: date, rng: Random) -> datetime:
    hour = rng.choice((8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 14, 17, 19, 21))
    return datetime.combine(day, time(hour, rng.randrange(60), rng.randrange(60)), ATHENS)


def first_days(lives: Sequence[Plot]) -> Mapping[int, datetime]:
    """Person (by identity) → when they first file something."""
    first: dict[int, datetime] = {}
    for plot in lives:
        first[id(plot.person)] = min(plot.filed_at, first.get(id(plot.person), plot.filed_at))
    return first
