"""Forms of the accounting export: the file, what its columns are, and taking it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import HiddenField

from portal.core.fields import Field, FileField, SelectField, choice, component
from portal.core.forms import Form
from portal.plan.operations.ledgers import FIELDS, REQUIRED, Ledger
from portal.plan.operations.mapping import LEFT_OUT, Columns
from portal.plan.operations.money import STAGES

LABELS = {
    "action": _l("Code of the action"),
    "budget_code": _l("Code of the budget (Κ.Α.)"),
    "source": _l("Source of the money"),
    "stage": _l("Stage"),
    "on": _l("Day"),
    "year": _l("Year of the budget"),
    "amount": _l("Amount"),
    "reference": _l("Number of the warrant, invoice or decision"),
    "title": _l("For what"),
}


class LedgerField(FileField):
    """A file of the accounting system."""

    def kinds_text(self) -> str:
        """What can be chosen."""
        return str(_("CSV, XLSX or ODS"))

    def render(self, params: dict[str, Any]) -> Markup:
        """A file input."""
        params["attributes"] |= {"accept": ".csv,.txt,.xlsx,.ods"}
        return component("file-upload", params | {"multiple": False, "value": None})


class LedgerForm(Form):
    """An export of the accounting system."""

    file = LedgerField(_l("Export of the accounting system"), max_size=10_000_000)


class TakeLedgerForm(Form):
    """Take the file that was shown."""

    #: the file whose preview this is: if another was brought meanwhile, that one is shown first
    seen = HiddenField()


class ColumnsForm(Form):
    """What the columns of a file are, and what its words for stages mean."""

    #: the column and the words that were asked for, as `asked_for` says it: answers are for these alone
    asked = HiddenField()

    @property
    def headings(self) -> dict[str, str]:
        """Field → heading; "": no such column."""
        return {name: str(self[f"column_{name}"].data or "") for name in FIELDS}

    def stages(self, words: list[str]) -> dict[str, str]:
        """Word → stage, of those that were asked for; none, where another column of stages was chosen since."""
        if self.asked.data != asked_for(self.headings["stage"], words):
            return {}
        return {word: str(self[f"word_{at}"].data) for at, word in enumerate(words) if self[f"word_{at}"].data}


def columns_form(ledger: Ledger, columns: Columns, words: list[str]) -> type[ColumnsForm]:
    """The form for one file: a list of its headings for each field, a list of stages for each of its words."""
    made: dict[str, Any] = {f"column_{name}": _column(ledger, columns, name) for name in FIELDS}
    made |= {f"word_{at}": _word(word, columns.stage(word)) for at, word in enumerate(words)}
    made["asked"] = HiddenField(default=asked_for(columns.headings.get("stage", ""), words))
    return type("ColumnsOfFile", (ColumnsForm,), made)


def asked_for(heading: str, words: Sequence[str]) -> str:
    """A mark of a column and its words."""
    return hashlib.sha256(repr((heading, list(words))).encode()).hexdigest()[:16]


def _column(ledger: Ledger, columns: Columns, name: str) -> Field:
    return SelectField(
        LABELS[name],
        required=name in REQUIRED,
        mark_optional=False,
        blank=_l("The file has no such column"),
        missing=_l("Choose the column"),
        choices=[choice(heading, heading) for heading in ledger.headings],
        default=columns.headings.get(name, ""),
    )


def _word(word: str, stage: str) -> Field:
    label = _l("“%(word)s” means", word=word) if word else _l("All amounts of the file are")
    left_out = choice(LEFT_OUT, _l("Leave these rows out"))
    return SelectField(
        label,
        required=False,
        mark_optional=False,
        blank=_l("Choose from the list"),
        choices=[*(choice(each.value, _l(each.label)) for each in STAGES), left_out],
        default=stage,
    )
