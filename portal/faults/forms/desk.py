"""Forms of the desk: what becomes of a report, what it repeats, its parts, what the public reads of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.casework.forms import SeenForm
from portal.core.fields import (
    CheckboxesField,
    CheckboxField,
    DateField,
    FileField,
    RadiosField,
    RepeatingGroup,
    SelectField,
    TextAreaField,
    TextField,
    choice,
    choices_of,
)
from portal.core.i18n import NAMES, plain
from portal.core.texts import LEGAL_LANGUAGE, Translated
from portal.faults.models import Body, CannedReply, Fault, FaultCategory, FaultState
from portal.faults.operations import Change, Redaction

#: what staff say it is; the rest has pages of its own
CHOICES = (
    FaultState.CONFIRMED,
    FaultState.PLANNED,
    FaultState.REPAIRING,
    FaultState.REPAIRED,
    FaultState.IMPOSSIBLE,
    FaultState.PASSED_ON,
)


def categories_of(rows: Iterable[FaultCategory]) -> list[Any]:
    """The categories that can be chosen, each with its group."""
    return [choice(row.id, f"{plain(row.group.name)}: {plain(row.name)}") for row in rows if row.parent_id]


# -- what becomes of it


class ChangeForm(SeenForm):
    """What it is from now on; a note in each language is added by `change_form`."""

    languages: Sequence[str] = ()

    state = RadiosField(
        _l("What is it now?"), choices=choices_of(FaultState, *CHOICES), missing=_l("Choose what it is now")
    )
    planned_on = DateField(_l("Planned for"), required=False, mark_optional=False, when="state == 'planned'")
    body = SelectField(_l("Who is responsible"), required=False, mark_optional=False, when="state == 'passed-on'")
    body_reference = TextField(_l("Its number there"), max=120, required=False, when="state == 'passed-on'")
    photos = FileField(
        _l("Photographs of the repair"),
        kinds=("image",),
        max_files=5,
        required=False,
        help=_l("Everybody may see them: no faces and no number plates, please."),
        when="state == 'repaired'",
    )

    def offer(self, bodies: Sequence[Body]) -> None:
        """Fill in who else is responsible for something."""
        self.body.choices = [choice(row.id, plain(row.name)) for row in bodies]

    @property
    def note(self) -> Translated:
        """What was written, in every language in which it was."""
        return Translated({code: text for code in self.languages if (text := self[f"note_{code}"].data)})

    def change(self, bodies: Sequence[Body], photo_ids: Sequence[int]) -> Change:
        """For the operation: of what was not asked nothing is taken."""
        state = self.state.data
        passed_on, planned = state is FaultState.PASSED_ON, state is FaultState.PLANNED
        return Change(
            state=state,
            note=self.note,
            planned_on=self.planned_on.data if planned else None,
            photo_ids=photo_ids if state is FaultState.REPAIRED else (),
            body=next((row for row in bodies if passed_on and row.id == self.body.data), None),
            body_reference=str(self.body_reference.data or "") if passed_on else "",
        )


def change_form(fault: Fault, offered: Sequence[str]) -> type[ChangeForm]:
    """The form with a note in Greek, in the reporter's language, and in those of the portal."""
    codes = list(dict.fromkeys([LEGAL_LANGUAGE, fault.case.language, fault.language, *offered]))
    names: dict[str, Any] = {"languages": tuple(codes)}
    for code in codes:
        label = _l("News or reason, in this language: %(language)s", language=NAMES.get(code, code))
        names[f"note_{code}"] = TextAreaField(
            label, max=2000, rows=4, required=False, help=_their_language(code, fault)
        )
    return type("NotedChangeForm", (ChangeForm,), names)


def _their_language(code: str, fault: Fault) -> Any:
    return _l("The reporter reads it.") if code == fault.case.language else ""


def change_data(fault: Fault, state: FaultState | None, reply: CannedReply | None) -> dict[str, Any]:
    """What stands in the form when it opens: the texts of a reply, if one was chosen."""
    texts = {f"note_{code}": text for code, text in reply.text.items()} if reply else {}
    known = {"body": fault.body_id, "body_reference": fault.body_reference, "planned_on": fault.planned_on}
    return {**texts, **known, "state": state, "seen": str(fault.case.version)}


# -- reported before, parts, category


class MergeForm(SeenForm):
    """Which report it repeats."""

    near = RadiosField(_l("Which report does it repeat?"), required=False, mark_optional=False)
    number = TextField(
        _l("Or its number"), max=20, required=False, mark_optional=False, help=_l("For example 2026/18412.")
    )

    def offer(self, known: Sequence[tuple[str, str]]) -> None:
        """Fill in what lies near: number as in an address → words."""
        self.near.choices = [choice(slug, words) for slug, words in known]

    @property
    def slug(self) -> str:
        """The number as in an address."""
        return str(self.number.data or "").strip().replace("/", "-") or str(self.near.data or "")

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two ways."""
        fine = super().validate(extra_validators)
        if fine and not self.slug:
            self.number.refuse(_("Choose the report that it repeats, or enter its number"))
            return False
        return fine


def split_form(categories: Sequence[FaultCategory], units: Sequence[tuple[int, str]]) -> type[SeenForm]:
    """Parts: what, who, and in words what is to be done."""
    fields = {
        "category": SelectField(_l("What is broken"), choices=categories_of(categories)),
        "unit": SelectField(_l("Who does it"), choices=[choice(number, name) for number, name in units]),
        "text": TextAreaField(_l("What is to be done"), max=2000, rows=3),
    }
    parts = RepeatingGroup(_l("Parts"), fields=fields, min=1, max=5, row_label=_l("Part"), add_label=_l("Another part"))
    return type("SplitForm", (SeenForm,), {"parts": parts})


class RecategoriseForm(SeenForm):
    """Something else is broken."""

    category = SelectField(_l("What is broken"), missing=_l("Choose what is broken"))


# -- what the public reads


class RedactForm(SeenForm):
    """What the public reads and sees; photographs are added by `redact_form`."""

    languages: Sequence[str] = ()

    public_text = TextAreaField(
        _l("What the public reads"),
        max=4000,
        required=False,
        mark_optional=False,
        help=_l("Take out names, telephone numbers and whatever else is nobody's business. Staff keep the original."),
    )
    shown = CheckboxField(_l("The public may see this report"))
    public_photos = CheckboxesField(
        _l("Photographs that everybody may see"),
        required=False,
        mark_optional=False,
        help=_l("Only where nobody can be recognised and no number plate can be read."),
    )

    def redaction(self, fault: Fault) -> Redaction:
        """For the operation."""
        alts = {photo.id: self._alt(photo.id) for photo in fault.photos}
        public = [int(number) for number in self.public_photos.data or ()] if fault.photos else []
        return Redaction(
            public_text=str(self.public_text.data or ""), shown=bool(self.shown.data), public_photos=public, alts=alts
        )

    def _alt(self, number: int) -> Translated:
        texts = {code: str(self[f"alt_{number}_{code}"].data or "") for code in self.languages}
        return Translated({code: text for code, text in texts.items() if text})


def redact_form(fault: Fault, languages: Sequence[str]) -> type[RedactForm]:
    """The form with the photographs of a report, and what each shows in each language."""
    names: dict[str, Any] = {"languages": tuple(languages)}
    for at, photo in enumerate(fault.photos, start=1):
        for code in languages:
            label = _l("What photograph %(number)s shows (%(language)s)", number=at, language=NAMES.get(code, code))
            names[f"alt_{photo.id}_{code}"] = TextField(label, max=300, required=False)
    return type("PicturedRedactForm", (RedactForm,), names)


def offer_photos(form: RedactForm, fault: Fault) -> None:
    """Fill in the photographs; without any the question is left out."""
    if not fault.photos:
        del form.public_photos
        return
    form.public_photos.choices = [
        choice(photo.id, _l("Photograph %(number)s: %(moment)s", number=at, moment=_(photo.moment.label)))
        for at, photo in enumerate(fault.photos, start=1)
    ]


def redact_data(fault: Fault) -> dict[str, Any]:
    """A report for the fields of the form."""
    alts = {f"alt_{photo.id}_{code}": text for photo in fault.photos for code, text in photo.alt.items()}
    public = [photo.id for photo in fault.photos if photo.public]
    known = {"public_text": fault.said, "shown": fault.shown, "public_photos": public}
    return {**alts, **known, "seen": str(fault.case.version)}
