"""Text in several languages, and the mark that puts a string into the catalogues."""

from collections.abc import Mapping, Sequence

#: the language the law is written in; texts must exist in it, the others fall back to it
LEGAL_LANGUAGE = "el"


def N_(text: str) -> str:  # noqa: N802 – the name that gettext tools know
    """Mark a string for the catalogues where it cannot be translated yet (enums, exceptions)."""
    return text


class Translated(dict[str, str]):
    """The same text in several languages: `{"el": "Δήμος", "en": "Municipality"}`."""

    def text(self, language: str) -> str:
        """The text in that language, else in Greek, else in any there is."""
        return self[self.language(language)] if self else ""

    def language(self, wanted: str) -> str:
        """The language that `text(wanted)` is really in; pages mark it where it differs."""
        if self.get(wanted):
            return wanted
        return (
            LEGAL_LANGUAGE if self.get(LEGAL_LANGUAGE) else next((code for code, text in self.items() if text), wanted)
        )

    def joined(self) -> str:
        """Every language's text in one string, for the search index."""
        return "\n".join(self.values())


def missing_languages(text: Mapping[str, str], languages: Sequence[str]) -> list[str]:
    """The languages out of `languages` in which a text is absent or empty."""
    return [language for language in languages if not text.get(language, "").strip()]
