"""What a form says between its questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from markupsafe import Markup

from portal.core.fields.base import Field, Text, component


class NoteField(Field):
    """A text to read, and nothing to answer. `value` is a result that the server worked out (a calculated amount)."""

    required: bool = False
    #: The paragraphs, one a line.
    text: Text = ""
    #: What was worked out, in large type.
    value: Text = ""

    #: A note is no answer.
    keeps: ClassVar[bool] = False

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Nothing that is sent counts."""

    def render(self, params: dict[str, Any]) -> Markup:
        """Set apart from the questions."""
        lines = [line for line in str(self.text).splitlines() if line.strip()]
        title = Markup('<p class="govuk-body govuk-!-font-weight-bold">{}</p>').format(self.title) if self.title else ""
        result = Markup('<p class="govuk-heading-l">{}</p>').format(str(self.value)) if str(self.value) else ""
        body = Markup("").join(Markup('<p class="govuk-body">{}</p>').format(line) for line in lines)
        inset = component("inset-text", {"id": params["id"], "html": Markup("{}{}{}").format(title, result, body)})
        return Markup('<div class="govuk-form-group">{}</div>').format(inset)
