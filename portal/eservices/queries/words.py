"""Words of the catalogues for rules: what is printed or filed in somebody's language, outside of any page."""

import gettext
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[3] / "translations"


@lru_cache(maxsize=32)
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", str(_FOLDER), [language], fallback=True)


def said(text: str, language: str) -> str:
    """A marked string (`N_`) in a language; as it stands where the catalogue has none."""
    return _catalogue(language).gettext(text) if text else ""
