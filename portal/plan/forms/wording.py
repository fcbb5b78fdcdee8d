"""Words that the forms of the plan share."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from portal.core.texts import LEGAL_LANGUAGE
from portal.core.wording import WordedForm, in_languages, text_data

__all__ = ["REASON", "WordedForm", "in_languages", "languages_for", "text_data"]


def languages_for(offered: Sequence[str], *more: str) -> list[str]:
    """Greek, the languages of those who read it, and those of the portal."""
    return list(dict.fromkeys([LEGAL_LANGUAGE, *more, *offered]))


REASON = _l("It is read in public and by whoever wrote it.")
