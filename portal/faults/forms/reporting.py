"""The three screens of a report: where, what, who – and the code that confirms an e-mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core.fields import (
    CheckboxesField,
    CheckboxField,
    EmailField,
    FileField,
    NumberField,
    PhoneField,
    RadiosField,
    SelectField,
    TextAreaField,
    TextField,
    YesNoField,
    choice,
)
from portal.core.fields.places import CoordinateField
from portal.core.forms import Form
from portal.core.i18n import NAMES, language, translate
from portal.core.texts import Translated
from portal.faults.models import FaultCategory, QuestionKind
from portal.faults.operations import OutsideMunicipality
from portal.faults.queries.drafts import Spot

#: photographs of one report
MOST_PHOTOS = 5
#: more answers than these go into a list that opens
MOST_RADIOS = 8
EMAIL, PHONE, NOBODY = "email", "phone", "nobody"
#: a point of the map: what other programs would give as well
_LOW, _HIGH = (34.0, 19.0), (42.0, 30.0)


def photos_field(label: Any, help: Any = "") -> Any:  # noqa: A002 – called so in every field
    """Photographs, several of them."""
    return FileField(label, kinds=("image",), max_files=MOST_PHOTOS, required=False, mark_optional=False, help=help)


class WhereForm(Form):
    """The point, by whichever way is easiest."""

    photos = photos_field(
        _l("Begin with a photograph, if you have one"),
        _l("If it says where it was taken, you need not look for the place. We keep nothing of that with the picture."),
    )
    sought = TextField(
        _l("Village, beach or neighbourhood"), required=False, mark_optional=False, max=100, autocomplete="off"
    )
    place = RadiosField(_l("Which of these is it?"), required=False, mark_optional=False)
    lat = CoordinateField(_l("Latitude"), low=_LOW[0], high=_HIGH[0], required=False, mark_optional=False)
    lon = CoordinateField(_l("Longitude"), low=_LOW[1], high=_HIGH[1], required=False, mark_optional=False)
    address = TextField(
        _l("Where exactly, in words"),
        max=300,
        required=False,
        help=_l("What a neighbour would say: street and number, in front of the bakery, the third lamp of the pier"),
    )

    def offer(self, spots: Sequence[Spot]) -> None:
        """Fill in the places that the words may mean."""
        self.place.choices = [
            choice(f"{spot.lat:.6f},{spot.lon:.6f}", spot.name.text(language()), _community(spot)) for spot in spots
        ]
        if self.place.data is None:  # chosen among the places of other words
            self.place.typed = ""

    @property
    def point(self) -> tuple[float, float] | None:
        """The place that was chosen, else what the map or the position gave."""
        if self.place.data:
            lat, lon = str(self.place.data).split(",")
            return float(lat), float(lon)
        if self.lat.data is None or self.lon.data is None:
            return None
        return float(self.lat.data), float(self.lon.data)

    def placed(
        self, ours: Callable[[float, float], bool], *, finding: bool, kept: tuple[float, float] | None = None
    ) -> bool:
        """Whether the point is known: chosen, pressed, typed, or `kept` from before; what is missing is said.

        `ours` tells whether a point lies in the municipality; `finding`: the button that looks for a place was pressed.
        """
        fresh = self.point if self.point != kept else None
        if self.sought.typed and not self.place.data and (finding or fresh is None):
            if not self.place.choices:
                self.sought.refuse(_("We know no place of this name. Try the village, or press on the map"))
            return False
        if self.point is None and kept is None:
            self.sought.refuse(
                _("Say where it is: write the name of the place, press on the map, or use your position")
            )
            return False
        if self.point is not None and not ours(*self.point):
            (self.place if self.place.data else self.lat).refuse(translate(OutsideMunicipality.message))
            return False
        return True

    def validate(self, extra_validators: Any = None) -> bool:
        """Half a point is none."""
        fine = super().validate(extra_validators)
        for one, other in ((self.lat, self.lon), (self.lon, self.lat)):
            if fine and one.data is None and other.data is not None:
                one.refuse(_("Give both the latitude and the longitude, or neither"))
                fine = False
        return fine


def _community(spot: Spot) -> str:
    return str(_("Community of %(name)s", name=spot.community.text(language())))


class QuestionsForm(Form):
    """What a category asks; `questions_of` makes its fields."""

    kind: FaultCategory

    @property
    def asked(self) -> Iterator[Any]:
        """The fields of the category's own questions."""
        return (self[_key(question["code"])] for question in self.kind.questions)

    @property
    def given(self) -> dict[str, Any]:
        """Code of a question → its answer, as `Fault.answers` keeps it."""
        pairs = ((question, self[_key(question["code"])]) for question in self.kind.questions)
        answers = {question["code"]: _answer(question["kind"], field) for question, field in pairs}
        return {code: answer for code, answer in answers.items() if answer not in (None, "", [])}


class DetailsForm(QuestionsForm):
    """What is broken, in the words of the reporter; `details_form` adds the category's own questions."""

    text: Any
    photos: Any
    seen: Any

    @property
    def told(self) -> dict[str, Any]:
        """What of it the draft keeps."""
        told = {"answers": self.given, "text": self.text.data}
        return told if self.seen.skipped else told | {"seen": self.seen.data}

    def validate(self, extra_validators: Any = None) -> bool:
        """A photograph may speak for itself."""
        fine = super().validate(extra_validators)
        if fine and self.text.is_empty() and self.photos.is_empty():
            self.text.refuse(_("Say in a few words what is broken, or add a photograph"))
            return False
        return fine


def details_form(category: FaultCategory, *, taken: str = "") -> type[DetailsForm]:
    """The form of a category; `taken` is when the photograph was taken, in words, if it says so."""
    names = questions_of(category)
    names["text"] = TextAreaField(
        _l("What is broken?"),
        max=3000,
        required=False,
        mark_optional=False,
        help=_l("In any language. Leave it empty if the photograph says it. Please no names or number plates."),
    )
    names["photos"] = photos_field(_l("Photographs"), _l("From near and from farther away, without people."))
    names["seen"] = CheckboxField(_l("I saw it when the photograph was taken: %(taken)s", taken=taken))
    return type("CategoryDetailsForm", (DetailsForm,), names)


def questions_of(category: FaultCategory) -> dict[str, Any]:
    """The category with the fields of its questions, for a `QuestionsForm`."""
    return {"kind": category, **{_key(each["code"]): _question(each) for each in category.questions}}


def _key(code: str) -> str:
    """The attribute of the form: whatever a pack calls a question, it hides nothing of the form's own."""
    return f"q_{code}"


def _question(question: Mapping[str, Any]) -> Any:
    kind, label = QuestionKind(question["kind"]), _said(question.get("label"))
    options: dict[str, Any] = {"required": bool(question.get("required")), "help": _said(question.get("help"))}
    choices = [choice(each["code"], _said(each["label"])) for each in question.get("choices") or ()]
    if kind is QuestionKind.NUMBER:
        return NumberField(label, min=0, max=1_000_000, **options)
    if kind is QuestionKind.YES_NO:
        return YesNoField(label, **options)
    if kind is QuestionKind.ONE:
        field = RadiosField if len(choices) <= MOST_RADIOS else SelectField
        return field(label, choices=choices, **options)
    if kind is QuestionKind.SEVERAL:
        return CheckboxesField(label, choices=choices, **options)
    return TextField(label, max=300, **options)


def _answer(kind: str, field: Any) -> Any:
    return field.data if QuestionKind(kind) is QuestionKind.YES_NO else field.answer


def _said(text: Any) -> str:
    return Translated(text or {}).text(language())


class SenderForm(Form):
    """Who reports it, and in which language the words are."""

    said_in = SelectField(
        _l("The language in which you wrote"), choices=[choice(code, name) for code, name in NAMES.items()]
    )
    who = RadiosField(_l("How may we reach you?"), default=EMAIL)
    email = EmailField(
        _l("Your e-mail"),
        help=_l("We send a code there now, and later only news of this report. The public never sees it."),
        missing=_l("Enter your e-mail, so that we can tell you when it is repaired"),
    )
    name = TextField(_l("Your name"), max=120, required=False, autocomplete="name")
    phone = PhoneField(_l("Your telephone"), required=False, autocomplete="tel")

    def settle(self, *, known: str, anonymous: bool, texting: bool = False) -> None:
        """Leave out what is not asked: of whom the account knows, and where nobody may stay unnamed."""
        named = _("As %(name)s", name=known) if known else _("By e-mail: we tell you when it is repaired")
        ways = [choice(EMAIL, named)]
        if texting and not known:
            ways.append(choice(PHONE, _("By text message to my telephone")))
        if anonymous:
            ways.append(choice(NOBODY, _("Without a name: nobody can ask me or tell me")))
        self.who.choices = ways
        skipped = {"who"} if len(ways) == 1 else set()
        if known or (anonymous and self.who.typed == NOBODY):
            skipped |= {"email", "name", "phone"}
        if texting and self.who.typed == PHONE:
            skipped |= {"email"}
        self.skip(skipped)
        if len(ways) > 1:
            self.email.when = f"who == '{EMAIL}'"
            self.name.when = self.phone.when = f"who != '{NOBODY}'"

    def validate(self, extra_validators: Any = None) -> bool:
        """Who wants text messages has a telephone."""
        fine = super().validate(extra_validators)
        if fine and self.email.skipped and not self.phone.skipped and not self.phone.data:
            self.phone.refuse(_("Enter your telephone, so that we can tell you when it is repaired"))
            return False
        return fine

    @property
    def told(self) -> dict[str, Any]:
        """What of it the draft keeps."""
        anonymous = not self.who.skipped and self.who.data == NOBODY
        told: dict[str, Any] = {"said_in": self.said_in.data, "anonymous": anonymous}
        if not self.phone.skipped:
            email = "" if self.email.skipped else self.email.data.lower()
            told |= {"email": email, "name": self.name.data, "phone": self.phone.data or ""}
        return told


class CodeForm(Form):
    """The six digits of the letter."""

    code = TextField(
        _l("The code in our letter"),
        max=20,
        inputmode="numeric",
        autocomplete="one-time-code",
        classes="govuk-input--width-10 govuk-input--extra-letter-spacing",
        missing=_l("Enter the six digits of our letter"),
    )
