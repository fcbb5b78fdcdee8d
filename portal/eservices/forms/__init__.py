"""Forms: steps made from definitions, who applies, where the link goes, how a case is decided."""

from __future__ import annotations

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.fields import (
    CheckboxField,
    EmailField,
    PhoneField,
    RadiosField,
    TextAreaField,
    TextField,
    choices_of,
)
from portal.core.forms import Form
from portal.core.texts import LEGAL_LANGUAGE
from portal.documents.models import Channel
from portal.eservices.forms.fields import Setting
from portal.eservices.forms.steps import StepForm, asked_steps, kept_step, sent_step, unfinished
from portal.eservices.models import Outcome

__all__ = [
    "ApplicantForm",
    "CounterForm",
    "DecisionForm",
    "FileForm",
    "LinkForm",
    "PersonForm",
    "Setting",
    "StepForm",
    "asked_steps",
    "kept_step",
    "sent_step",
    "unfinished",
]


class FileForm(Form):
    """File it: somebody with an account has nothing more to say."""


class ApplicantForm(FileForm):
    """Who files, where there is no account."""

    name = TextField(_l("Name and surname"), max=200, autocomplete="name", missing=_l("Enter your name and surname"))
    email = EmailField(_l("Email address"), help=_l("We send the protocol number and the answer there"))
    phone = PhoneField(_l("Phone number"), required=False)


class CounterForm(FileForm):
    """How something came in that staff file for somebody."""

    channel = RadiosField(
        _l("How did it come in?"), choices=choices_of(Channel), missing=_l("Choose how the request came in")
    )
    identity = CheckboxField(_l("I have checked the applicant’s identity card or passport"), required=False)


class PersonForm(FileForm):
    """For whom staff file; whoever has no e-mail address gets the receipt on paper."""

    name = TextField(_l("Name and surname of the applicant"), max=200, autocomplete="off")
    email = EmailField(
        _l("Email address"),
        required=False,
        autocomplete="off",
        help=_l("Without one no letters go out: print the receipt, and tell the applicant what is asked and decided."),
    )
    phone = PhoneField(_l("Phone number"), required=False, autocomplete="off")
    language = RadiosField(_l("Language of letters and documents"), inline=True, default=LEGAL_LANGUAGE)


class LinkForm(Form):
    """Where the address of the draft goes."""

    email = EmailField(_l("Email address"), id="link-email")


class DecisionForm(Form):
    """How a case is decided."""

    outcome = RadiosField(_l("Decision"), choices=choices_of(Outcome), missing=_l("Choose how the case is decided"))
    reasons = TextAreaField(
        _l("Reasons"),
        required=False,
        max=6000,
        rows=8,
        help=_l("Needed unless everything is granted. They are printed on the document and sent to the applicant."),
    )
    #: version of the case that the page showed
    seen = HiddenField()

    @property
    def confirmed(self) -> bool:
        """Whether the document was looked at, and the button pressed that signs it."""
        return "sign" in request.form

    @property
    def seen_version(self) -> int | None:
        """The version that was seen; None where it did not come as a number."""
        text = str(self.seen.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else None
