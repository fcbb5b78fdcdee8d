"""Forms of those who want to be told: “me too”, a place or community, and whether it is repaired."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.core.fields import EmailField, RadiosField, SelectField, TextAreaField, YesNoField, choice, choices_of
from portal.core.forms import Form
from portal.faults.forms.filters import kilometres
from portal.faults.models import Rhythm
from portal.faults.queries.addresses import MEANT, RADII

_PLAIN: dict[str, Any] = {"required": False, "mark_optional": False}


class SupportForm(Form):
    """Where we write to whoever says “me too”."""

    email = EmailField(
        _l("Email"), help=_l("We first send you a letter with a link; you count, and hear from us, once you open it")
    )


class FollowForm(Form):
    """What somebody wants to be told of, how often, and where."""

    community = SelectField(_l("A community"), blank=_l("Choose from the list"), **_PLAIN)
    near = SelectField(_l("Or around a place"), blank=_l("Choose from the list"), **_PLAIN)
    km = SelectField(
        _l("How far around the place"),
        choices=lambda: [choice(f"{km:g}", kilometres(km)) for km in RADII],
        blank=_l("%(km)s km", km=MEANT),
        **_PLAIN,
    )
    group = SelectField(_l("What"), blank=_l("Everything"), **_PLAIN)
    rhythm = RadiosField(
        _l("How often"),
        choices=choices_of(Rhythm),
        default=Rhythm.WEEKLY,
        help=_l("The weekly letter comes on Monday morning, if there is something new"),
    )
    email = EmailField(
        _l("Email"), help=_l("We first send you a letter with a link; nothing else comes until you open it")
    )

    def validate_near(self, field: Any) -> None:
        """One of the two.

        :raises ValidationError: neither, or both.
        """
        if not field.data and not self.community.data:
            raise ValidationError(_("Choose a community or a place"))
        if field.data and self.community.data:
            raise ValidationError(_("Choose either a community or a place, not both"))


class AnswerForm(Form):
    """Whether it is so; who says no says why."""

    agreed = YesNoField(_l("Is it repaired?"))
    why = TextAreaField(
        _l("What is still wrong?"),
        max=2000,
        help=_l("The head of the service reads it; it is not shown in public"),
        **_PLAIN,
    )

    def validate_why(self, field: Any) -> None:
        """Words for a no.

        :raises ValidationError: without them.
        """
        if self.agreed.data is False and not field.data:
            raise ValidationError(_("Write in a few words what is still wrong"))
