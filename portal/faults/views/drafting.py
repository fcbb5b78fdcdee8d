"""What the screens of a report share: the draft of this browser, its photographs, where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, redirect, session, url_for

from portal.core.db import db
from portal.core.files import FileRefused
from portal.core.forms import Form
from portal.core.i18n import format_moment
from portal.core.i18n import translate as _
from portal.core.texts import Translated
from portal.core.uploads import keep_uploads
from portal.core.web import portal
from portal.faults import operations
from portal.faults.models import Fault, FaultCategory, FaultDraft
from portal.faults.models.catalogue import Jurisdiction
from portal.faults.operations import OutsideMunicipality, community_at, drafts, exif
from portal.faults.queries import catalogue
from portal.faults.queries import drafts as written

#: in the session of the browser: the token of its draft
DRAFT = "fault_draft"
#: reports filed in this browser session → their secrets, for the page that comes after
SENT = "fault_sent"
#: a photograph that is older proposes no moment
RECENT = timedelta(days=60)


@dataclass(frozen=True)
class Spot:
    """Where it is, as the screens after the first one say it."""

    community_id: int
    community: Translated
    address: str


def draft_here() -> FaultDraft | None:
    """The draft of this browser that is not filed yet."""
    token = session.get(DRAFT)
    found = written.draft(db.session, drafts.hash_of(token)) if isinstance(token, str) else None
    return found if found is not None and found.fault_id is None else None


def draft_begun(now: datetime) -> FaultDraft:
    """The same; a new one where there is none."""
    found = draft_here()
    if found is None:
        found, session[DRAFT] = drafts.begin(db.session, now=now)
    return found


def needed(*, until: str = "") -> FaultDraft:
    """The draft, as far as a screen needs it: `category` chosen, or all `done`; else the screen that comes first."""
    found = draft_here()
    if found is None or found.point is None:
        abort(redirect(_filed_here() or url_for("faults.report"), 303))
    missing = (until and category_of(found) is None) or (until == "done" and not found.told("done", False))
    if missing:
        abort(redirect(url_for("faults.report_what"), 303))
    return found


def _filed_here() -> str:
    """Where a second press of the last button leads: to what the first one has filed."""
    token = session.get(DRAFT)
    found = written.draft(db.session, drafts.hash_of(token)) if isinstance(token, str) else None
    if found is None or found.fault_id is None:
        return ""
    slug = db.session.get_one(Fault, found.fault_id).slug
    session[SENT] = {**session.get(SENT, {})}
    session[SENT].setdefault(slug, "")
    return url_for("faults.sent", slug=slug)


def category_of(draft: FaultDraft) -> FaultCategory | None:
    """The category that was chosen, as long as it is offered."""
    found = catalogue.category(db.session, draft.told("category")) if draft.told("category") else None
    return None if found is None or found.closed or found.parent_id is None else found


def spot_of(draft: FaultDraft) -> Spot:
    """Where it is; a point that is not ours any more leads back to the first screen."""
    assert draft.point is not None
    try:
        number = community_at(db.session, *draft.point)
    except OutsideMunicipality:
        abort(redirect(url_for("faults.report"), 303))
    return Spot(number, written.community_name(db.session, number) or Translated(), draft.told("address"))


def whose(draft: FaultDraft, category: FaultCategory) -> Jurisdiction | None:
    """The rule by which somebody else is responsible."""
    return catalogue.jurisdiction(db.session, category, spot_of(draft).community_id)


def taken_words(draft: FaultDraft) -> str:
    """When its photograph was taken; empty: nobody knows."""
    taken = draft.told("taken_at")
    return format_moment(datetime.fromisoformat(taken)) if taken else ""


def is_stale(form: Form) -> bool:
    """Whether the page was too old or not ours; then nothing of it is kept."""
    token = form._fields.get("csrf_token")
    return token is not None and not token.validate(form)


def name_photos(form: Any, draft: FaultDraft | None) -> None:
    """Name the photographs that are kept already, each with the box that takes it out."""
    kept = written.photos(db.session, draft) if draft else []
    form.photos.kept = {str(file.id): file.name for file in kept}


def take_photos(form: Any, *, now: datetime) -> None:
    """Keep new photographs and let go of others, whatever else is wrong; what cannot be taken is said at the field.

    What they say of place and time is proposed where nothing is known of it.
    """
    field = form.photos
    if is_stale(form) or not (field.data or field.dropped) or not field.validate(form):
        return
    data = [upload.stream.read(portal.intake.max_bytes + 1) for upload in field.data]
    for upload in field.data:
        upload.stream.seek(0)
    try:
        kept = [file.id for file in keep_uploads(db.session, field.data, now=now, kinds=("image",))]
    except FileRefused as refusal:
        field.refuse(_(refusal.message, **refusal.values))
        return
    draft = draft_begun(now)
    gone = {int(number) for number in field.dropped & field.kept.keys()}
    drafts.change_photos(db.session, draft, more=kept, gone=gone, now=now)
    name_photos(form, draft)
    field.data, field.dropped = [], set()
    known = {name for name in ("lat", "taken_at") if draft.values.get(name) is not None}
    drafts.keep(db.session, draft, _proposed(data, known, now), now=now)


def _proposed(pictures: list[bytes], known: set[str], now: datetime) -> dict[str, Any]:
    """Place and time of the first photographs that know them; a place that is not ours is none."""
    told: dict[str, Any] = {}
    for taken in filter(None, map(exif.read, pictures)):
        lat, lon = taken.lat, taken.lon
        if "lat" not in {*told, *known} and lat is not None and lon is not None and is_ours(lat, lon):
            told |= {"lat": round(lat, 6), "lon": round(lon, 6)}
        if "taken_at" not in {*told, *known} and taken.at and now - RECENT < taken.at <= now:
            told |= {"taken_at": taken.at.isoformat(), "seen": True}
    return told


def is_ours(lat: float, lon: float) -> bool:
    """Whether a point lies in the municipality."""
    return operations.is_ours(db.session, lat, lon)
