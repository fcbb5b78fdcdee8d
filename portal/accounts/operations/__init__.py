"""Writes: accounts come into being, prove themselves, change and end."""

from portal.accounts.operations.credentials import (
    EmailTaken,
    NewEmail,
    ask_email_change,
    change_email,
    change_password,
    reset_password,
    send_recovery,
)
from portal.accounts.operations.profile import (
    IdentityFixed,
    IdentityNotProvable,
    NotClosable,
    Profile,
    change_settings,
    close_account,
    prove_identity,
)
from portal.accounts.operations.registration import Registration, create_person, register, send_confirmation
from portal.accounts.operations.signing_in import (
    Locked,
    NotConfirmed,
    Verify,
    WrongPassword,
    confirm,
    end_sessions,
    forget_old_tries,
    open_demonstration,
    sign_in,
    unlock,
)

__all__ = [
    "EmailTaken",
    "IdentityFixed",
    "IdentityNotProvable",
    "Locked",
    "NewEmail",
    "NotClosable",
    "NotConfirmed",
    "Profile",
    "Registration",
    "Verify",
    "WrongPassword",
    "ask_email_change",
    "change_email",
    "change_password",
    "change_settings",
    "close_account",
    "confirm",
    "create_person",
    "end_sessions",
    "forget_old_tries",
    "open_demonstration",
    "prove_identity",
    "register",
    "reset_password",
    "send_confirmation",
    "send_recovery",
    "sign_in",
    "unlock",
]
