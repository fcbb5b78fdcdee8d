"""Reads for a report that is being written."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from portal.core.files import Attachment
from portal.core.search import fold
from portal.core.texts import Translated
from portal.faults.models import FaultCategory, FaultDraft
from portal.faults.queries.catalogue import categories
from portal.organisation.models import Community, Place

#: so many places are offered for the same words
MOST = 8


@dataclass(frozen=True)
class Spot:
    """A known place with its community and its point."""

    name: Translated
    community: Translated
    lat: float
    lon: float


def draft(session: Session, token_hash: str) -> FaultDraft | None:
    """The draft with this token."""
    return session.scalar(sa.select(FaultDraft).where(FaultDraft.token_hash == token_hash))


def photos(session: Session, found: FaultDraft) -> list[Attachment]:
    """The photographs of a draft, in the order in which they came."""
    rows = session.scalars(sa.select(Attachment).where(Attachment.id.in_(found.photo_ids))).all()
    return sorted(rows, key=lambda row: found.photo_ids.index(row.id))


def spots(session: Session, words: str, *, most: int = MOST) -> list[Spot]:
    """The places that words may mean: every word begins one of the place's own names, or of its community's."""
    wanted = fold(words).split()
    if not wanted:
        return []
    rows = session.scalars(sa.select(Place).where(Place.closed.is_(False)).options(joinedload(Place.community)))
    ranked = [(rank, row.id, row) for row in rows if (rank := _rank(wanted, row)) is not None]
    found = [row for _rank_, _id, row in sorted(ranked, key=lambda each: each[:2])[:most]]
    return [Spot(row.name, row.community.name, row.lat, row.lon) for row in found]


def sorts(session: Session, words: str = "") -> list[tuple[FaultCategory, list[FaultCategory]]]:
    """What can be chosen, below its groups; with words only what they may mean, and no group that holds nothing."""
    groups: dict[int, tuple[FaultCategory, list[FaultCategory]]] = {}
    wanted = fold(words).split()
    for row in categories(session):
        if row.parent_id is None:
            groups[row.id] = (row, [])
        elif row.parent_id in groups and _begun(wanted, _said_of(row) + _said_of(row.group)):
            groups[row.parent_id][1].append(row)
    return [each for each in groups.values() if each[1]]


def community_name(session: Session, number: int) -> Translated | None:
    """What a community is called."""
    return session.scalar(sa.select(Community.name).where(Community.id == number))


def _rank(wanted: Sequence[str], place: Place) -> int | None:
    """0: the place is meant, 1: something in it is, 2: its community; None: nothing fits."""
    own = fold(" ".join([*place.name.values(), place.aliases])).replace(",", " ").split()
    if _begun(wanted, own):
        return 0 if len(wanted) >= min(len(fold(name).split()) for name in place.name.values()) else 1
    return 2 if _begun(wanted, own + fold(place.community.name.joined()).split()) else None


def _said_of(category: FaultCategory) -> list[str]:
    texts = (category.name, category.help, category.keywords)
    return fold(" ".join(text.joined() for text in texts)).replace(",", " ").split()


def _begun(wanted: Sequence[str], known: Sequence[str]) -> bool:
    return all(any(word.startswith(part) for word in known) for part in wanted)
