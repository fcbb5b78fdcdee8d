"""The field for each kind of question of a definition."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from portal.core import fields
from portal.core.files import Intake
from portal.core.texts import Translated
from portal.eservices.queries.definitions import Question
from portal.eservices.queries.readable import PREAMBLE

#: more options than these go into a list that opens
MOST_RADIOS = 8
#: what the browser may fill in, by what the account would
AUTOCOMPLETE = {"account.full_name": "name", "account.email": "email", "account.phone": "tel"}


@dataclass(frozen=True)
class Setting:
    """What fields need to know besides their question."""

    language: str
    #: community code → its name, in the official order
    communities: Mapping[str, Translated] = field(default_factory=dict)
    #: `map` of the municipality's profile
    map: Mapping[str, Any] = field(default_factory=dict)
    #: bytes of a file
    max_size: int = Intake.max_bytes
    #: question → its stored files: id → name
    kept: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: staff fill it in for somebody, who declares on paper
    on_paper: bool = False

    def said(self, text: Translated) -> str:
        """A text of the definition in the language of the page."""
        return text.text(self.language)


Options = dict[str, Any]
Builder = Callable[[Question, Setting, Options], Any]


def field_of(question: Question, setting: Setting) -> Any:
    """The unbound field of a question."""
    options: Options = {"required": question.required}
    if question.help:
        options["help"] = setting.said(question.help)
    if question.data.get("prefill") in AUTOCOMPLETE:
        options["autocomplete"] = AUTOCOMPLETE[question.data["prefill"]]
    return _BUILDERS[question.type](question, setting, options)


def _taken(question: Question, *names: str) -> Options:
    """The named keys of the definition that are there; they are called the same in the field."""
    return {name: question.data[name] for name in names if question.data.get(name) is not None}


def _plain(kind: Any, *names: str, **more: Any) -> Builder:
    """A builder for fields that take their keys as they stand."""

    def build(question: Question, setting: Setting, options: Options) -> Any:
        return kind(setting.said(question.label), **options, **more, **_taken(question, *names))

    return build


def _number(question: Question, setting: Setting, options: Options) -> Any:
    unit = setting.said(Translated(question.data.get("unit") or {}))
    limits = {name: str(value) for name, value in _taken(question, "min", "max").items()}
    options |= {"unit": unit, **limits, **_taken(question, "decimals")}
    return fields.NumberField(setting.said(question.label), **options)


def _money(question: Question, setting: Setting, options: Options) -> Any:
    limits = {name: str(value) for name, value in _taken(question, "min", "max").items()}
    return fields.MoneyField(setting.said(question.label), **options, **limits)


def _options(question: Question, setting: Setting) -> list[Any]:
    values = [str(option["value"]) for option in question.data["options"]]
    return [fields.choice(value, setting.said(question.option(value))) for value in values]


def _choice(question: Question, setting: Setting, options: Options) -> Any:
    choices = _options(question, setting)
    kind = fields.RadiosField if len(choices) <= MOST_RADIOS else fields.SelectField
    return kind(setting.said(question.label), choices=choices, **options)


def _choices(question: Question, setting: Setting, options: Options) -> Any:
    options |= _taken(question, "min", "max")
    return fields.CheckboxesField(setting.said(question.label), choices=_options(question, setting), **options)


def _communities(setting: Setting) -> list[Any]:
    return [fields.choice(code, setting.said(name)) for code, name in setting.communities.items()]


def _community(question: Question, setting: Setting, options: Options) -> Any:
    return fields.SelectField(setting.said(question.label), choices=_communities(setting), **options)


def _place(question: Question, setting: Setting, options: Options) -> Any:
    centre: Sequence[float] = setting.map.get("centre") or ()
    marks = {"centre": ",".join(map(str, centre)), "zoom": str(setting.map.get("zoom", 12))} if centre else {}
    kind = type("PlaceField", (fields.PlaceField,), {"map": marks})
    if setting.map.get("bounds"):
        options["bounds"] = tuple(setting.map["bounds"])
    return kind(setting.said(question.label), communities=_communities(setting), **options)


def _file(question: Question, setting: Setting, options: Options) -> Any:
    options |= {"max_size": setting.max_size, "kept": setting.kept.get(question.id) or {}}
    options |= _taken(question, "max_files", "kinds")
    return fields.FileField(setting.said(question.label), **options)


def _group(question: Question, setting: Setting, options: Options) -> Any:
    rows = {inner.id: field_of(inner, setting) for inner in question.fields}
    options |= {"fields": rows, "row_label": _("Row"), **_taken(question, "min", "max")}
    return fields.RepeatingGroup(setting.said(question.label), **options)


def _note(question: Question, setting: Setting, _options: Options) -> Any:
    return fields.NoteField(setting.said(question.label), text=setting.said(question.text))


def _calculated(question: Question, setting: Setting, _options: Options) -> Any:
    return fields.NoteField(setting.said(question.label), text=setting.said(question.help))


def _statement(question: Question, setting: Setting, options: Options) -> Any:
    text, label = setting.said(question.text), _("I have read this and I declare it")
    if setting.on_paper:
        label = _("The applicant has signed this declaration on paper, and I have the paper")
        options["missing"] = _("Let the applicant sign the declaration on paper first")
    return fields.StatementField(label, text=text, preamble=_(PREAMBLE), **options)


_BUILDERS: dict[str, Builder] = {
    "text": _plain(fields.TextField, "max", "pattern"),
    "long_text": _plain(fields.TextAreaField, "max"),
    "number": _number,
    "money": _money,
    "date": _plain(fields.DateField, "not_before", "not_after"),
    "yes_no": _plain(fields.YesNoField),
    "choice": _choice,
    "choices": _choices,
    "file": _file,
    "afm": _plain(fields.AfmField),
    "amka": _plain(fields.AmkaField),
    "iban": _plain(fields.IbanField),
    "phone": _plain(fields.PhoneField),
    "email": _plain(fields.EmailField),
    "address": _plain(fields.AddressField),
    "place": _place,
    "community": _community,
    "group": _group,
    "calculated": _calculated,
    "note": _note,
    "statement": _statement,
}
