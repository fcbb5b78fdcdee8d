"""Who gets which reports, and the texts that are ready: for heads and administrators."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from portal.accounts.access import person
from portal.core import clock
from portal.core.db import db
from portal.core.i18n import languages
from portal.core.i18n import translate as _
from portal.faults import operations, queries
from portal.faults.access import fault_heads
from portal.faults.desk.base import blueprint, tried
from portal.faults.forms.rules import ReplyForm, RuleForm, reply_data, reply_form, rule_data
from portal.faults.models import CannedReply, RoutingRule
from portal.faults.queries import rules as reads
from portal.organisation import queries as organisation


@blueprint.get("/rules/")
@fault_heads
def rules() -> str:
    """All rules, in their order."""
    return render_template("faults/desk_rules.html", rows=reads.rules(db.session))


def _rule(number: int) -> RoutingRule:
    found = reads.rule(db.session, number)
    if found is None:
        abort(404)
    return found


def _rule_form(row: RoutingRule | None, *, sent: bool) -> RuleForm:
    form = RuleForm() if sent else RuleForm(formdata=None, data=rule_data(row))
    session = db.session
    form.offer(queries.categories(session), organisation.communities(session), organisation.units(session))
    return form


def _show_rule(form: RuleForm) -> str:
    return render_template("faults/desk_rule.html", form=form)


@blueprint.get("/rules/new/")
@fault_heads
def new_rule() -> str:
    """An empty form."""
    return _show_rule(_rule_form(None, sent=False))


@blueprint.post("/rules/new/")
@fault_heads
def new_rule_submit() -> Any:
    """A new rule."""
    return _write_rule(None)


@blueprint.get("/rules/<int:number>/")
@fault_heads
def rule(number: int) -> str:
    """One rule."""
    return _show_rule(_rule_form(_rule(number), sent=False))


@blueprint.post("/rules/<int:number>/")
@fault_heads
def rule_submit(number: int) -> Any:
    """Change it."""
    return _write_rule(_rule(number))


def _write_rule(row: RoutingRule | None) -> Any:
    form = _rule_form(row, sent=True)

    def write() -> None:
        operations.write_rule(db.session, row, form.given, actor=person(), now=clock.now())

    if status := tried(form, "", write):
        return _show_rule(form), status
    db.session.commit()
    flash(_("The rule is saved. It holds for reports that come from now on."), "success")
    return redirect(url_for(".rules"))


# -- texts that are ready


@blueprint.get("/replies/")
@fault_heads
def replies() -> str:
    """All texts."""
    return render_template("faults/desk_replies.html", rows=reads.all_replies(db.session))


def _reply(code: str) -> CannedReply:
    found = reads.reply(db.session, code)
    if found is None:
        abort(404)
    return found


def _reply_form(row: CannedReply | None, *, sent: bool) -> ReplyForm:
    kind = reply_form(languages())
    form = kind() if sent else kind(formdata=None, data=reply_data(row))
    form.offer(queries.categories(db.session))
    return form


def _show_reply(form: ReplyForm) -> str:
    return render_template("faults/desk_reply.html", form=form)


@blueprint.get("/replies/new/")
@fault_heads
def new_reply() -> str:
    """An empty form."""
    return _show_reply(_reply_form(None, sent=False))


@blueprint.post("/replies/new/")
@fault_heads
def new_reply_submit() -> Any:
    """A new text."""
    return _write_reply(None)


@blueprint.get("/replies/<string:code>/")
@fault_heads
def reply(code: str) -> str:
    """One text."""
    return _show_reply(_reply_form(_reply(code), sent=False))


@blueprint.post("/replies/<string:code>/")
@fault_heads
def reply_submit(code: str) -> Any:
    """Change it."""
    return _write_reply(_reply(code))


def _write_reply(row: CannedReply | None) -> Any:
    form = _reply_form(row, sent=True)

    def write() -> None:
        operations.write_reply(db.session, row, form.given, actor=person(), now=clock.now())

    if status := tried(form, "", write):
        return _show_reply(form), status
    db.session.commit()
    flash(_("The text is saved."), "success")
    return redirect(url_for(".replies"))
