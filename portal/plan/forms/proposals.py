"""Forms of proposals: what somebody proposes, and what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.fields import (
    EmailField,
    NumberField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    choice,
    choices_of,
)
from portal.core.forms import Form, IdempotentForm
from portal.core.i18n import plain
from portal.core.texts import Translated
from portal.plan.forms.wording import REASON, WordedForm, in_languages, languages_for
from portal.plan.models import Origin, PlanProposal, ProposalState
from portal.plan.operations.proposals import NewProposal, Verdict

_LATER: dict[str, Any] = {"required": False, "mark_optional": False}
Names = Sequence[tuple[int, Translated]]


class ProposalForm(IdempotentForm):
    """What somebody with an account proposes."""

    title = TextField(
        _l("What should be done"), max=200, help=_l("In a few words, for example: shade at the bus stops")
    )
    text = TextAreaField(
        _l("Why, and where"), max=4000, rows=8, help=_l("Everybody can read it. Please write nothing personal.")
    )
    community = SelectField(_l("Community"), blank=_l("The whole municipality"), **_LATER)

    def offer(self, communities: Names, units: Names = ()) -> None:
        """Fill in what can be chosen."""
        self.community.choices = [choice(number, plain(name)) for number, name in communities]
        if "unit" in self:
            self["unit"].choices = [choice(number, plain(name)) for number, name in units]

    def new(self, language: str) -> NewProposal:
        """For the operation."""
        names = ("title", "text", "name", "email")
        given: dict[str, Any] = {name: str(self[name].data or "") for name in names if name in self}
        return NewProposal(**given, language=language, community_id=self.community.data or None)


class GuestProposalForm(ProposalForm):
    """What somebody without an account proposes."""

    name = TextField(_l("Your name"), max=200, required=False, autocomplete="name", help=_l("It is not published."))
    email = EmailField(
        _l("Email"), help=_l("We send you a letter with a link; your proposal is published once you open it.")
    )


class EnteredProposalForm(ProposalForm):
    """What a unit or a community council proposes, entered by staff."""

    origin = RadiosField(_l("Whose proposal is it?"), choices=choices_of(Origin, Origin.COMMUNITY, Origin.UNIT))
    rank = NumberField(
        _l("Its place in the order of the community council"),
        min=1,
        max=1000,
        help=_l("1 is what the council wants most."),
        when="origin == 'community'",
        **_LATER,
    )
    unit = SelectField(_l("Unit"), blank=_l("Choose the unit"), when="origin == 'unit'", **_LATER)
    name = TextField(_l("Who is told what becomes of it"), max=200, required=False)
    email = EmailField(_l("Their email"), required=False, autocomplete="off")

    def validate(self, extra_validators: Any = None) -> bool:
        """A community says where it stands, a unit who it is."""
        fine = super().validate(extra_validators)
        if self.origin.data is Origin.COMMUNITY and not self.community.data:
            self.community.refuse(_l("Choose the community"))
        if self.origin.data is Origin.COMMUNITY and not self.rank.data and not self.rank.errors:
            self.rank.refuse(_l("Enter its place in the order of the community council"))
        if self.origin.data is Origin.UNIT and not self.unit.data:
            self.unit.refuse(_l("Choose the unit"))
        return fine and not self.errors

    def new(self, language: str) -> NewProposal:
        """For the operation: of what was not asked nothing is taken."""
        given: dict[str, Any] = {name: str(self[name].data or "") for name in ("title", "text", "name", "email")}
        by_council = self.origin.data is Origin.COMMUNITY
        return NewProposal(
            **given,
            language=language,
            origin=self.origin.data,
            community_id=self.community.data or None,
            rank=int(self.rank.data) if by_council else None,
            unit_id=None if by_council else self.unit.data,
        )


class VerdictForm(WordedForm):
    """What becomes of a proposal; the reason in each language is added by `verdict_form`."""

    state = RadiosField(
        _l("What becomes of it?"),
        choices=choices_of(ProposalState, ProposalState.ACCEPTED, ProposalState.MERGED, ProposalState.REFUSED),
        missing=_l("Choose what becomes of it"),
    )
    action_code = TextField(
        _l("Code of the action it becomes"),
        max=80,
        help=_l("Of the plan, or of a revision that is being prepared, for example 1.2.3.04"),
        when="state == 'accepted'",
        **_LATER,
    )
    merged = SelectField(_l("Merged with"), when="state == 'merged'", **_LATER)

    def offer(self, others: Sequence[PlanProposal]) -> None:
        """Fill in the other proposals; where there are none, nothing can be merged."""
        if not others:
            self.state.choices = choices_of(ProposalState, ProposalState.ACCEPTED, ProposalState.REFUSED)
            del self["merged"]
            return
        self.merged.choices = [choice(row.id, f"{row.id}: {row.title}") for row in others]

    @property
    def verdict(self) -> Verdict:
        """For the operation: of what was not asked nothing is taken."""
        state = self.state.data
        accepted, merged = state is ProposalState.ACCEPTED, state is ProposalState.MERGED
        return Verdict(
            state=state,
            answer=self.texts("answer"),
            action_code=str(self.action_code.data or "") if accepted else "",
            merged_id=self["merged"].data if merged else None,
        )


def verdict_form(row: PlanProposal, offered: Sequence[str]) -> type[VerdictForm]:
    """The form with a reason in Greek, in its author's language, and in those of the portal."""
    needed = languages_for((), row.language)
    return in_languages(VerdictForm, languages_for(offered, row.language), {"answer": _reason}, needed=needed)


def _reason(*, language: str, required: bool) -> TextAreaField:
    return TextAreaField(
        _l("Reason, in this language: %(language)s", language=language),
        max=2000,
        rows=4,
        required=required,
        help=REASON,
    )


class HideForm(Form):
    """Why something is taken down."""

    why = TextAreaField(_l("Why is it taken down?"), max=1000, rows=3, help=_l("Whoever wrote it reads this."))
