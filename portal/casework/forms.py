"""Forms of casework: what staff do with a case, and what its applicant does."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.casework.models import AssignmentKind
from portal.core.fields import (
    DateField,
    FileField,
    NumberField,
    RadiosField,
    SearchField,
    SelectField,
    TextAreaField,
    TextField,
    choice,
)
from portal.core.forms import Form, SearchForm


class TrackForm(Form):
    """Follow a case without an account."""

    reference = TextField(
        _l("Protocol number"), help=_l("For example 2026/18412. It is on your receipt."), max=20, required=True
    )
    secret = TextField(
        _l("Secret code"),
        help=_l("Twelve letters and digits, for example K7PM-3XWD-9QRT. It is in the letter we sent you."),
        max=20,
        required=True,
    )


class SeenForm(Form):
    """Something done with a case; `seen` is its version on the page: a second press finds another one."""

    seen = HiddenField()

    @property
    def seen_version(self) -> int | None:
        """The version that was seen; None where it did not come as a number."""
        text = str(self.seen.data or "")
        return int(text) if text.isdecimal() and len(text) < 10 else None


class AnswerForm(SeenForm):
    """The applicant writes or adds documents."""

    text = TextAreaField(_l("Your message"), required=False, max=4000)
    files = FileField(_l("Documents"), required=False, max_files=5)


class WithdrawForm(Form):
    """The applicant withdraws the case."""

    text = TextAreaField(_l("Why do you withdraw it?"), required=False, max=1000)


class DeskForm(SeenForm):
    """Something staff do with a case."""

    def offer(self, *, units: Sequence[tuple[int, str]], people: Sequence[tuple[int, str]]) -> None:
        """Fill in what can be chosen; most forms choose nothing."""


class TakeForm(DeskForm):
    """Take the case."""


class AskForm(DeskForm):
    """Ask the applicant; the clock stands."""

    text = TextAreaField(_l("What do you need from the applicant?"), max=4000, required=True)
    files = FileField(_l("Documents"), required=False, max_files=5)


class MessageForm(DeskForm):
    """Tell the applicant something."""

    text = TextAreaField(_l("Message to the applicant"), max=4000, required=True)
    files = FileField(_l("Documents"), required=False, max_files=5)


class NoteForm(DeskForm):
    """Internal note."""

    text = TextAreaField(_l("Note for colleagues"), max=4000, required=True)


class RouteForm(DeskForm):
    """Give the case to a unit or a person."""

    kind = RadiosField(
        _l("Purpose"),
        choices=[choice(member.value, _l(member.label)) for member in AssignmentKind],
        default=AssignmentKind.ACTION.value,
        required=True,
    )
    unit = SelectField(_l("Unit"), required=True)
    person = SelectField(_l("Person"), required=False, help=_l("Only for action, and only people of your own unit."))
    text = TextAreaField(_l("Note for colleagues"), required=False, max=2000)

    def offer(self, *, units: Sequence[tuple[int, str]], people: Sequence[tuple[int, str]]) -> None:
        """Units to choose from, and the people of the case's unit."""
        self.unit.choices = [choice(str(number), name) for number, name in units]
        self.person.choices = [choice("", _l("Nobody in particular")), *(choice(str(n), name) for n, name in people)]


class ForwardForm(DeskForm):
    """The case belongs to another service."""

    unit = SelectField(_l("Competent unit"), required=True)
    text = TextAreaField(_l("Reason (the applicant reads it)"), max=2000, required=True)

    def offer(self, *, units: Sequence[tuple[int, str]], people: Sequence[tuple[int, str]]) -> None:  # noqa: ARG002
        """Units to choose from."""
        self.unit.choices = [choice(str(number), name) for number, name in units]


class WaitForm(DeskForm):
    """Somebody outside must act first."""

    text = TextAreaField(_l("Whom do we wait for, and why? (the applicant reads it)"), max=2000, required=True)


class ResumeForm(DeskForm):
    """Work continues."""

    text = TextAreaField(_l("What has changed?"), required=False, max=2000)


class ExtendForm(DeskForm):
    """The limit cannot be met."""

    days = NumberField(_l("Additional days"), min=1, max=60, required=True)
    text = TextAreaField(_l("Reasons (the applicant reads them)"), max=2000, required=True)


class QueueForm(SearchForm):
    """Filters of the queue."""

    q = SearchField(_l("Words, number or name"), required=False, max=100)
    kind = SelectField(_l("Kind"), required=False)
    unit = SelectField(_l("Unit"), required=False)
    community = SelectField(_l("Community"), required=False)
    since = DateField(_l("Filed from"), required=False)
    until = DateField(_l("Filed until"), required=False)
