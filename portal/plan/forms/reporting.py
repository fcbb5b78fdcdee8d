"""Forms of reports: what a unit says of an action, and what the planning unit answers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.fields import NumberField, TextAreaField
from portal.core.forms import Form
from portal.plan.operations.reporting import Said


class SeenForm(Form):
    """Something done with what the page showed: a second press finds another version."""

    seen = HiddenField()

    @property
    def version(self) -> int:
        """The version that was seen; 0, which none has, where it is no number."""
        sent = str(self.seen.data or "")
        return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0


class ReportForm(SeenForm):
    """What was done, what stands in the way, what comes next; and how far it is, where the unit disagrees."""

    done = TextAreaField(_l("What was done in this period"), max=4000, rows=5, required=False, mark_optional=False)
    problems = TextAreaField(_l("What stands in the way"), max=4000, rows=3, required=False)
    next_steps = TextAreaField(_l("What comes next"), max=4000, rows=3, required=False)
    stated = NumberField(
        _l("How far the action is, as the unit sees it"),
        min=0,
        max=100,
        unit="%",
        required=False,
        classes="govuk-input--width-3",
        help=_l(
            "Leave it empty if you agree with what the evidence comes to. Both figures are published side by side."
        ),
    )
    why = TextAreaField(
        _l("Why the unit sees it differently"),
        max=2000,
        rows=3,
        required=False,
        help=_l("Needed where your figure differs. Everybody will read it."),
    )

    @property
    def said(self) -> Said:
        """The input of the operation."""
        stated = self.stated.data
        return Said(
            done=str(self.done.data or ""),
            problems=str(self.problems.data or ""),
            next_steps=str(self.next_steps.data or ""),
            stated=None if stated is None else int(stated),
            why=str(self.why.data or ""),
        )


class ReturnForm(SeenForm):
    """What the unit should correct or add."""

    reason = TextAreaField(
        _l("What should the unit correct or add?"),
        max=2000,
        rows=3,
        help=_l("The head of the unit gets it by email."),
        missing=_l("Write what the unit should correct or add."),
    )
