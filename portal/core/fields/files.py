"""Files that people add. The field looks at number and size; `core.files` looks inside when they are stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, ClassVar

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from wtforms.utils import unset_value
from wtforms.validators import ValidationError

from portal.core.fields.base import Field, component
from portal.core.fields.text import clean
from portal.core.files import Intake

#: What the browser offers to choose, by kind; a camera counts as a picture.
ACCEPT = {"pdf": "application/pdf", "image": "image/*"}
MEGABYTE = 1_000_000


class FileField(Field):
    """Files; `data` is a list of werkzeug's FileStorage with clean names, `answer` the ids of the kept ones.

    A browser forgets files when a page is shown again: store them, and name them in `kept`.
    """

    kinds: Sequence[str] = ("pdf", "image")
    max_files: int = 1
    #: Bytes of each file.
    max_size: int = Intake.max_bytes
    #: Files that are stored already: id → name. Each can be taken out again.
    kept: Mapping[str, str] = {}

    empty: ClassVar[Any] = ()

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Take the new files and the ids of kept ones that go."""
        self.dropped = (
            {value for value in formdata.getlist(f"{self.name}-drop") if isinstance(value, str)} if formdata else set()
        )
        super().process(formdata, data, extra_filters)

    def process_data(self, value: Any) -> None:  # noqa: ARG002 – a page cannot be given files
        """Stored files come in `kept`."""
        self.data = []

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the files that have a name."""
        self.data = [value for value in valuelist if isinstance(value, FileStorage) and value.filename]
        for file in self.data:
            name = clean(PurePath((file.filename or "").replace("\\", "/")).name)
            file.filename = name if len(name) <= 150 else PurePath(name).stem[:120] + PurePath(name).suffix[:20]

    @property
    def remaining(self) -> dict[str, str]:
        """The kept files without those that were taken out."""
        return {key: name for key, name in self.kept.items() if key not in self.dropped}

    @property
    def answer(self) -> list[str]:
        """The ids of the kept files; who stores the new ones adds theirs."""
        return list(self.remaining)

    def is_empty(self) -> bool:
        """Whether there is no file, new or kept."""
        return not self.data and not self.remaining

    def check(self) -> None:
        """Number and size.

        :raises ValidationError: too many, empty, or too large.
        """
        if len(self.data) + len(self.remaining) > self.max_files:
            raise ValidationError(
                ngettext(
                    "Add at most %(num)d file to “%(label)s”",
                    "Add at most %(num)d files to “%(label)s”",
                    self.max_files,
                    label=self.title,
                )
            )
        for file in self.data:
            size = _size(file)
            if not size:
                raise ValidationError(_("“%(file)s” is empty. Choose the file again", file=file.filename))
            if size > self.max_size:
                raise ValidationError(
                    _(
                        "“%(file)s” is too large. Add a file of at most %(size)s",
                        file=file.filename,
                        size=self.size_text(),
                    )
                )

    def kinds_text(self) -> str:
        """The kinds as people call them."""
        names = {"pdf": _("PDF"), "image": _("photograph (JPEG, PNG, HEIC)")}
        return ", ".join(names[kind] for kind in self.kinds)

    def size_text(self) -> str:
        """The largest size as people read it."""
        return str(_("%(size)s MB", size=f"{self.max_size / MEGABYTE:g}"))

    @property
    def help_text(self) -> str:
        """The hint, then kinds, number and size."""
        limits = ngettext(
            "%(kinds)s. %(num)d file of at most %(size)s.",
            "%(kinds)s. Up to %(num)d files of at most %(size)s each.",
            self.max_files, kinds=self.kinds_text(), size=self.size_text(),
        )  # fmt: skip
        return f"{self.help} {limits[:1].upper()}{limits[1:]}".strip()

    def missing_message(self) -> str:
        """Asks for the file."""
        return str(self.missing) or _("Add the file: “%(label)s”", label=self.title)

    def render(self, params: dict[str, Any]) -> Markup:
        """A file input; kept files stand before it, each with a box to take it out."""
        params["attributes"] |= {"accept": ",".join(ACCEPT[kind] for kind in self.kinds)}
        params |= {"multiple": self.max_files > 1, "value": None}
        if self.kept:
            params["formGroup"] = {"beforeInput": {"html": self._kept()}}
        return component("file-upload", params)

    def _kept(self) -> Markup:
        names = [
            {
                "value": key,
                "text": _("Remove %(file)s", file=name),
                "checked": key in self.dropped,
                "label": {"classes": "govuk-!-font-size-16"},
            }
            for key, name in self.kept.items()
        ]
        legend = {"legend": {"text": _("Files you have added: %(files)s", files=", ".join(self.kept.values()))}}
        return component(
            "checkboxes",
            {
                "name": f"{self.name}-drop",
                "idPrefix": f"{self.id}-drop",
                "items": names,
                "fieldset": legend,
                "classes": "govuk-checkboxes--small",
            },
        )


def _size(file: FileStorage) -> int:
    """Bytes of a file that was sent."""
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    return size
