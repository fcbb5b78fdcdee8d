"""Forms with texts in every language of the portal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from portal.core.fields import Field
from portal.core.forms import Form
from portal.core.i18n import NAMES
from portal.core.texts import LEGAL_LANGUAGE, Translated

F = TypeVar("F", bound="WordedForm")


class WordedForm(Form):
    """A form whose texts `in_languages` adds, one field for each language."""

    languages: Sequence[str] = ()
    #: whether the texts stand above the other questions
    words_first: bool = False

    def texts(self, name: str) -> Translated:
        """What was written under that name, in every language in which it was."""
        return Translated({code: text for code in self.languages if (text := self[f"{name}_{code}"].data)})

    @property
    def questions(self) -> list[Field]:
        """The fields that people see, in order."""
        ends = tuple(f"_{code}" for code in self.languages)
        return sorted(super().questions, key=lambda field: self.words_first and not str(field.name).endswith(ends))


def in_languages(
    form: type[F],
    languages: Sequence[str],
    texts: Mapping[str, Callable[..., Field]],
    *,
    needed: Sequence[str] = (LEGAL_LANGUAGE,),
) -> type[F]:
    """The form with these texts; `texts`: name → what makes a field, of which the label has the language already."""
    names: dict[str, Any] = {"languages": tuple(languages)}
    for name, make in texts.items():
        for code in languages:
            names[f"{name}_{code}"] = make(language=NAMES.get(code, code), required=code in needed)
    return type(f"{form.__name__}InLanguages", (form,), names)


def text_data(**texts: Mapping[str, str]) -> dict[str, str]:
    """Texts for the fields of such a form."""
    return {f"{name}_{code}": words for name, text in texts.items() for code, words in text.items()}
