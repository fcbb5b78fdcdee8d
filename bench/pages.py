"""Which pages are measured, as whom, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.casework.models import Case
from portal.core.db import db
from portal.organisation.models import Duty, Role, Unit
from portal.plan.models import Contribution, Indicator

PAGE_AIM, SEARCH_AIM, GROWTH_AIM = 2.5, 4.0, 1.5
STATEMENTS_AIM, KILOBYTES_AIM = 8, 60


@dataclass(frozen=True)
class PageUnderTest:
    """A page, who looks at it, and how many times the bare page it may cost."""

    name: str
    endpoint: str
    #: "clerk", "head", "administrator", "applicant", or "" for nobody
    actor: str = ""
    values: Callable[[Cast], dict[str, Any]] = lambda _cast: {}
    aim: float = PAGE_AIM


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


PAGES = (
    PageUnderTest("home", "site.home"),
    PageUnderTest("service", "eservices.service", values=lambda _cast: {"slug": "permanent-residence"}),
    PageUnderTest("public search", "site.search", values=lambda _cast: {"q": "μόνιμη κατοικία"}, aim=SEARCH_AIM),
    PageUnderTest("plan", "plan.overview"),
    PageUnderTest("indicator", "plan.indicator", values=lambda cast: {"code": cast.indicator}),
    PageUnderTest("evidence", "plan.evidence", values=lambda cast: {"code": cast.indicator}),
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
        return Cast(users, case.slug, rare, _indicator(session))


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
