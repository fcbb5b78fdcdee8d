"""The form of one row of the plan, made from the columns of its sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.fields import (
    CheckboxesField,
    DateField,
    MoneyField,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    choice,
    choices_of,
)
from portal.core.forms import Form
from portal.core.i18n import NAMES, plain
from portal.core.i18n import translate as _
from portal.core.texts import Translated
from portal.plan.forms.columns import CHOICES, COLUMNS, DATES, FLAGS
from portal.plan.models import ActionKind, IndicatorKind
from portal.plan.operations.cells import BadCell
from portal.plan.operations.content import Content
from portal.plan.operations.sheets import TABLES
from portal.plan.operations.workbook import ACTIONS, MEASURES, OBJECTIVES, PLAN_KEYS, Column, columns

LONG = frozenset({"description", "definition", "preconditions", "vision", "note", "source"})
#: these are not asked: feeds are connected elsewhere, and the years of a plan never change
NOT_ASKED = frozenset({"feed", "feed_filter", "first_year", "last_year"})
#: by these a row is known; asked only of a new one
KNOWN_BY = frozenset({"code", "action", "budget_code"})
_TABLES = {table.name: table for table in TABLES}
_SHEETS = {table.name: table.sheet for table in TABLES}


@dataclass(frozen=True)
class Known:
    """What fields of a row can name."""

    content: Content
    units: Mapping[str, Translated]
    communities: Mapping[str, Translated]


class RowForm(Form):
    """A row; `row_form` adds its fields."""

    kind: ClassVar[str] = ""
    asked: ClassVar[Sequence[Column]] = ()

    seen = HiddenField()

    def validate(self, extra_validators: Any = None) -> bool:
        """Codes and calculations as the workbook would read them."""
        fine = super().validate(extra_validators)
        for column in self.asked:
            field = self[name_of(column)]
            if column.key in {"code", "budget_code", "calculation"} and field.data and not field.errors:
                try:
                    column.kind.take(field.data)
                except BadCell as bad:
                    field.refuse(_(bad.message, **bad.values))
                    fine = False
        return fine

    @property
    def values(self) -> dict[str, Any]:
        """The row as a content keeps it."""
        found: dict[str, Any] = {}
        for column in self.asked:
            value = self[name_of(column)].data
            if column.language:
                found.setdefault(column.key, {}).update({column.language: value} if value else {})
            elif column.year:
                found.setdefault(column.key, {})[str(column.year)] = kept(column, value)
            else:
                found[column.key] = kept(column, value)
        return found


def kept(column: Column, value: Any) -> Any:
    """The value of a field as a content keeps it."""
    if column.key in {"communities", "cooperating"}:
        return list(value or ())
    if value is None or value == "":
        return None
    if column.key in {"priority", "weight", "baseline_year"}:
        return int(value)
    if column.key in {"lat", "lon"}:
        return round(float(value), 6)
    if isinstance(value, Decimal):
        exact = Decimal("0.01") if column.key in {"amounts", "amount"} else Decimal("0.0001")
        return column.kind.dump(value.quantize(exact))
    return getattr(value, "value", value) if column.key in CHOICES else column.kind.dump(value)


def name_of(column: Column) -> str:
    """The name of the field of a column."""
    return f"{column.key}_{column.language or column.year}" if column.language or column.year else column.key


def row_form(kind: str, known: Known, *, new: bool) -> type[RowForm]:
    """The form of a row of that kind."""
    asked = [column for column in _columns(kind, known.content) if _is_asked(kind, column, new=new)]
    fields = {name_of(column): _field(kind, column, known) for column in asked}
    return type("FilledRowForm", (RowForm,), {"kind": kind, "asked": asked, **fields})


def _columns(kind: str, content: Content) -> Iterable[Column]:
    if kind != "plan":
        return columns(_SHEETS[kind], range(content["plan"]["first_year"], content["plan"]["last_year"] + 1))
    return [
        Column(name, key, cell, language)
        for name, key, cell, translated in PLAN_KEYS
        for language in (("el", "en") if translated else ("",))
    ]


def _is_asked(kind: str, column: Column, *, new: bool) -> bool:
    fixed = column.key in KNOWN_BY or (column.key == "source" and not column.language)
    fixed = fixed or (column.key == "parent" and kind != "axis")
    return column.key not in NOT_ASKED and (new or not fixed)


def row_data(kind: str, row: Mapping[str, Any], known: Known) -> dict[str, Any]:
    """A row for the fields of its form."""
    found: dict[str, Any] = {}
    for column in _columns(kind, known.content):
        value = row.get(column.key)
        part = column.language or (str(column.year) if column.year else "")
        value = (value or {}).get(part) if part else value
        if column.key in FLAGS and value is not None:
            value = "yes" if value else "no"
        found[name_of(column)] = value
    return found


def _field(kind: str, column: Column, known: Known) -> Any:
    label: Any = COLUMNS[column.key]
    required = column.kind.required and column.language != "en"
    options: dict[str, Any] = {"required": required}
    if column.language:
        label = _l("%(label)s (%(part)s)", label=label, part=NAMES[column.language])
        if column.key in LONG:
            return TextAreaField(label, max=4000, rows=3, **options)
        return TextField(label, max=1000, **options)
    if column.year:
        label = _l("%(label)s (%(part)s)", label=label, part=column.year)
    if maker := _MAKERS.get(column.key):
        return maker(label, options, known)
    return _chosen(kind, column, known, label=label, **options) or TextField(label, max=300, **options)


def _chosen(kind: str, column: Column, known: Known, **options: Any) -> Any:
    """The field of a column in which one of some things stands, or a day; None: it is another."""
    if column.key in FLAGS:
        yes, no = FLAGS[column.key]
        return FlagField(choices=[choice("yes", yes), choice("no", no)], inline=True, **options)
    if column.key in CHOICES:
        kinds: Any = {"action": ActionKind, "project": ActionKind, "indicator": IndicatorKind}
        members = kinds[kind] if column.key == "kind" else CHOICES[column.key][0]
        return SelectField(choices=choices_of(members), **options)
    if column.key in DATES:
        return DateField(**options)
    if column.key in {"parent", "source"}:
        return SelectField(choices=_offered(known.content, _above(kind, column.key)), **options)
    return None


class FlagField(RadiosField):
    """One of two words; `data` is "yes" or "no", and the content keeps a truth value."""

    def read(self, text: str) -> Any:
        """The truth value."""
        return {"yes": True, "no": False}.get(text)

    def check(self) -> None:
        """Only the two are offered.

        :raises ValidationError: something else was sent.
        """
        super().check()
        self.data = self.typed == "yes"


def _above(kind: str, key: str) -> str:
    """The sheet to whose codes a column points."""
    return _SHEETS[_TABLES[kind].points[key][1]]


def _offered(content: Content, *sheets: str) -> list[Any]:
    rows = [row for sheet in sheets for row in content["sheets"].get(sheet, ())]
    return [choice(row["code"], f"{row['code']} {plain(row['title'])}") for row in rows]


def _named(names: Mapping[str, Translated]) -> list[Any]:
    return [choice(code, plain(name)) for code, name in names.items()]


def _figure(label: Any, options: dict[str, Any], _known: Known) -> Any:
    return NumberField(label, min=0, decimals=4, **options)


def _money(label: Any, options: dict[str, Any], _known: Known) -> Any:
    return MoneyField(label, min=0, **options)


def _degrees(label: Any, options: dict[str, Any], _known: Known) -> Any:
    return NumberField(label, min=-180, max=180, decimals=6, **options)


def _belonging(label: Any, options: dict[str, Any], known: Known) -> Any:
    return SelectField(label, choices=_offered(known.content, MEASURES, OBJECTIVES, ACTIONS), **options)


_Maker = Callable[[Any, dict[str, Any], Known], Any]
_MAKERS: Mapping[str, _Maker] = {
    "amounts": _money,
    "amount": _money,
    "quantity": _figure,
    "targets": _figure,
    "baseline": _figure,
    "lat": _degrees,
    "lon": _degrees,
    "belongs_to": _belonging,
    "action": lambda label, options, known: SelectField(label, choices=_offered(known.content, ACTIONS), **options),
    "unit": lambda label, options, known: SelectField(label, choices=_named(known.units), **options),
    "cooperating": lambda label, options, known: CheckboxesField(label, choices=_named(known.units), **options),
    "communities": lambda label, options, known: CheckboxesField(
        label,
        help=_l("None of them: the whole municipality"),
        choices=_named(known.communities),
        **{**options, "required": False},
    ),
    "priority": lambda label, options, _known: SelectField(
        label, choices=[choice(1, _l("1 – first")), choice(2, _l("2 – second")), choice(3, _l("3 – third"))], **options
    ),
    "weight": lambda label, options, _known: NumberField(label, min=0, max=100, unit="%", **options),
    "baseline_year": lambda label, options, _known: NumberField(label, min=1990, max=2100, **options),
}
