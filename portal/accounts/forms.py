"""Forms of accounts: the shape of what people type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from portal.accounts import policy
from portal.core.fields import (
    AfmField,
    CheckboxField,
    EmailField,
    PasswordField,
    PhoneField,
    RadiosField,
    TextField,
    choice,
)
from portal.core.forms import Form
from portal.core.i18n import NAMES


class NewPasswordField(PasswordField):
    """A password that somebody chooses."""

    max: int = policy.LONGEST_PASSWORD
    autocomplete: str = "new-password"
    help: Any = _l("At least 12 characters. Three or four words that only you would put together are easy to remember")

    def missing_message(self) -> str:
        """Asks for a choice."""
        return str(_("Choose a password"))


def not_easy_to_guess(*about: str) -> Any:
    """A validator: a good password, and not made of what these fields of the form say."""

    def check(form: Any, field: Any) -> None:
        problem = policy.password_problem(field.data, [*form.about, *(str(form[name].data) for name in about)])
        if problem:
            raise ValidationError(_(problem))

    return check


class NewPasswordForm(Form):
    """A form in which somebody chooses a password; `about` is what others know of the person."""

    def __init__(self, *args: Any, about: Sequence[str] = (), **options: Any) -> None:
        self.about = about
        super().__init__(*args, **options)


class SignInForm(Form):
    """E-mail and password."""

    email = EmailField(_l("Email"), autocomplete="username")
    password = PasswordField(_l("Password"))
    remember = CheckboxField(
        _l("Keep me signed in on this device"), help=_l("Only on your own device. It lasts for 30 days")
    )


class DemonstrationForm(Form):
    """Which of the sample people."""

    user_id = HiddenField()


class RegistrationForm(NewPasswordForm):
    """What a new account needs."""

    full_name = TextField(_l("Name and surname"), help=_l("As on your identity card or passport"), autocomplete="name")
    email = EmailField(_l("Email"), help=_l("We will send a letter to it, to make sure that it is yours"))
    password = NewPasswordField(_l("Password"), [not_easy_to_guess("email", "full_name")])
    consent = CheckboxField(
        _l("I have read how the municipality uses my data"),
        required=True,
        missing=_l("Read how the municipality uses your data and tick the box"),
    )


class EmailForm(Form):
    """An e-mail to which a letter goes."""

    email = EmailField(_l("Email"), help=_l("The one you registered with"))


class PasswordForm(Form):
    """The password of an account that is known."""

    password = PasswordField(_l("Password"))


class ResetForm(NewPasswordForm):
    """A new password, for whoever opened the link."""

    new_password = NewPasswordField(_l("New password"), [not_easy_to_guess()])


class PasswordChangeForm(NewPasswordForm):
    """A new password, for whoever knows the one before."""

    password = PasswordField(_l("Your current password"))
    new_password = NewPasswordField(_l("New password"), [not_easy_to_guess()])


class EmailChangeForm(Form):
    """A new e-mail, and the password that shows who asks."""

    email = EmailField(_l("New email"), help=_l("We will send a letter to it, to make sure that it is yours"))
    password = PasswordField(_l("Password"))


class SettingsForm(Form):
    """What people say about themselves."""

    full_name = TextField(_l("Name and surname"), autocomplete="name")
    phone = PhoneField(_l("Phone"), required=False)
    afm = AfmField(_l("Tax number (AFM)"), required=False)
    language = RadiosField(
        _l("Language of letters"),
        choices=lambda: [choice(code, NAMES.get(code, code)) for code in current_app.config["LANGUAGES"]],
    )


class ClosingForm(Form):
    """The last word."""

    password = PasswordField(_l("Password"))
    sure = CheckboxField(
        _l("I want to close my account"),
        required=True,
        missing=_l("Tick the box if you want to close your account"),
    )
