"""Accounts: people who sign in, whether residents or staff."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, validates

from portal.core.choices import Choice
from portal.core.orm import Base, Choices, Flag, Key
from portal.core.texts import N_, Translated


class IdentityLevel(Choice):
    """How well we know who somebody is; services state the level they need."""

    NONE = "none", N_("No account needed")
    A = "A", N_("Account with confirmed email")
    B = "B", N_("Account with proved identity")

    @property
    def rank(self) -> int:
        """0, 1, 2: a higher level includes the lower ones."""
        return ("none", "A", "B").index(self.value)


class User(Base):
    """A person with an account."""

    __tablename__ = "user_account"

    id: Mapped[Key]
    #: in small letters, whoever writes it
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    #: argon2 hash; empty: no password yet
    password: Mapped[str | None] = mapped_column(sa.String(255))
    #: as the person writes it
    full_name: Mapped[str] = mapped_column(sa.String(200))
    phone: Mapped[str | None] = mapped_column(sa.String(32))
    #: tax number, once proved or given
    afm: Mapped[str | None] = mapped_column(sa.String(9))
    #: language of letters
    language: Mapped[str] = mapped_column(sa.String(8), default="el")
    level: Mapped[IdentityLevel] = mapped_column(Choices(IdentityLevel), default=IdentityLevel.A)
    #: how and by whom the identity was proved
    level_proof: Mapped[str | None]
    #: closed accounts cannot sign in
    active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    #: works for the municipality; what they may do follows from their duties
    is_staff: Mapped[Flag]
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    #: changes whenever all sessions must end (Flask-Security)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    last_login_at: Mapped[datetime | None]
    #: line under the name on the demonstration's sign-in page; None: not listed
    demonstration_note: Mapped[Translated | None]

    @validates("email")
    def _in_small_letters(self, _name: str, email: str) -> str:
        return email.strip().lower()


class SignInTries(Base):
    """Failed tries to sign in with one e-mail, whether it has an account or not."""

    __tablename__ = "sign_in_tries"

    #: SHA-256 of the e-mail: addresses of people without an account are not kept
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    #: one after another, without a success between them
    failures: Mapped[int] = mapped_column(sa.Integer, default=0)
    last_at: Mapped[datetime] = mapped_column(index=True)
    #: until then no password is looked at
    locked_until: Mapped[datetime | None]
