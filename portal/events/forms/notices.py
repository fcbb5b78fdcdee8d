"""The notices of an event: what is closed or loud, on which day, from when to when, and where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.fields import DateField, RepeatingGroup, SelectField, TextField, choices_of
from portal.events.forms.desk import SeenForm
from portal.events.forms.times import CannotBe, Hours, TimeField
from portal.events.models import Event, Notice, NoticeKind
from portal.events.queries.recurrence import on_the_wall, time_from

#: a permit for a month with music every evening brings so many, and some roads
MOST = 60
#: in the order of `Hours`
_HOURS = ("starts_on", "starts_at", "ends_on", "ends_at")


class NoticesForm(SeenForm):
    """Any number of notices; a row that is left empty is none."""

    notices = RepeatingGroup(
        _l("What those who live nearby must know"),
        fields={
            "kind": SelectField(
                _l("What it is"), choices=choices_of(NoticeKind), missing=_l("Choose what people must know")
            ),
            "starts_on": DateField(_l("Day"), help="", missing=_l("Enter the day")),
            "starts_at": TimeField(
                _l("From"), help=_l("For example 18:00"), missing=_l("Enter the hour from which it holds")
            ),
            "ends_at": TimeField(
                _l("Until"),
                help=_l("An earlier hour is one of the next day."),
                missing=_l("Enter the hour until which it holds"),
            ),
            "ends_on": DateField(
                _l("Last day"), required=False, help=_l("Only if it goes on for several days without a break.")
            ),
            "text": TextField(
                _l("Where exactly"),
                max=300,
                required=False,
                mark_optional=False,
                help=_l("Of a road: which one, and from where to where. Of music you may leave it empty."),
            ),
        },
        required=False,
        mark_optional=False,
        max=MOST,
        row_label=_l("Notice"),
        add_label=_l("Add a notice"),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Hours must fit together, and of a closed road one must know which."""
        fine = super().validate(extra_validators)
        if self.notices.changed:
            return False
        readable = [row for row in self.notices.filled if not any(field.errors for field in row)]
        fits = [_fits(row) for row in readable]  # all of them: every row gets its messages
        if not all(fits):
            self.notices.errors = [message for _where, message in self.notices.problems()]
            return False
        return fine

    @property
    def given(self) -> list[Notice]:
        """For the operation."""
        return [_notice(row) for row in self.notices.data]


def notices_data(event: Event) -> dict[str, Any]:
    """The notices of an event for the fields of the form."""
    return {"notices": [_row(notice) for notice in event.noticed], "seen": str(event.version)}


def _fits(row: Any) -> bool:
    try:
        Hours(*(row[name].data for name in _HOURS)).minutes()
    except CannotBe as problem:
        row[problem.field].refuse(problem.message)
        return False
    if row["kind"].data is NoticeKind.ROAD_CLOSURE and not row["text"].data:
        row["text"].refuse(_("Write which road is closed, and from where to where"))
        return False
    return True


def _notice(row: Mapping[str, Any]) -> Notice:
    start = datetime.combine(row["starts_on"], row["starts_at"])
    end = start + timedelta(minutes=Hours(*(row[name] for name in _HOURS)).minutes())
    time = time_from(start, end)
    return Notice(row["kind"], time.starts_at, time.ends_at, row["text"])


def _row(notice: Notice) -> dict[str, Any]:
    start, end = on_the_wall(notice.since), on_the_wall(notice.until)
    long = end - start > timedelta(days=1)
    times = {"starts_on": start.date(), "starts_at": start.time(), "ends_at": end.time()}
    return {"kind": notice.kind, **times, "ends_on": end.date() if long else None, "text": notice.text}
