"""The form by which somebody asks for the weekly digest."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.core.fields import EmailField
from portal.core.forms import Form


class SubscribeForm(Form):
    """Where the digest goes."""

    email = EmailField(
        _l("Email"), help=_l("We first send you a letter with a link; nothing else comes until you open it")
    )
