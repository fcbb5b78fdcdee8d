"""Guards of pages, and who has signed in: every route carries exactly one guard, `tests/architecture` sees to it.

Flask-Security (on Flask-Login) keeps the session, hashes passwords and signs links; the pages are our own. What people
may do follows from their duties, in the room above: there are no roles here (docs/accounts.md).
"""

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

import flask_security
from flask import Flask, abort, current_app, redirect, request, url_for
from flask import session as flask_session
from flask_login import current_user
from flask_security.utils import check_and_get_token_status, set_request_attr
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from portal.accounts import operations, queries
from portal.accounts.models import User
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import language

P = ParamSpec("P")
R = TypeVar("R")
View = Callable[P, R]

#: how long somebody stays signed in: a working day, or longer on a device of their own (never for staff)
WORKING_DAY = timedelta(hours=8)
OWN_DEVICE = timedelta(days=30)
#: what Flask-Security wants to know; features that are off cost nothing
SETTINGS = {
    # argon2id in the strength OWASP recommends, in its form with the least memory: 7 MiB a hash, not 64
    "SECURITY_PASSWORD_SCHEMES": ["argon2"],
    "SECURITY_PASSWORD_SINGLE_HASH": {"argon2"},
    "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {
        "argon2__memory_cost": 7 * 1024,
        "argon2__time_cost": 5,
        "argon2__parallelism": 1,
    },
    "SECURITY_HASHING_SCHEMES": ["hex_sha256"],
    "SECURITY_JOIN_USER_ROLES": False,
    "SECURITY_CLI_USERS_NAME": None,
    "SECURITY_CLI_ROLES_NAME": None,
    "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {},
    "PERMANENT_SESSION_LIFETIME": OWN_DEVICE,
    # the end of a session is fixed when it begins: nothing is written on the way
    "SESSION_REFRESH_EACH_REQUEST": False,
    "SESSION_PROTECTION": "basic",
}


def init_app(app: Flask) -> None:
    """Set up Flask-Security over our people and our session, without its pages and its roles."""
    for name, value in SETTINGS.items():
        app.config.setdefault(name, value)
    # the model may not know of the web: it gets what Flask-Login asks of a user here
    for name in ("is_authenticated", "is_active", "is_anonymous", "get_id"):
        setattr(User, name, getattr(flask_security.UserMixin, name))
    app.extensions["portal"].routines["sign-in-tries"] = (3600, _forget_tries)
    security = flask_security.Security(register_blueprint=False)
    security.unauthn_handler(send_to_sign_in)
    security.init_app(app, flask_security.FSQLALiteUserDatastore(db, cast("Any", User), cast("Any", None)))
    # its role engine would load the person on every request, pictures and machines' pages included
    app.before_request_funcs[None].remove(security.principal._on_before_request)  # noqa: SLF001 – no setting for it
    security.login_manager.user_loader(_who_signed_in)
    security.login_manager.request_loader(lambda _request: None)  # no tokens in addresses or headers


def _who_signed_in(uniquifier: str) -> User | None:
    """Whose session this is, noting what Flask-Security notes; None once it has ended or the account is closed."""
    user = queries.by_uniquifier(db.session, uniquifier) if session_lasts() else None
    if user is None or not user.active:
        return None
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", flask_session.get("fs_paa", 0))
    return user


def _forget_tries(session: Session) -> None:
    operations.forget_old_tries(session, now=clock.now())


# -- guards


def public(view: View[P, R]) -> View[P, R]:
    """Everybody may see this page."""
    view.guard = "public"  # type: ignore[attr-defined]
    return view


def guard(name: str, allowed: Callable[[User], bool]) -> Callable[[View[P, R]], View[P, R]]:
    """A guard for people who have signed in and for whom `allowed` holds; `name` is shown in the access matrix."""

    def decorate(view: View[P, R]) -> View[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if not allowed(person()):
                abort(403)
            return view(*args, **kwargs)

        guarded.guard = name  # type: ignore[attr-defined]
        return guarded

    return decorate


signed_in = guard("signed-in", lambda _user: True)
staff = guard("staff", lambda user: user.is_staff)


def person() -> User:
    """The user who has signed in; only behind a guard."""
    user: User = current_user._get_current_object()  # noqa: SLF001 – the way Flask-Login documents
    return user


def visitor() -> User | None:
    """The user who has signed in, or None."""
    return person() if current_user.is_authenticated else None


# -- sessions


def open_session(user: User, *, remember: bool = False) -> None:
    """Sign somebody in: for a working day or until the browser closes, or for longer on a device of their own."""
    flask_session.pop("csrf_token", None)  # what was on the screen before belonged to nobody
    flask_session.permanent = remember and not user.is_staff
    lasts = OWN_DEVICE if flask_session.permanent else WORKING_DAY
    flask_session["until"] = int((clock.now() + lasts).timestamp())
    flask_security.login_user(cast("Any", user), remember=False, authn_via=["password"])


def close_session() -> None:
    """Sign out: nothing of the person stays in this browser."""
    flask_security.logout_user()
    flask_session.clear()


def session_lasts() -> bool:
    """Whether the session's time is not over."""
    return bool(flask_session.get("until", float("inf")) > clock.now().timestamp())


def send_to_sign_in(_mechanisms: Any = None, _headers: Any = None) -> Any:
    """Ask whoever has not signed in to do so, and bring them back afterwards; machines are told 401."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        abort(401)
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return redirect(url_for("accounts.sign_in", next=here if can_show(here) else None), 303)


def next_page(user: User) -> str:
    """Where somebody goes after signing in: where they came from if that is a page of ours, else to their own."""
    wanted = request.args.get("next", "")
    return wanted if can_show(wanted) else f"/{language()}/{'desk' if user.is_staff else 'account'}/"


def can_show(target: str) -> bool:
    """Whether a target is the path of one of our pages: never another site, whatever browsers make of slashes."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target or not target.isprintable():
        return False
    try:
        current_app.create_url_adapter(request).match(urlsplit(target).path, method="GET")  # type: ignore[union-attr]
    except (HTTPException, ValueError):
        return False
    return True


# -- passwords and links


def hashed(password: str) -> str:
    """The hash that is kept of a new password."""
    return str(flask_security.hash_password(_normal(password)))


def knows(password: str) -> Callable[[User | None], bool]:
    """Whether a password is somebody's; takes as long for nobody as for somebody."""

    def verify(user: User | None) -> bool:
        if user is None or not user.password:
            current_app.extensions["security"].pwd_context.dummy_verify()
            return False
        return bool(flask_security.verify_and_update_password(_normal(password), cast("Any", user)))

    return verify


def _normal(password: str) -> str:
    """The same signs for the same keys on every device."""
    return str(current_app.extensions["security"]._password_util.normalize(password))  # noqa: SLF001 – no public name


class Purpose(StrEnum):
    """What a link in a letter is for; the names are those of Flask-Security's signers."""

    CONFIRM = "confirm"
    RESET = "reset"
    CHANGE_EMAIL = "change_email"


LIFETIMES = {
    Purpose.CONFIRM: timedelta(days=2),
    Purpose.RESET: timedelta(hours=3),
    Purpose.CHANGE_EMAIL: timedelta(hours=3),
}


def link_for(purpose: Purpose, *more: str) -> Callable[[User], str]:
    """Makes the secret part of a link that shows who opens it; it ends with the person's sessions."""
    signer = getattr(current_app.extensions["security"], f"{purpose}_serializer")
    return lambda user: str(signer.dumps([user.fs_uniquifier, *more]))


def opened(purpose: Purpose, token: str) -> tuple[User, list[str]] | None:
    """Who opens a link, and what else was put into it; None: it is too old, used, or not ours."""
    expired, invalid, data = check_and_get_token_status(token, purpose, LIFETIMES[purpose])
    if expired or invalid:
        return None
    uniquifier, *more = cast("list[str]", data)
    user = queries.by_uniquifier(db.session, uniquifier)
    return (user, more) if user is not None and user.active else None
