"""What is decided: the plan as it was first approved, its revisions, and the programmes of the years."""

from copy import deepcopy
from datetime import date, timedelta
from random import Random
from typing import Any

from portal.core.clock import athens_date
from portal.plan.operations import ProgrammeKind, rehearsal
from portal.plan.operations import programmes as programming
from portal.plan.operations.content import Content, code_of, load
from portal.plan.operations.deciding import RevisionDecision, bring_into_force, decide, propose
from portal.plan.operations.revising import By, NewRevision, explain, explain_rest, start_revision, write_row
from portal.site.operations.demonstration.plan.scene import Item, Scene
from portal.site.operations.demonstration.stage import Life

SHEETS = {"action": "Δράσεις", "funding": "Χρηματοδότηση", "milestone": "Ορόσημα", "project": "Έργα"}


def revised(scene: Scene) -> Life:
    """The plan begins as it was approved, is revised once to what the workbook says, and is being revised again."""
    item, rng = scene.data["revision"], scene.rng("revision")
    rehearsal.begin_as(scene.session, scene.plan, _before(scene, item["before"]), now=scene.stage.now)
    yield scene.at_work(rng, item["started"])
    yield from _decided(scene, item, rng)
    coming = scene.data["next_revision"]
    yield scene.at_work(rng, coming["days"])
    _prepared(scene, coming)


def _before(scene: Scene, edits: list[Item]) -> Content:
    """The plan of the workbook without what was changed since."""
    content = deepcopy(scene.content)
    for edit in edits:
        if edit.get("absent"):
            for sheet in SHEETS.values():
                rows = content["sheets"][sheet]
                rows[:] = [row for row in rows if edit["code"] not in {row.get("code"), row.get("action")}]
            continue
        _change(_row(content, edit), edit)
    return content


def _row(content: Content, edit: Item) -> dict[str, Any]:
    """The row that is meant; of the funding action and source say enough."""
    rows: list[dict[str, Any]] = content["sheets"][SHEETS[edit["kind"]]]
    return next(row for row in rows if f"{code_of(row)}/".startswith(f"{edit['code']}/"))


def _change(row: dict[str, Any], edit: Item) -> None:
    for name, value in edit["values"].items():
        plain = value.isoformat() if isinstance(value, date) else value
        row[name] = {**row[name], **_texts(plain)} if isinstance(plain, dict) else plain


def _texts(values: dict[Any, Any]) -> dict[str, Any]:
    """As a content has them: years and amounts are text."""
    return {str(key): f"{value:.2f}" if isinstance(value, (int, float)) else value for key, value in values.items()}


def _decided(scene: Scene, item: Item, rng: Random) -> Life:
    session, actor_id = scene.session, scene.planner.id
    wanted = NewRevision(scene.text(item["title"]), scene.text(item["reasons"]), load(scene.content))
    row = start_revision(session, scene.plan, wanted, actor_id=actor_id, now=scene.stage.now)
    explain(session, row, _reasons(scene.content, item["before"]), by=_by(scene, row))
    explain_rest(session, row, item["rest"], by=_by(scene, row))
    scene.drafts["decided"] = row
    yield scene.at_work(rng, item["proposed"])
    propose(session, row, by=_by(scene, row))
    yield scene.at_work(rng, item["decided"] + timedelta(days=1))
    decision = RevisionDecision(item["decision"], item["decided"], item.get("ada", ""), item["valid_from"])
    decide(session, row, decision, by=_by(scene, row))
    yield scene.at_work(rng, item["valid_from"])
    bring_into_force(session, row, now=scene.stage.now, actor_id=actor_id)


def _prepared(scene: Scene, item: Item) -> None:
    """The next revision: some cells of some rows, each with its reason."""
    session, actor_id, now = scene.session, scene.planner.id, scene.stage.now
    wanted = NewRevision(scene.text(item["title"]), scene.text(item["reasons"]))
    row = start_revision(session, scene.plan, wanted, actor_id=actor_id, now=now)
    for edit in item["after"]:
        values = deepcopy(_row(row.content, edit))
        _change(values, edit)
        write_row(session, row, edit["kind"], code_of(values), values, by=_by(scene, row))
    explain(session, row, _reasons(row.content, item["after"]), by=_by(scene, row))
    scene.drafts["coming"] = row


def _reasons(content: Content, edits: list[Item]) -> dict[str, str]:
    """Key of a change → why."""
    named = [edit if "kind" in edit else {**edit, "kind": "action"} for edit in edits]
    return {f"{edit['kind']}:{code_of(_row(content, edit))}": edit["why"] for edit in named}


def _by(scene: Scene, row: Any) -> By:
    return By(scene.planner.id, scene.stage.now, row.seen)


def programmes(scene: Scene) -> Life:
    """Those of each year: drafted in autumn, approved before it begins; one is changed in spring."""
    rng = scene.rng("programmes")
    for item in scene.data["programmes"]:
        yield scene.at_work(rng, item["made"])
        by = {"actor_id": scene.planner.id, "now": scene.stage.now}
        plan, year = scene.plan, item["year"]
        rows = [programming.make_programme(scene.session, plan, year, kind, **by) for kind in ProgrammeKind]
        if "approved" in item:
            yield scene.at_work(rng, item["approved"])
            for row in rows:
                on = athens_date(scene.stage.now)
                approval = programming.Approval(f"{item['decision']}/{on.year}", on)
                by = {"actor_id": scene.planner.id, "now": scene.stage.now}
                programming.approve_programme(scene.session, row, approval, seen=row.seen, **by)
