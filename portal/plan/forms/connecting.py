"""Forms of the planning unit: connecting a feed, bringing a workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms import HiddenField

from portal.core.fields import FileField, SelectField, choice, component
from portal.core.forms import Form
from portal.core.i18n import plain
from portal.core.texts import Translated
from portal.plan.models import feeds
from portal.plan.operations import Connection

ANY = _l("All of them")


class ConnectionForm(Form):
    """Which feed feeds an indicator, and with which of its contributions."""

    feed = SelectField(
        _l("Feed"),
        help=_l("What the portal counts for this indicator. Without a feed the unit reports the value."),
        required=False,
        mark_optional=False,
        blank=_l("No feed: the unit reports the value"),
        choices=lambda: [choice(feed.code, _(feed.label)) for feed in feeds().values()],
    )
    service = SelectField(_l("Service"), required=False, blank=ANY)
    questionnaire = SelectField(_l("Questionnaire"), required=False, blank=ANY)
    group = SelectField(_l("Group of faults"), required=False, blank=ANY)
    category = SelectField(_l("Category"), required=False, blank=ANY)
    unit = SelectField(_l("Unit in charge"), required=False, blank=ANY)
    community = SelectField(_l("Community"), required=False, blank=ANY)

    def offer(self, names: Mapping[str, Mapping[str, Translated]]) -> None:
        """Fill the lists: dimension → code → name."""
        for dimension, values in names.items():
            self[dimension].choices = [choice(code, plain(name)) for code, name in values.items()]

    @property
    def connection(self) -> Connection:
        """The input of the operation; without a feed there is nothing to filter."""
        if not self.feed.data:
            return Connection()
        dimensions = {dimension.code for dimension in feeds()[self.feed.data].dimensions}
        wanted = {name: self[name].data for name in sorted(dimensions) if name in self and self[name].data}
        return Connection(self.feed.data, wanted)


class WorkbookField(FileField):
    """A spreadsheet."""

    def kinds_text(self) -> str:
        """What can be chosen."""
        return str(_("Spreadsheet (XLSX or ODS)"))

    def render(self, params: dict[str, Any]) -> Markup:
        """A file input."""
        params["attributes"] |= {"accept": ".xlsx,.ods"}
        return component("file-upload", params | {"multiple": False, "value": None})


class WorkbookForm(Form):
    """A new workbook of the plan."""

    file = WorkbookField(_l("Workbook of the plan"), max_size=5_000_000)


class TakeForm(Form):
    """Take the workbook whose changes were shown."""

    file_id = HiddenField()
