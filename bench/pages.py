"""Which pages are measured, as whom, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case
from portal.core import clock
from portal.core.db import db
from portal.events.models import Event, Occurrence
from portal.faults.models import Fault
from portal.organisation.models import Duty, Role, Unit
from portal.plan.models import Action, Contribution, Evidence, Indicator

PAGE_AIM, SEARCH_AIM, FEED_AIM, GROWTH_AIM = 2.5, 4.0, 3.0, 1.5
STATEMENTS_AIM, KILOBYTES_AIM = 8, 60
#: occurrences of a feed, and of the event whose page is measured, at least
FEED_ROWS, EVENT_OCCURRENCES = 1000, 25
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class PageUnderTest:
    """A page, who looks at it, and how many times the bare page it may cost."""

    name: str
    endpoint: str
    #: "clerk", "head", "administrator", "applicant", or "" for nobody
    actor: str = ""
    values: Callable[[Cast], dict[str, Any]] = lambda _cast: {}
    aim: float = PAGE_AIM
    #: ending of a feed: then it is measured against a loop over as many rows (`bare.LOOPS`), whatever its length
    loop: str = ""

    @property
    def faults(self) -> bool:
        """Whether it grows with the reports of faults."""
        return self.endpoint.startswith(("faults", "open311"))

    @property
    def agenda(self) -> bool:
        """Whether it grows with the occurrences of the agenda."""
        return self.endpoint.startswith("events")


@dataclass(frozen=True)
class Cast:
    """The people and things of a database that pages are asked for."""

    users: dict[str, str]
    #: an open case of the clerk's unit with an applicant who has an account
    case: str
    #: a word that one case has
    rare: str
    #: an indicator with many contributions
    indicator: str
    #: the action with most evidence, and a community with actions of its own
    action: str
    community: str
    #: an event with many occurrences
    event: str
    #: from … to …: days with about a thousand occurrences, or events, or all there are
    days: dict[str, str]
    days_of_events: dict[str, str]
    #: a fault report with some history; days with about a thousand of them
    fault: str
    days_of_faults: dict[str, str]


#: pages for visitors are kept; whoever has signed in gets one that is made anew
ANEW = "applicant"
#: a filter of the agenda, and the month at hand
FILTER = {"category": "music", "step_free": "1", "free": "1"}
#: the middle of a town, and the town
NEAR = {"near": "35.3148,25.3900", "m": "500"}
BOX = {"box": "35.3040,25.3760,35.3200,25.4000"}
OPEN_ROADS = {"group": "open", "category": "roads"}


def _month(_cast: Cast) -> dict[str, Any]:
    return {"month": f"{clock.now():%Y-%m}"}


PAGES = (
    PageUnderTest("home", "site.home"),
    PageUnderTest("service", "eservices.service", values=lambda _cast: {"slug": "permanent-residence"}),
    PageUnderTest("public search", "site.search", values=lambda _cast: {"q": "μόνιμη κατοικία"}, aim=SEARCH_AIM),
    PageUnderTest("plan", "plan.overview"),
    PageUnderTest("indicator", "plan.indicator", values=lambda cast: {"code": cast.indicator}),
    PageUnderTest("evidence", "plan.evidence", values=lambda cast: {"code": cast.indicator}),
    PageUnderTest("home, made anew", "site.home", ANEW),
    PageUnderTest("plan, made anew", "plan.overview", ANEW),
    PageUnderTest("axis, made anew", "plan.axis", ANEW, lambda cast: {"code": cast.action.partition(".")[0]}),
    PageUnderTest("action, made anew", "plan.action", ANEW, lambda cast: {"code": cast.action}),
    PageUnderTest("indicator, made anew", "plan.indicator", ANEW, lambda cast: {"code": cast.indicator}),
    PageUnderTest("evidence, made anew", "plan.evidence", ANEW, lambda cast: {"code": cast.indicator}),
    PageUnderTest("money, made anew", "plan.money", ANEW),
    PageUnderTest("amounts, made anew", "plan.amounts", ANEW),
    PageUnderTest("map of actions, made anew", "plan.map", ANEW),
    PageUnderTest("time line, made anew", "plan.timeline", ANEW),
    PageUnderTest("community's actions, made anew", "plan.community", ANEW, lambda cast: {"code": cast.community}),
    PageUnderTest("actions, CSV", "plan_data.actions"),
    PageUnderTest("plan, JSON", "plan_data.document", aim=FEED_AIM, loop="plan"),
    PageUnderTest("agenda", "events.agenda"),
    PageUnderTest("agenda, made anew", "events.agenda", ANEW),
    PageUnderTest("agenda, filtered, made anew", "events.agenda", ANEW, lambda _cast: FILTER),
    PageUnderTest("agenda, words, made anew", "events.agenda", ANEW, lambda _cast: {"q": "λαϊκή αγορά"}, SEARCH_AIM),
    PageUnderTest("month, made anew", "events.month", ANEW, _month),
    PageUnderTest("map, made anew", "events.map", ANEW),
    PageUnderTest("event, made anew", "events.event", ANEW, lambda cast: {"slug": cast.event}),
    PageUnderTest("calendar feed", "events_feeds.calendar", "", lambda cast: cast.days_of_events, FEED_AIM, "ics"),
    PageUnderTest("JSON feed", "events_feeds.listed", "", lambda cast: cast.days, FEED_AIM, "json"),
    PageUnderTest("faults", "faults.overview"),
    PageUnderTest("faults, made anew", "faults.overview", ANEW),
    PageUnderTest("faults, filtered, made anew", "faults.overview", ANEW, lambda _cast: OPEN_ROADS),
    PageUnderTest("faults, overdue, made anew", "faults.overview", ANEW, lambda _cast: {"group": "overdue"}),
    PageUnderTest("faults near a point, made anew", "faults.overview", ANEW, lambda _cast: NEAR),
    PageUnderTest("map of all faults, made anew", "faults.map", ANEW),
    PageUnderTest("map of a town's faults, made anew", "faults.map", ANEW, lambda _cast: BOX),
    PageUnderTest("figures of faults, made anew", "faults.figures", ANEW),
    PageUnderTest("fault, made anew", "faults.fault", ANEW, lambda cast: {"slug": cast.fault}),
    PageUnderTest("faults, Open311", "open311.requests", "", lambda _cast: {"kind": "json"}, FEED_AIM, "open311"),
    PageUnderTest("faults, GeoJSON", "faults_feeds.geojson", "", lambda cast: cast.days_of_faults, FEED_AIM, "geojson"),
    PageUnderTest("my cases", "casework.mine", "applicant"),
    PageUnderTest("case, applicant", "casework.case", "applicant", lambda cast: {"slug": cast.case}),
    PageUnderTest("desk home", "site_desk.home", "clerk"),
    PageUnderTest("queue, clerk", "casework_desk.queue", "clerk"),
    PageUnderTest("queue, head", "casework_desk.queue", "head"),
    PageUnderTest("queue, administrator", "casework_desk.queue", "administrator"),
    PageUnderTest("queue, late", "casework_desk.queue", "clerk", lambda _cast: {"view": "late"}),
    PageUnderTest("queue, closed", "casework_desk.queue", "head", lambda _cast: {"view": "closed"}),
    PageUnderTest("queue, all closed", "casework_desk.queue", "administrator", lambda _cast: {"view": "closed"}),
    PageUnderTest(
        "queue, common word",
        "casework_desk.queue",
        "administrator",
        lambda _cast: {"q": "κατοικίας", "view": "open"},
        aim=SEARCH_AIM,
    ),
    PageUnderTest("case, desk", "casework_desk.case", "clerk", lambda cast: {"slug": cast.case}),
    PageUnderTest("register", "documents_desk.register", "clerk"),
    PageUnderTest("desk search, common", "site_desk.search", "clerk", lambda _cast: {"q": "κατοικίας"}, SEARCH_AIM),
    PageUnderTest("desk search, rare", "site_desk.search", "clerk", lambda cast: {"q": cast.rare}, SEARCH_AIM),
    PageUnderTest("desk search, all", "site_desk.search", "administrator", lambda _cast: {"q": "Μαρία"}, SEARCH_AIM),
)


def cast(app: Flask) -> Cast:
    """Find them."""
    with app.app_context():
        session = db.session
        clerk, unit_id = _staff(session, Role.CLERK, "revenue")
        users = {
            "clerk": clerk,
            "head": _staff(session, Role.HEAD, "environment")[0],
            "administrator": _staff(session, Role.ADMINISTRATOR, "ict")[0],
        }
        open_ones = sa.select(Case).where(Case.closed_at.is_(None), Case.unit_id == unit_id)
        case = session.scalars(open_ones.where(Case.applicant_id.is_not(None)).order_by(Case.id).limit(1)).one()
        users["applicant"] = session.scalars(sa.select(User.fs_uniquifier).where(User.id == case.applicant_id)).one()
        nobody = sa.select(Case.applicant_email).where(Case.applicant_id.is_(None), Case.unit_id == unit_id)
        rare = session.scalars(nobody.order_by(Case.id.desc()).limit(1)).one().partition("@")[0]
        return Cast(
            users,
            case.slug,
            rare,
            _indicator(session),
            *_action(session),
            _event(session),
            _days(session, FEED_ROWS),
            _days(session, 2 * FEED_ROWS),
            session.scalars(sa.select(Fault.slug).where(Fault.shown).order_by(Fault.id.desc()).limit(1)).one(),
            _days_of_faults(session),
        )


def _staff(session: Session, role: Role, unit: str) -> tuple[str, int]:
    query = (
        sa.select(User.fs_uniquifier, Unit.id)
        .join(Duty, Duty.user_id == User.id)
        .join(Unit, Unit.id == Duty.unit_id)
        .where(Duty.role == role, Unit.code == unit, Duty.substitutes_id.is_(None))
    )
    found = session.execute(query.limit(1)).one()
    return found[0], found[1]


def _indicator(session: Session) -> str:
    fed = sa.select(Indicator.code, Indicator.feed_filter).where(Indicator.feed == "eservices.days-to-decide")
    rows = (
        session.execute(fed).all()
        or session.execute(
            sa.select(Indicator.code, Indicator.feed_filter).where(Indicator.feed.in_(sa.select(Contribution.feed)))
        ).all()
    )
    return str(min(rows, key=lambda row: len(row.feed_filter)).code)


def _action(session: Session) -> tuple[str, str]:
    often = sa.select(Action.code).outerjoin(Evidence).group_by(Action.code)
    code = session.scalars(often.order_by(sa.func.count(Evidence.id).desc(), Action.code).limit(1)).one()
    return code, next(place for places in session.scalars(sa.select(Action.communities)) for place in places)


def _event(session: Session) -> str:
    number = sa.func.count(Occurrence.id)
    query = sa.select(Event.slug).join(Occurrence).where(Occurrence.shown).group_by(Event.slug)
    return session.scalars(query.having(number >= EVENT_OCCURRENCES).order_by(Event.slug).limit(1)).one()


def _days(session: Session, rows: int) -> dict[str, str]:
    starts = sa.select(Occurrence.starts_at).where(Occurrence.shown).order_by(Occurrence.starts_at)
    now = clock.now()
    last = session.scalar(starts.where(Occurrence.starts_at >= now).offset(rows - 1).limit(1))
    days = (now, last) if last else (now - 4 * YEAR, now + 3 * YEAR)
    return {"from": clock.athens_date(days[0]).isoformat(), "to": clock.athens_date(days[1]).isoformat()}


def _days_of_faults(session: Session) -> dict[str, str]:
    newest = sa.select(Fault.reported_at).where(Fault.shown).order_by(Fault.id.desc())
    first = session.scalar(newest.offset(FEED_ROWS - 1).limit(1)) or clock.now() - 10 * YEAR
    return {"from": clock.athens_date(first).isoformat()}


def client(app: Flask, uniquifier: str) -> FlaskClient:
    """A browser in which that person has signed in."""
    browser = app.test_client()
    if uniquifier:
        with browser.session_transaction() as cookie:
            cookie.update(_user_id=uniquifier, _fresh=True, fs_cc="set")
    return browser


def address(app: Flask, page: PageUnderTest, whose: Cast) -> str:
    """The address of a page, in Greek."""
    with app.test_request_context():
        return url_for(page.endpoint, lang="el", **page.values(whose))
