"""Forms of crews and of whoever sets the rules."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.core.fields import EmailField, FileField, NumberField, TextAreaField, TextField
from portal.core.forms import IdempotentForm
from portal.faults.operations import NewApplication


class DoneForm(IdempotentForm):
    """A repair is done."""

    photos = FileField(
        _l("Photographs of the repair"),
        kinds=("image",),
        max_files=5,
        required=False,
        help=_l("Everybody may see them: no faces and no number plates, please."),
    )
    note = TextAreaField(_l("What was done"), max=2000, rows=3, required=False, help=_l("Everybody may read it."))
    minutes = NumberField(_l("Minutes it took"), min=0, max=10_000, required=False, default=0)
    materials = TextAreaField(_l("Materials, a line each"), max=2000, rows=3, required=False)


class ApplicationForm(IdempotentForm):
    """Who gets a key."""

    name = TextField(_l("Name of the application"), max=200, missing=_l("Enter the name of the application"))
    email = EmailField(_l("Email address of whoever looks after it"), required=False)
    most_a_day = NumberField(_l("Most reports a day"), min=1, max=100_000, default=500)

    @property
    def given(self) -> NewApplication:
        """For the operation."""
        return NewApplication(
            name=str(self.name.data), email=str(self.email.data or ""), most_a_day=int(self.most_a_day.data)
        )
