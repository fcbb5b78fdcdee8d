"""To which action and source an amount belongs: by the code of the action, else by the code of the budget (Κ.Α.)."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from portal.core.texts import N_
from portal.plan.models import Action, Funding, FundingSource, Plan
from portal.plan.operations.cells import BadCell
from portal.plan.operations.greek import folded
from portal.plan.operations.money import only_source


def text_in(cell: Any, most: int) -> str:
    """Words of a cell in one line; with `most`, at most so many characters.

    :raises BadCell: there are more.
    """
    whole = isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15
    text = str(int(cell)) if whole else str(cell)
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if most and len(text) > most:
        raise BadCell(N_("This text has more than %(most)s characters. Shorten it."), most=most)
    return text


def code_in(cell: Any) -> str:
    """A code with dots, as text: a number or a date is one that the spreadsheet has spoilt.

    :raises BadCell: it was spoilt.
    """
    whole = isinstance(cell, (int, float)) and not isinstance(cell, bool) and float(cell).is_integer()
    if not isinstance(cell, str) and not whole:
        raise BadCell(
            N_("The spreadsheet turned this code into a number or a date. Format the cell as text, type it again.")
        )
    return re.sub(r"\s", "", text_in(cell, 40))


class Matcher:
    """The codes of a plan, read once."""

    def __init__(self, session: Session, plan: Plan) -> None:
        self.plan = plan
        query = sa.select(Action).where(Action.plan_id == plan.id)
        loads = selectinload(Action.funding).joinedload(Funding.source)
        self.actions = {row.code: row for row in session.scalars(query.options(loads))}
        sources = session.scalars(sa.select(FundingSource).where(FundingSource.plan_id == plan.id)).all()
        self.codes = ", ".join(row.code for row in sources if not row.closed)
        #: source by code, or by its title in any language
        self.sources = {folded(name): row for row in sources for name in (*row.title.values(), row.code)}
        self.funded: dict[str, list[tuple[Action, FundingSource]]] = {}
        for action in self.actions.values():
            for funding in action.funding:
                if funding.budget_code and not action.closed:
                    self.funded.setdefault(budget(funding.budget_code), []).append((action, funding.source))

    def action(self, cell: Any) -> Action:
        """The action with a code.

        :raises BadCell: the plan has none.
        """
        code = code_in(cell)
        if code not in self.actions:
            message = N_(
                "The plan has no action %(code)s. Correct the code, or empty the cell: an action is given later."
            )
            raise BadCell(message, code=code)
        return self.actions[code]

    def source(self, cell: Any) -> FundingSource | None:
        """The source with a code or a title; None: the cell is empty.

        :raises BadCell: the plan has none.
        """
        name = text_in(cell, 200)
        if not name:
            return None
        if folded(name) not in self.sources:
            message = N_("The plan has no source “%(name)s”. Write one of: %(codes)s – or leave the column out.")
            raise BadCell(message, name=name, codes=self.codes)
        return self.sources[folded(name)]

    def match(
        self, action: Action | None, budget_code: str, source: FundingSource | None
    ) -> tuple[Action | None, FundingSource | None]:
        """Action and source of an amount; None: several could be meant, or nothing says which."""
        rows = self.funded.get(budget(budget_code), []) if budget_code else []
        rows = [row for row in rows if (action or row[0]) is row[0] and (source or row[1]) is row[1]]
        actions, sources = {row[0].code for row in rows}, {row[1].code for row in rows}
        if action is None and len(actions) == 1:
            action = rows[0][0]
        if source is None and action is not None:
            source = rows[0][1] if len(sources) == 1 else only_source(action, "")
        return action, source


def budget(code: str) -> str:
    """A code of the budget without its signs: 25.7312.001 and 25-7312.001 are the same, 02.25.7312.001 is another."""
    return folded(code)
