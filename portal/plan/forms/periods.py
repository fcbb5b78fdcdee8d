"""Forms of monitoring periods: open one, check it, present it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.fields import DateField, SelectField, TextAreaField, TextField, choice
from portal.core.forms import Form
from portal.core.i18n import NAMES, format_date
from portal.core.texts import Translated
from portal.plan.operations.periods import Check, Presentation
from portal.plan.queries.spans import Span


def span_words(span: Span) -> str:
    """A span as people say it."""
    return span.code if span.months == 12 else format_date(span.first, "QQQQ y")


class OpenForm(Form):
    """Which span, and by when units report."""

    span = SelectField(_l("Period"), missing=_l("Choose the period"))
    due_on = DateField(_l("Reports are due by"), missing=_l("Enter the day by which units report"))

    def offer(self, choices: Iterable[Span]) -> None:
        """Fill the list."""
        self.span.choices = [choice(span.code, span_words(span)) for span in choices]


class CheckForm(Form):
    """What the planning unit says of the period; a field for each language is added by `check_form`."""

    languages: Sequence[str] = ()

    missing_why = TextAreaField(
        _l("Why the period is checked without these reports"),
        max=1000,
        rows=3,
        help=_l("Everybody will read it beside the figures."),
        missing=_l("Some reports are not accepted. Write why the period is checked without them."),
    )

    @property
    def check(self) -> Check:
        """The input of the operation."""
        said = {code: str(self[f"remarks_{code}"].data or "") for code in self.languages}
        remarks = Translated({code: text for code, text in said.items() if text})
        return Check(remarks, "" if self.missing_why.skipped else str(self.missing_why.data or ""))


def check_form(languages: Sequence[str], *, missing: int) -> CheckForm:
    """The form; the reason is asked where reports are missing."""
    fields = {
        f"remarks_{code}": TextAreaField(
            _("Remarks on the period, in %(language)s", language=NAMES.get(code, code)),
            max=4000,
            rows=5,
            required=False,
            help=_("What the figures do not say by themselves. Everybody will read it.") if code == "el" else "",
        )
        for code in languages
    }
    form: CheckForm = type("CheckForm", (CheckForm,), {**fields, "languages": languages})()
    if not missing:
        form.skip(["missing_why"])
    return form


class PresentForm(Form):
    """When the Municipal Committee saw it, and what it decided."""

    presented_on = DateField(_l("Day of the session"), missing=_l("Enter the day of the session"))
    decision = TextField(
        _l("Decision"),
        max=200,
        help=_l("Its number and year, for example 117/2026."),
        missing=_l("Enter the number of the decision."),
    )
    ada = TextField(_l("ΑΔΑ"), max=20, required=False, help=_l("As Diavgeia gives it, for example Ψ297ΩΗΜ-ΣΙ0."))

    @property
    def presentation(self) -> Presentation:
        """The input of the operation."""
        return Presentation(self.presented_on.data, str(self.decision.data), str(self.ada.data or ""))
