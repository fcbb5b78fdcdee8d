"""What the data of the portal say that the plan should look at: faults that come back, services that are late."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.clock import athens_date
from portal.core.texts import Translated
from portal.eservices import queries as eservices
from portal.faults.queries import Near
from portal.faults.queries import spots as faults
from portal.plan.models import Contribution

#: the feed whose contributions say whether a request was decided in time
FEED = "eservices.within-limit"
#: a service is late when of so many decisions in a year at least, fewer than so many in a hundred were in time
ENOUGH, IN_TIME = 10, 80
#: only the newest contributions of the year are looked at
LOOKED_AT = 20_000
#: a spot that moved a little, because another fault was reported, is the same spot
SAME_SPOT = 60


@dataclass(frozen=True)
class Need:
    """Something that could be a proposal."""

    #: "spot" or "service"
    kind: str
    #: by which a proposal of it is known
    reference: str
    #: of the group of faults, or of the service
    name: Translated
    #: reports at the spot, or decisions of the service
    number: int
    address: str = ""
    #: of a service: share decided in time, in percent
    in_time: int = 0


def needs(session: Session, known: Sequence[str], *, now: datetime) -> list[Need]:
    """What has not been made a proposal yet, spots first; `known`: references of the proposals there are."""
    return [*_spots(session, known, now=now), *_late(session, known, now=now)]


def _spots(session: Session, known: Sequence[str], *, now: datetime) -> Iterable[Need]:
    for spot in faults.spots(session, now=now):
        if not any(_same(reference, spot) for reference in known):
            reference = f"spot:{spot.lat:.5f}:{spot.lon:.5f}:{spot.group.code}"
            yield Need("spot", reference[:80], spot.group.name, spot.number, address=spot.address)


def _same(reference: str, spot: faults.Spot) -> bool:
    kind, *rest = reference.split(":", 3)
    if kind != "spot" or len(rest) != 3 or not spot.group.code.startswith(rest[2]):
        return False
    return Near(spot.lat, spot.lon, SAME_SPOT).distance(float(rest[0]), float(rest[1])) <= SAME_SPOT


def _late(session: Session, known: Sequence[str], *, now: datetime) -> Iterable[Need]:
    all_of, in_time = _decided(session, now=now)
    shares = {slug: 100 * in_time[slug] // number for slug, number in all_of.items() if number >= ENOUGH}
    late = [slug for slug, share in shares.items() if share < IN_TIME and f"service:{slug}" not in known]
    names = dict(eservices.titles(session, late)) if late else {}
    for slug in sorted(late, key=lambda slug: (shares[slug], slug)):
        if slug in names:
            yield Need("service", f"service:{slug}", names[slug], all_of[slug], in_time=shares[slug])


def _decided(session: Session, *, now: datetime) -> tuple[Counter[str], Counter[str]]:
    """Service → decisions of the last twelve months, and those of them in time."""
    since = athens_date(now) - timedelta(days=365)
    query = sa.select(Contribution.dimensions, Contribution.value).where(
        Contribution.feed == FEED, Contribution.on >= since
    )
    newest = query.order_by(Contribution.on.desc(), Contribution.id.desc()).limit(LOOKED_AT)
    every, fine = Counter[str](), Counter[str]()
    for dimensions, value in session.execute(newest):
        slug = (dimensions or {}).get("service", "")
        every[slug] += 1
        fine[slug] += value
    every.pop("", None)
    return every, fine
