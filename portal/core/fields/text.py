"""Words: short and long text, search, password, e-mail and phone."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, ClassVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup
from wtforms.validators import ValidationError

from portal.core.fields.base import Field, Text, component

#: Never meant to be typed: control characters, half characters, marks that turn the reading direction.
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
#: Composing accents takes quadratic time in the worst case; nothing longer is composed (and no field allows it).
COMPOSED_UP_TO = 20_000


def clean(text: str, *, lines: bool = False) -> str:
    """Text as we keep it: composed accents (NFC), no control characters, tidy spaces; `lines` keeps line breaks."""
    text = UNWANTED.sub("", text)
    if len(text) <= COMPOSED_UP_TO:
        text = unicodedata.normalize("NFC", text)
    if not lines:
        return " ".join(text.split())
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


class TextField(Field):
    """A line of text."""

    #: At most so many characters.
    max: int = 200
    #: At least so many characters.
    min: int = 0
    #: A regular expression that the whole text must match, and what is said when it does not.
    pattern: str = ""
    pattern_message: Text = ""
    #: `text`, `email`, `tel`, … and the keyboard that phones show.
    type: str = "text"
    inputmode: str = ""
    spellcheck: bool | None = None
    prefix: Text = ""
    suffix: Text = ""

    empty: ClassVar[Any] = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # WTForms keeps the name of the class under `type`; here it is the type of the input
        self.type = options.get("type", type(self).type)

    def clean(self, text: str) -> str:
        """One tidy line."""
        return clean(text)

    def load(self, value: Any) -> str:
        """Any value as text."""
        return str(value)

    def check(self) -> None:
        """Length and pattern.

        :raises ValidationError: too long, too short, or not of the pattern.
        """
        self.check_length()
        if self.pattern and not re.fullmatch(self.pattern, self.typed):
            raise ValidationError(
                str(self.pattern_message) or _("Check “%(label)s”: it is not written as expected", label=self.title)
            )

    def check_length(self) -> None:
        """Length alone.

        :raises ValidationError: too long or too short.
        """
        length = len(self.typed)
        if length > self.max:
            over = ngettext(
                "“%(label)s” is %(num)d character too long",
                "“%(label)s” is %(num)d characters too long",
                length - self.max,
                label=self.title,
            )
            allowed = ngettext("%(num)d character is allowed", "%(num)d characters are allowed", self.max)
            raise ValidationError(f"{over} – {allowed}")
        if length < self.min:
            message = ngettext(
                "“%(label)s” needs at least %(num)d character",
                "“%(label)s” needs at least %(num)d characters",
                self.min,
                label=self.title,
            )
            raise ValidationError(message)

    def render(self, params: dict[str, Any]) -> Markup:
        """An input, with what stands before and after it."""
        params |= {"type": self.type, "inputmode": self.inputmode or None, "spellcheck": self.spellcheck}
        params["prefix"] = {"text": str(self.prefix)} if self.prefix else None
        params["suffix"] = {"text": str(self.suffix)} if self.suffix else None
        return component("input", params)


class SearchField(TextField):
    """Words to search for; empty is fine."""

    required: bool = False
    mark_optional: bool = False
    type: str = "search"
    autocomplete: str = "off"


class DayField(TextField):
    """A day in one control, sent as 2026-08-15: the browser brings its own calendar. For filters; `DateField` asks."""

    required: bool = False
    mark_optional: bool = False
    type: str = "date"
    classes: str = "govuk-input--width-10"


class TextAreaField(TextField):
    """Several lines, with a count of the characters that are left."""

    max: int = 4000
    rows: int = 5

    def clean(self, text: str) -> str:
        """Text with its line breaks."""
        return clean(text, lines=True)

    def render(self, params: dict[str, Any]) -> Markup:
        """A text area that counts; without scripts it names the limit."""
        counts = {
            "maxlength": self.max,
            "rows": self.rows,
            "spellcheck": self.spellcheck,
            # %{count} is filled by the component's own script
            "textareaDescriptionText": _("You can write up to %{count} characters"),
            "charactersUnderLimitText": {"one": _("%{count} character left"), "other": _("%{count} characters left")},
            "charactersAtLimitText": _("0 characters left"),
            "charactersOverLimitText": {
                "one": _("%{count} character too many"),
                "other": _("%{count} characters too many"),
            },
        }
        return component("character-count", params | counts)


class PasswordField(TextField):
    """A password: taken as it was typed, never shown again."""

    autocomplete: str = "current-password"

    def clean(self, text: str) -> str:
        """Spaces belong to a password; only what no database takes is left out."""
        return text.replace("\x00", "").encode("utf-8", "ignore").decode()

    def missing_message(self) -> str:
        """Names the password."""
        return str(self.missing) or _("Enter your password")

    def render(self, params: dict[str, Any]) -> Markup:
        """A password input with a button that shows it."""
        words = {
            "showPasswordText": _("Show"),
            "hidePasswordText": _("Hide"),
            "showPasswordAriaLabelText": _("Show password"),
            "hidePasswordAriaLabelText": _("Hide password"),
            "passwordShownAnnouncementText": _("Your password is visible"),
            "passwordHiddenAnnouncementText": _("Your password is hidden"),
        }
        return component("password-input", params | words | {"value": None})


class EmailField(TextField):
    """An e-mail address; the answer is its normal form."""

    max: int = 254
    type: str = "email"
    autocomplete: str = "email"
    spellcheck: bool | None = False

    def read(self, text: str) -> str:
        """The address in its normal form.

        :raises ValidationError: it is not an address.
        """
        try:
            return validate_email(text[:400], check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise ValidationError(_("Enter an email address in the right form, like name@example.com")) from error

    def missing_message(self) -> str:
        """Names the address."""
        return str(self.missing) or _("Enter your email address")


class PhoneField(TextField):
    """A phone number, Greek unless it begins with + and a country; the answer is in E.164 (`+302897022222`)."""

    max: int = 40
    type: str = "tel"
    inputmode: str = "tel"
    autocomplete: str = "tel"
    classes: str = "govuk-input--width-20"
    help: Text = _l("For numbers outside Greece begin with + and the country, for example +44 20 7946 0958")

    def read(self, text: str) -> str:
        """The number in E.164.

        :raises ValidationError: it is not a phone number.
        """
        try:
            number = phonenumbers.parse(text[:60], "GR")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise ValidationError(_("Enter a phone number with all its digits, like 2897 022222 or +44 20 7946 0958"))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def show(self, value: Any) -> str:
        """The number with its spaces."""
        try:
            number = phonenumbers.parse(str(value), "GR")
        except phonenumbers.NumberParseException:
            return str(value)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def missing_message(self) -> str:
        """Names the number."""
        return str(self.missing) or _("Enter your phone number")
