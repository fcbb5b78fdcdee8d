"""What somebody wants to be told of."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import ValidationError

from portal.core.fields import EmailField, SelectField
from portal.core.forms import Form

_PLAIN: dict[str, Any] = {"required": False, "mark_optional": False}


class FollowForm(Form):
    """One thing of the plan, and where we write to."""

    action = SelectField(_l("An action"), blank=_l("Choose from the list"), **_PLAIN)
    axis = SelectField(_l("Or a whole axis"), blank=_l("Choose from the list"), **_PLAIN)
    community = SelectField(_l("Or what is done in a community"), blank=_l("Choose from the list"), **_PLAIN)
    email = EmailField(
        _l("Email"), help=_l("We first send you a letter with a link; nothing else comes until you open it")
    )

    def wanted(self) -> list[tuple[str, str]]:
        """Kind and code of everything that was chosen."""
        return [(field.name, field.data) for field in (self.action, self.axis, self.community) if field.data]

    def validate_email(self, _field: Any) -> None:
        """One thing at a time.

        :raises ValidationError: nothing, or more than one.
        """
        if not self.wanted():
            raise ValidationError(_("Choose an action, an axis or a community above"))
        if len(self.wanted()) > 1:
            raise ValidationError(_("Choose only one of the three above: an action, an axis or a community"))
