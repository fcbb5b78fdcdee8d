"""Forms of documents: verification, and what the desk does with the register."""

from flask_babel import lazy_gettext as _l

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
    choices_of,
)
from portal.core.forms import Form, IdempotentForm, SearchForm
from portal.documents.models import Direction, Entry, LinkKind, Marking
from portal.documents.operations import Correcting, NewEntry

REFERENCE = r"\s*\d{1,9}\s*/\s*\d{1,9}\s*"
REFERENCE_MESSAGE = _l("Write the protocol number with its year, for example 2026/18412")


class CodeForm(SearchForm):
    """Verify a document by its code."""

    code = TextField(
        _l("Code of the document"),
        help=_l("Twelve letters and digits beside the QR code, for example 7KQ2-MWXA-39FT."),
        missing=_l("Write the code of the document"),
        max=40,
        spellcheck=False,
        autocomplete="off",
    )


class UploadForm(Form):
    """Verify a document by its file."""

    file = FileField(
        _l("The file (PDF)"),
        help=_l("The file as you got it. We compare it with the original and do not keep it."),
        missing=_l("Choose the PDF file that you want to verify"),
        kinds=("pdf",),
    )


class RegisterForm(SearchForm):
    """Filters of the register."""

    q = SearchField(_l("Words, number or name"), max=100)
    direction = SelectField(
        _l("Direction"), required=False, choices=[choice("", _l("All")), *choices_of(Direction)], mark_optional=False
    )
    year = NumberField(_l("Year"), required=False, min=1900, max=2199, mark_optional=False)
    number = NumberField(_l("Number"), required=False, min=1, max=10**9, mark_optional=False)
    since = DateField(_l("Registered from"), required=False, mark_optional=False)
    until = DateField(_l("Registered until"), required=False, mark_optional=False)
    unit = SelectField(_l("Unit"), required=False, mark_optional=False)
    marking = SelectField(
        _l("Marking"), required=False, choices=[choice("", _l("All")), *choices_of(Marking)], mark_optional=False
    )


class EntryForm(IdempotentForm):
    """Register a document by hand."""

    direction = RadiosField(_l("Direction"), choices=choices_of(Direction), default=Direction.INCOMING)
    subject = TextAreaField(
        _l("Subject"), max=500, rows=2, missing=_l("Write in a few words what the document is about")
    )
    party = TextField(
        _l("From or to"),
        help=_l("Who sent it, or to whom it goes."),
        max=300,
        missing=_l("Write who sent the document, or to whom it goes"),
    )
    party_reference = TextField(
        _l("Their number and date"), help=_l("As the sender wrote them on the document."), required=False, max=200
    )
    unit = SelectField(_l("Unit"), help=_l("The unit that the document concerns."), missing=_l("Choose the unit"))
    marking = RadiosField(
        _l("Marking"),
        help=_l("A marked document is seen only by its unit, the heads above it and administrators."),
        choices=choices_of(Marking),
        default=Marking.NONE,
    )
    link_kind = SelectField(
        _l("What it does to an earlier document"),
        required=False,
        choices=[choice("", _l("Nothing")), *choices_of(LinkKind)],
    )
    link_to = TextField(
        _l("Number of the earlier document"),
        help=_l("For example 2026/18412."),
        required=False,
        max=25,
        pattern=REFERENCE,
        pattern_message=REFERENCE_MESSAGE,
    )
    files = FileField(_l("Files"), required=False, max_files=10)

    def new_entry(self, *, registered_by_id: int, attachment_ids: tuple[int, ...]) -> NewEntry:
        """The operation's input."""
        return NewEntry(
            direction=Direction(self.direction.data),
            subject=self.subject.data,
            party=self.party.data,
            party_reference=self.party_reference.data or None,
            marking=Marking(self.marking.data),
            unit_id=int(self.unit.data),
            registered_by_id=registered_by_id,
            attachment_ids=attachment_ids,
            once=self.once.data,
        )


class LinkForm(Form):
    """Say what a document does to an earlier one."""

    kind = SelectField(_l("What it does"), choices=choices_of(LinkKind))
    reference = TextField(
        _l("Number of the earlier document"),
        help=_l("For example 2026/18412."),
        max=25,
        pattern=REFERENCE,
        pattern_message=REFERENCE_MESSAGE,
    )


class RevokeForm(Form):
    """Take an issued document back."""

    reason = TextAreaField(
        _l("Why is it taken back?"),
        help=_l("Anyone who verifies the document can read it. Do not write personal data."),
        max=500,
        rows=3,
        missing=_l("Write why the document is taken back"),
    )


class CorrectionForm(Form):
    """Set an entry right."""

    subject = TextAreaField(_l("Subject"), max=500, rows=2)
    party = TextField(_l("From or to"), max=300)
    party_reference = TextField(_l("Their number and date"), required=False, max=200)
    unit = SelectField(_l("Unit"), missing=_l("Choose the unit"))
    marking = RadiosField(_l("Marking"), choices=choices_of(Marking))
    reason = TextAreaField(
        _l("Reason for the correction"),
        help=_l("It stays beside the entry, with your name."),
        max=1000,
        rows=3,
        missing=_l("Write why the entry is corrected"),
    )

    def show(self, entry: Entry) -> None:
        """Fill in what the entry says now."""
        for name in ("subject", "party", "party_reference", "marking"):
            getattr(self, name).process_data(entry.current(name))
        self.unit.process_data(str(entry.current_unit_id or ""))

    def correcting(self) -> Correcting:
        """The operation's input."""
        return Correcting(
            reason=self.reason.data,
            subject=self.subject.data,
            party=self.party.data,
            party_reference=self.party_reference.data,
            marking=Marking(self.marking.data),
            unit_id=int(self.unit.data),
        )
