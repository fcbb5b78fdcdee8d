"""Numbers that identify a person or an account: AFM, AMKA, IBAN. The answer is the bare code."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from stdnum import iban
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.gr import amka, vat
from wtforms.validators import ValidationError

from portal.core.fields.base import Text
from portal.core.fields.text import TextField

#: Greek capitals that look like Latin ones: a Greek keyboard writes ΕΛ and ΙΒΑΝ.
LOOK_ALIKE = str.maketrans("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX")
DIGITS = re.compile(r"[0-9]+")


class CodeField(TextField):
    """A code that people type with spaces, dots or dashes in it."""

    max: int = 60
    inputmode: str = "numeric"
    spellcheck: bool | None = False
    autocomplete: str = "off"
    classes: str = "govuk-input--width-20"

    def bare(self, text: str) -> str:
        """The code without what only helps reading, in Latin capitals."""
        return re.sub(r"[\s./:–-]", "", text[: self.max]).upper().translate(LOOK_ALIKE)


class AfmField(CodeField):
    """A Greek tax number, with or without EL before it."""

    help: Text = _l("9 digits, as on your tax papers")

    def read(self, text: str) -> str:
        """Nine digits.

        :raises ValidationError: not nine digits, or the check digit is wrong.
        """
        code = re.sub(r"^(EL|EΛ|GR|ΓP)", "", self.bare(text))
        if not DIGITS.fullmatch(code):
            raise ValidationError(_("A tax number (AFM) has digits only, like 090000045"))
        if len(code) != 9:
            raise ValidationError(_("A tax number (AFM) has 9 digits – you typed %(count)s", count=len(code)))
        # the checksum alone would let nine zeros pass
        if not vat.is_valid(code) or code == "000000000":
            raise ValidationError(_("Check the tax number (AFM): one of its digits is not right"))
        return code

    def missing_message(self) -> str:
        """Names the number."""
        return str(self.missing) or _("Enter your tax number (AFM)")


class AmkaField(CodeField):
    """A Greek social security number."""

    help: Text = _l("11 digits – the first six are your date of birth")

    def read(self, text: str) -> str:
        """Eleven digits.

        :raises ValidationError: not eleven digits, no date, or the check digit is wrong.
        """
        code = self.bare(text)
        if not DIGITS.fullmatch(code):
            raise ValidationError(_("A social security number (AMKA) has digits only"))
        if len(code) != 11:
            raise ValidationError(
                _("A social security number (AMKA) has 11 digits – you typed %(count)s", count=len(code))
            )
        if not amka.is_valid(code):
            raise ValidationError(_("Check the social security number (AMKA): one of its digits is not right"))
        return code

    def missing_message(self) -> str:
        """Names the number."""
        return str(self.missing) or _("Enter your social security number (AMKA)")


class IbanField(CodeField):
    """A bank account, of any country that has IBANs; shown in fours."""

    inputmode: str = ""
    classes: str = ""
    help: Text = _l("For example GR16 0110 1250 0000 0001 2300 695")

    def read(self, text: str) -> str:
        """Country, check digits and account, without spaces.

        :raises ValidationError: not an IBAN, or the check digits are wrong.
        """
        code = re.sub(r"^IBAN", "", self.bare(text)).replace("ΓP", "GR", 1)
        if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", code):
            raise ValidationError(
                _("Enter a bank account number (IBAN) – a Greek one begins with GR and has 27 characters")
            )
        if code.startswith("GR") and len(code) != 27:
            raise ValidationError(_("A Greek IBAN has 27 characters – you typed %(count)s", count=len(code)))
        try:
            iban.validate(code)
        except StdnumError as error:
            raise ValidationError(_("Check the IBAN: one of its characters is not right")) from error
        return code

    def show(self, value: Any) -> str:
        """In groups of four, as banks print it."""
        text = str(value)
        return " ".join(text[at : at + 4] for at in range(0, len(text), 4))

    def missing_message(self) -> str:
        """Names the account."""
        return str(self.missing) or _("Enter the bank account number (IBAN)")
