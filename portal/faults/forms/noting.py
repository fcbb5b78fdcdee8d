"""The form with which staff note a report for somebody: one page for what, where and who."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.accounts.models import User
from portal.casework.operations import Applicant
from portal.core.fields import (
    EmailField,
    PhoneField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    choice,
    choices_of,
)
from portal.core.forms import IdempotentForm
from portal.core.i18n import NAMES
from portal.core.texts import LEGAL_LANGUAGE
from portal.documents.models import Channel
from portal.faults.forms.desk import categories_of
from portal.faults.forms.reporting import QuestionsForm, WhereForm, photos_field, questions_of
from portal.faults.models import FaultCategory
from portal.faults.operations import NewReport


class NoteForm(WhereForm, QuestionsForm, IdempotentForm):
    """What somebody reports, and how to reach them; `note_form` adds what the category asks."""

    kind: FaultCategory | None = None  # type: ignore[assignment]  # nothing was chosen yet

    channel = RadiosField(
        _l("How did it come in?"), choices=choices_of(Channel), missing=_l("Choose how the report came in")
    )
    category = SelectField(_l("What is broken"), missing=_l("Choose what is broken"))
    text = TextAreaField(
        _l("In their words"),
        max=3000,
        rows=4,
        missing=_l("Write down in a few words what is broken"),
        help=_l("Everybody can read it, unless this kind of report is private: no names or number plates, please."),
    )
    said_in = SelectField(
        _l("The language of these words, and of our letters"),
        choices=(),
        default=LEGAL_LANGUAGE,
    )
    photos = photos_field(_l("Photographs"), _l("If they brought or sent some."))
    name = TextField(_l("Name and surname"), max=120, required=False, mark_optional=False, autocomplete="off")
    email = EmailField(
        _l("Email address"),
        required=False,
        autocomplete="off",
        help=_l("Without one no letters go out: give them the number and the secret code of the next page."),
    )
    phone = PhoneField(_l("Phone number"), required=False, autocomplete="off")
    #: category and point with which the page was shown: its questions, and what is known there, have been seen
    looked = HiddenField(default="")

    def settle(self, categories: Sequence[FaultCategory], languages: Sequence[str]) -> None:
        """Fill in what can be chosen; questions that the page has not shown yet are not judged."""
        self.category.choices = categories_of(categories)
        self.said_in.choices = [choice(code, NAMES.get(code, code)) for code in languages]
        shown = self.kind is not None and str(self.looked.data).partition(" ")[0] == self.kind.code
        self.skip(() if shown or self.kind is None else {field.name for field in self.asked})

    @property
    def to_look_at(self) -> str:
        """What `looked` must be: the category, and the point to a metre; empty: nothing to look at yet."""
        if self.kind is None or self.point is None:
            return ""
        return "{} {:.5f},{:.5f}".format(self.kind.code, *self.point)

    def validate(self, extra_validators: Any = None) -> bool:
        """Somebody in particular reports it, unless the category takes reports of nobody."""
        fine = super().validate(extra_validators)
        if self.kind is not None and not self.kind.anonymous and self._applicant is None and not self.name.errors:
            self.name.refuse(_("For this kind of fault we need a name, so that we can ask"))
            return False
        return fine

    @property
    def _applicant(self) -> Applicant | None:
        name, email, phone = (str(field.data or "") for field in (self.name, self.email, self.phone))
        known = name or email or phone
        return Applicant(known, email.lower(), str(self.said_in.data), phone=phone or None) if known else None

    def report(self, clerk: User) -> NewReport:
        """For the operation."""
        assert self.kind is not None
        assert self.point is not None
        lat, lon = self.point
        return NewReport(
            category=self.kind,
            lat=lat,
            lon=lon,
            address=str(self.address.data or ""),
            text=str(self.text.data),
            language=str(self.said_in.data),
            reporter=self._applicant,
            answers=self.given,
            channel=self.channel.data,
            filed_by=clerk,
        )


def note_form(category: FaultCategory | None) -> type[NoteForm]:
    """The form with the questions of a category."""
    return type("CategoryNoteForm", (NoteForm,), questions_of(category)) if category else NoteForm
