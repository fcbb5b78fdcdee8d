"""A report on the page of its case: for staff, and for whoever filed it."""

from __future__ import annotations

from typing import Any

from flask import abort, url_for
from werkzeug.wrappers import Response

from portal.accounts.access import staff
from portal.casework.models import Case
from portal.core import clock
from portal.core.db import db
from portal.core.downloads import stored
from portal.core.i18n import plain
from portal.core.i18n import translate as _
from portal.faults import policy, queries
from portal.faults.access import seen_fault
from portal.faults.desk.base import blueprint, bounds, shapes
from portal.faults.models import Fault
from portal.faults.queries import staff as reads
from portal.organisation.access import current_mandate


def panel(case: Case) -> tuple[str, dict[str, Any]]:
    """What was reported, for the staff's page of a case."""
    fault = queries.of_case(db.session, case.id)
    if fault is None:
        return "faults/desk_panel.html", {"fault": None}
    mandate = current_mandate()
    around = reads.surroundings(db.session, fault, mandate, now=clock.now())
    values: dict[str, Any] = {
        "fault": fault,
        "answers": answers_in_words(fault),
        "around": around,
        "shapes": shapes([fault, *(each.fault for each in around.open)], endpoint="casework_desk.case"),
        "bounds": bounds([fault]),
        "may_act": policy.may_act(mandate, case),
        "may_redact": policy.may_redact(mandate, case),
    }
    if values["may_act"]:
        values |= {"decide_url": url_for("faults_desk.change", slug=fault.slug), "decide_label": _("What is it now?")}
    return "faults/desk_panel.html", values


def applicants_panel(case: Case) -> tuple[str, dict[str, Any]]:
    """The same for the reporter: how it stands, and its public page."""
    return "faults/panel.html", {"fault": queries.of_case(db.session, case.id), "decide_url": ""}


def answers_in_words(fault: Fault) -> list[tuple[str, str]]:
    """Questions of the category with what was answered."""
    pairs = []
    for question in fault.category.questions:
        answer = fault.answers.get(question["code"])
        if answer not in (None, "", []):
            pairs.append((plain(question["label"]), _in_words(question, answer)))
    return pairs


def _in_words(question: dict[str, Any], answer: Any) -> str:
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    labels = {row["code"]: plain(row["label"]) for row in question.get("choices") or ()}
    several = answer if isinstance(answer, list) else [answer]
    return ", ".join(labels.get(str(each), str(each)) for each in several)


@blueprint.get("/<string:slug>/photos/<int:number>/")
@staff
def photo(slug: str, number: int) -> Response:
    """A photograph, public or not, for staff who may see the report."""
    found = next((row for row in seen_fault(slug).photos if row.id == number), None)
    if found is None:
        abort(404)
    return stored(found.attachment)
