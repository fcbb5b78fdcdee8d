"""Forms: nothing typed is lost, every message is in the summary at the top, a second press files nothing twice."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterator
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict
from wtforms import HiddenField
from wtforms.csrf.core import CSRFTokenField

from portal.core.fields import Field, FileField, RepeatingGroup, answers_of, component
from portal.core.fields.compound import CompoundField

#: Shape of a submission token.
TOKEN = re.compile(r"[\w-]{20,64}", re.ASCII)


class Form(FlaskForm):
    """A form that is posted. In a view: `if form.validate_on_submit(): …`, else render it with `form.status`."""

    class Meta:
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was posted, files included, even when that is nothing; JSON is not for forms."""
            if formdata is not _Auto:
                return formdata
            return CombinedMultiDict((request.files, request.form)) if form.is_submitted() else None

    def skip(self, names: Collection[str]) -> None:
        """Leave questions out that are not asked: they are neither validated nor kept.

        Names are those in the page; a question in a row is `<group>-<number of the row>-<name>`.
        """
        for field in every_field(self):
            field.skipped = field.name in names

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether everything is right; not yet, when a button only added or removed a row."""
        if any(field.changed for field in every_field(self) if isinstance(field, RepeatingGroup)):
            return False
        return bool(super().validate(extra_validators))

    @property
    def answers(self) -> dict[str, Any]:
        """Name → answer as JSON keeps it, of the questions that were asked; unanswered ones are None or empty lists."""
        return answers_of(self)

    @property
    def questions(self) -> list[Field]:
        """The fields that people see, in order."""
        return [field for field in self if isinstance(field, Field)]

    @property
    def has_files(self) -> bool:
        """Whether the form must be sent as `multipart/form-data`."""
        return any(isinstance(field, FileField) for field in every_field(self))

    @property
    def status(self) -> int:
        """HTTP status of a page that shows this form: 422 when something has to be corrected."""
        return 422 if self.errors else 200

    def error_summary(self) -> Markup:
        """What has to be corrected, each with a link to its control; nothing when all is right."""
        return error_summary(self)


class SearchForm(Form):
    """A form in the address of a page (GET): it can be shared and bookmarked, and writes nothing."""

    class Meta:
        csrf = False

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What stands in the address."""
            if formdata is not _Auto:
                return formdata
            return request.args if form.is_submitted() else None

    def is_submitted(self) -> bool:
        """Whether anything was asked."""
        return bool(request.args)


class OnceField(HiddenField):
    """A random token, fresh with the page and the same while its form is shown again."""

    def __init__(self, **options: Any) -> None:
        super().__init__("", default=lambda: secrets.token_urlsafe(24), **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the token that was sent, if it is one."""
        sent = valuelist[0] if valuelist else ""
        if isinstance(sent, str) and TOKEN.fullmatch(sent):
            self.data = sent


class IdempotentForm(Form):
    """A form that must not be filed twice: `form.once.data` is the same for every press of the button on one page."""

    once = OnceField()


def is_reserved(name: str) -> bool:
    """Whether a field cannot have this name, because forms use it themselves (`data`, `errors`, `status`, …)."""
    return name.startswith("_") or hasattr(IdempotentForm, name) or name in {"form_errors", "csrf_token"}


def every_field(form: Any) -> Iterator[Field]:
    """The questions of a form, those inside others included."""
    for field in form:
        if not isinstance(field, Field):
            continue
        yield field
        if isinstance(field, CompoundField):
            yield from every_field(field.inner)
        elif isinstance(field, RepeatingGroup):
            for row in field.rows.values():
                yield from every_field(row)


def error_summary(form: Any) -> Markup:
    """The GOV.UK error summary of a form; empty markup when nothing is wrong."""
    items = [{"text": str(message)} for message in form.form_errors]
    for field in form:
        if isinstance(field, Field):
            items += [{"href": f"#{where}", "text": message} for where, message in field.problems()]
        elif isinstance(field, CSRFTokenField):
            items += [{"text": _stale(form)}] if field.errors else []
        else:
            items += [{"href": f"#{field.id}", "text": str(message)} for message in list(field.errors)[:1]]
    summary = {"titleText": _("There is a problem"), "errorList": items}
    return component("error-summary", summary) if items else Markup("")


def _stale(form: Any) -> str:
    """What is said when the page is too old to be trusted."""
    message = _("The page was open for too long. Nothing is lost: press the button again")
    if any(field.data for field in every_field(form) if isinstance(field, FileField)):
        message = _(
            "The page was open for too long. Choose your files again and press the button; the rest is still here"
        )
    return str(message)
