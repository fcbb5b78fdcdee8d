"""How figures, lights and periods are written in documents; each cell keeps the number that it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from portal.core.db import db
from portal.core.i18n import format_date, format_money, format_number, language, plain
from portal.core.i18n import translate as _
from portal.organisation import queries as organisation
from portal.plan.models import Period
from portal.plan.queries.finance import Amounts
from portal.plan.queries.picture import STAGES, Figures
from portal.plan.views.documents.paper import Cell, Column, Document, Number, Part

NOTHING = Cell("–")


def words(text: str) -> Cell:
    """Words; a dash for none."""
    return Cell(text) if text else NOTHING


def whole(value: int) -> Cell:
    """A plain number."""
    return Cell(format_number(value), value)


def percent(value: Number | None) -> Cell:
    """52%."""
    return NOTHING if value is None else Cell(f"{format_number(value)}%", value)


def euro(value: Decimal | None) -> Cell:
    """1.234,50 €."""
    return NOTHING if value is None else Cell(format_money(value), value)


def measured(value: Number | None, unit: str) -> Cell:
    """A figure with its unit of measure."""
    if value is None or unit == "%":
        return percent(value)
    return Cell(f"{format_number(value)} {unit}".strip(), value)


def numbers(*titles: str, width: int = 2) -> list[Column]:
    """Columns of figures."""
    return [Column(title, width, is_number=True) for title in titles]


def stages() -> list[Column]:
    """The columns of money: at each stage, and what share was paid."""
    names = (_("Budgeted"), _("Committed"), _("Invoiced"), _("Paid"))
    return [*numbers(*names, width=4), *numbers(_("Paid of the budget"), width=3)]


def money(row: Figures) -> list[Cell]:
    """The cells of `stages` of a figure of a period."""
    return [*(euro(row.number(stage)) for stage in STAGES), percent(row.number("absorption"))]


def amounts(of: Amounts) -> list[Cell]:
    """The same of amounts."""
    return [*(euro(getattr(of, stage)) for stage in STAGES), percent(of.absorption)]


def coded(row: Figures) -> Cell:
    """Code and title; what is only a sample says so."""
    text = f"{row.code} {plain(row.title)}"
    return Cell(f"{text} ({_('sample')})" if row.values.get("sample") else text)


def period_name(row: Period) -> str:
    """«1st quarter 2026», «March 2026», «2026»."""
    if "-" not in row.code:
        return row.code
    return format_date(row.first, "QQQQ y" if "Q" in row.code else "LLLL y")


def sentences(*texts: str) -> str:
    """What is not empty, one after the other."""
    return " ".join(text for text in texts if text)


def document(title: str, date: str, parts: Iterable[Part]) -> Document:
    """A document of this municipality in the language of the page."""
    body = organisation.municipality(db.session)
    profile = body.profile if body else {}
    name = plain(body.name) if body else ""
    held: Sequence[Part] = list(parts)
    return Document(title, language(), date, name, profile.get("emblem") or "", held)
