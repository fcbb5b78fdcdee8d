"""Forms of revisions: what they are, why each change is, what the council says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.fields import DateField, TextAreaField, TextField
from portal.core.forms import Form, SearchForm
from portal.core.i18n import NAMES
from portal.core.texts import Translated
from portal.plan.operations.deciding import RevisionDecision
from portal.plan.operations.revising import NewRevision

#: a revision is written in both; Greek must be
_LANGUAGES = ("el", "en")


class RevisionForm(Form):
    """A new revision; `file_id` names the workbook that was brought, if it is made of one."""

    title_el = TextField(
        _l("Title (%(language)s)", language=NAMES["el"]),
        max=200,
        help=_l("As it will stand in the list of versions, for example “1st revision”."),
    )
    title_en = TextField(_l("Title (%(language)s)", language=NAMES["en"]), max=200, required=False)
    reasons_el = TextAreaField(_l("Why the plan should change (%(language)s)", language=NAMES["el"]), max=4000)
    reasons_en = TextAreaField(
        _l("Why the plan should change (%(language)s)", language=NAMES["en"]), max=4000, required=False
    )
    file_id = HiddenField()

    @property
    def given(self) -> NewRevision:
        """For the operation."""
        return NewRevision(self._texts("title"), self._texts("reasons"))

    def _texts(self, name: str) -> Translated:
        return Translated({code: text for code in _LANGUAGES if (text := self[f"{name}_{code}"].data)})


class StepForm(Form):
    """A button; `seen` is the revision as it was looked at."""

    seen = HiddenField()


class RejectForm(StepForm):
    """Give a revision up."""

    why = TextAreaField(_l("Why it is rejected"), max=2000, rows=3)


class RestForm(StepForm):
    """One reason for everything that has none."""

    reason = TextAreaField(_l("Reason"), max=2000, rows=2)


class DecisionForm(StepForm):
    """The decision of the council."""

    decision = TextField(_l("Number of the decision"), max=200, help=_l("For example 45/2026"))
    decided_on = DateField(_l("Date of the decision"), not_after="today")
    ada = TextField(
        _l("ΑΔΑ"), max=40, classes="govuk-input--width-20", help=_l("As Diavgeia gave it, for example Ψ297ΩΗΜ-ΣΙ0")
    )
    valid_from = DateField(
        _l("The plan holds so from"), help=_l("If this is today or earlier, the plan changes at once.")
    )

    @property
    def given(self) -> RevisionDecision:
        """For the operation."""
        return RevisionDecision(self.decision.data, self.decided_on.data, self.ada.data, self.valid_from.data)


class ReasonsForm(StepForm):
    """Why each change is; `reasons_form` adds a field for each."""

    keys: Mapping[str, str] = {}

    @property
    def given(self) -> dict[str, str]:
        """Key of the difference → why."""
        return {key: self[name].data for name, key in self.keys.items()}


def reasons_form(changes: Sequence[tuple[str, Any]]) -> type[ReasonsForm]:
    """The form with a field for each of these changes: its key and how it is called."""
    names = {field_of(key): key for key, _label in changes}
    labels = {field_of(key): label for key, label in changes}
    fields = {
        name: TextAreaField(
            _l("Reason for: %(what)s", what=labels[name]), required=False, mark_optional=False, max=2000, rows=2
        )
        for name in names
    }
    return type("FilledReasonsForm", (ReasonsForm,), {"keys": names, **fields})


def field_of(key: str) -> str:
    """The name of the field of a change: codes hold letters that names of fields may not."""
    return "why_" + hashlib.sha256(key.encode()).hexdigest()[:12]


class DayForm(SearchForm):
    """A day on which the plan was."""

    on = DateField(_l("Day"))
