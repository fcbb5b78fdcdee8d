"""Forms of public consultation: opening it, saying something, answering, reporting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.fields import DateField, EmailField, RadiosField, SelectField, TextAreaField, TextField, choice
from portal.core.forms import IdempotentForm
from portal.core.i18n import plain
from portal.plan.forms.wording import REASON, WordedForm, in_languages, languages_for, text_data
from portal.plan.models import Comment, Consultation, ProposalState, Revision
from portal.plan.operations.commenting import NewComment
from portal.plan.operations.consulting import ConsultationInput

#: what can be done with a comment; “merged” is a part of it
ANSWERS = {
    ProposalState.ACCEPTED: _l("Accepted"),
    ProposalState.MERGED: _l("Accepted in part"),
    ProposalState.REFUSED: _l("Not accepted"),
}
#: with what has no answer yet
STANDINGS = {ProposalState.NEW: _l("Not answered yet"), **ANSWERS}


class ConsultationForm(WordedForm):
    """What people are asked; title and text in each language are added by `consultation_form`."""

    words_first = True

    revision = SelectField(
        _l("Draft that is consulted on"), required=False, mark_optional=False, blank=_l("The plan as it is")
    )
    opens_on = DateField(_l("First day"))
    closes_on = DateField(_l("Last day"), help=_l("After this day nothing can be added."))
    seen = HiddenField()

    def offer(self, drafts: Sequence[Revision]) -> None:
        """Fill in the drafts."""
        self.revision.choices = [choice(row.id, plain(row.title)) for row in drafts]

    @property
    def given(self) -> ConsultationInput:
        """For the operation."""
        return ConsultationInput(
            title=self.texts("title"),
            text=self.texts("text"),
            opens_on=self.opens_on.data,
            closes_on=self.closes_on.data,
            revision_id=self.revision.data or None,
        )


def consultation_form(languages: Sequence[str]) -> type[ConsultationForm]:
    """The form with title and text in each language: whoever reads it must be able to."""
    return in_languages(ConsultationForm, languages, {"title": _title, "text": _text}, needed=languages)


def _title(*, language: str, required: bool) -> TextField:
    return TextField(_l("Title (%(language)s)", language=language), max=200, required=required)


def _text(*, language: str, required: bool) -> TextAreaField:
    return TextAreaField(_l("Text (%(language)s)", language=language), max=8000, rows=8, required=required)


def consultation_data(row: Consultation) -> dict[str, Any]:
    """A consultation for the fields of the form."""
    known = {"revision": row.revision_id, "opens_on": row.opens_on, "closes_on": row.closes_on, "seen": str(row.seen)}
    return {**known, **text_data(title=row.title, text=row.text)}


class CommentForm(IdempotentForm):
    """What somebody with an account says."""

    text = TextAreaField(
        _l("Your comment"), max=4000, rows=8, help=_l("Everybody can read it. Please write nothing personal.")
    )
    name = TextField(
        _l("Name that is published with it"),
        max=200,
        required=False,
        autocomplete="name",
        help=_l("Leave it empty, and the comment has no name."),
    )
    organisation = TextField(
        _l("Organisation for which you speak"), max=200, required=False, autocomplete="organization"
    )

    def new(self, part: str, language: str) -> NewComment:
        """For the operation."""
        names = ("text", "name", "organisation", "email")
        given = {name: str(self[name].data or "") for name in names if name in self}
        return NewComment(**given, part=part, language=language)


class GuestCommentForm(CommentForm):
    """What somebody without an account says."""

    email = EmailField(
        _l("Email"),
        help=_l("It is not published. We send you a letter with a link; your comment counts once you open it."),
    )


class AnswerForm(WordedForm):
    """What was done with a comment; the words in each language are added by `answer_form`."""

    state = RadiosField(
        _l("What was done with it?"),
        choices=[choice(state, label) for state, label in ANSWERS.items()],
        missing=_l("Choose what was done with it"),
    )


def answer_form(row: Comment, offered: Sequence[str]) -> type[AnswerForm]:
    """The form with words in Greek, in the language of the comment, and in those of the portal."""
    needed = languages_for((), row.language)
    return in_languages(AnswerForm, languages_for(offered, row.language), {"answer": _answer}, needed=needed)


def _answer(*, language: str, required: bool) -> TextAreaField:
    return TextAreaField(
        _l("Answer, in this language: %(language)s", language=language),
        max=2000,
        rows=4,
        required=required,
        help=REASON,
    )


class ReportForm(WordedForm):
    """The report; its text in each language is added by `report_form`."""


def report_form(languages: Sequence[str]) -> type[ReportForm]:
    """The form with a text in each language."""
    return in_languages(ReportForm, languages, {"report": _text})
