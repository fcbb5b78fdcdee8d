"""Who somebody is: what they say, what was proved, and how they leave."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from portal.accounts import policy
from portal.accounts.facts import AccountClosed
from portal.accounts.models import IdentityLevel, User
from portal.accounts.operations.signing_in import Verify, authenticate, end_sessions
from portal.core import audit, clock, facts, letters
from portal.core.errors import NotAllowed, Refused
from portal.core.letters import Recipient
from portal.core.texts import N_


class IdentityFixed(Refused):
    """The name and the tax number were proved and stay as they are."""

    message = N_(
        "Your name and tax number were checked against your papers. To change them, visit a Citizen Service Centre"
    )


class IdentityNotProvable(Refused):
    """This account's identity cannot be proved now."""

    message = N_(
        "This identity cannot be proved now: the account is closed, its email is not confirmed, or it is proved already"
    )


class NotClosable(Refused):
    """Staff do not close their own accounts."""

    message = N_("Accounts of staff are closed by the administrator")


@dataclass(frozen=True)
class Profile:
    """What people say about themselves."""

    full_name: str
    phone: str | None
    #: language of letters
    language: str
    #: tax number
    afm: str | None


def change_settings(session: Session, user: User, profile: Profile, *, now: datetime) -> None:
    """Keep what somebody says about themselves.

    :raises IdentityFixed: the name or the tax number would change although they were proved.
    """
    changed = [name for name, value in vars(profile).items() if getattr(user, name) != value]
    if not policy.may_change_identity(user) and {"full_name", "afm"} & set(changed):
        raise IdentityFixed
    for name in changed:
        setattr(user, name, getattr(profile, name))
    if changed:  # only the names of the fields: the trail holds no personal data
        subject = ("user", user.id)
        audit.record(session, "accounts.user.settings_changed", subject=subject, actor_id=user.id, now=now, of=changed)
    session.flush()


def prove_identity(session: Session, user: User, how: str, by: User, now: datetime) -> None:
    """Staff saw somebody's papers: the account rises to level B.

    `how` says which papers, for whoever asks later ("identity card ΑΒ 123456, at the counter").

    :raises NotAllowed: only staff may, and not for themselves.
    :raises IdentityNotProvable: closed, not confirmed, or proved before.
    """
    if not policy.may_prove(by, user):
        raise NotAllowed
    if not user.active or user.confirmed_at is None or user.level is IdentityLevel.B:
        raise IdentityNotProvable
    user.level = IdentityLevel.B
    user.level_proof = f"{how} – {by.full_name} ({by.id}), {clock.athens_date(now).isoformat()}"
    to = Recipient(user.email, user.language, user.full_name)
    letters.write(session, to, "accounts/identity_proved", {}, now=now)
    audit.record(session, "accounts.user.identity_proved", subject=("user", user.id), actor_id=by.id, now=now)
    session.flush()


def close_account(session: Session, user: User, verify: Verify, *, now: datetime) -> None:
    """The owner leaves: who they were is taken out, every session ends, the row stays for what was filed.

    :raises NotClosable: staff.
    :raises Locked, WrongPassword: as in `sign_in`.
    """
    if not policy.may_close(user):
        raise NotClosable
    authenticate(session, user.email, verify, now=now)
    letters.write(session, Recipient(user.email, user.language, user.full_name), "accounts/closed", {}, now=now)
    audit.record(session, "accounts.user.closed", subject=("user", user.id), actor_id=user.id, now=now)
    user.email, user.full_name = f"closed-{user.id}@account.invalid", ""
    user.password = user.phone = user.afm = user.level_proof = user.demonstration_note = None
    user.level, user.active, user.confirmed_at, user.last_login_at = IdentityLevel.A, False, None, None
    end_sessions(session, user, now=now)
    facts.record(session, AccountClosed(user_id=user.id, at=now))
