"""Forms filled in: each question by its type, with what the samples say for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from stdnum.gr import vat
from stdnum.iso7064 import mod_97_10

from portal.eservices.queries.answers import sheet
from portal.eservices.queries.definitions import SILENT, Definition, Question
from portal.site.operations.demonstration.people import Person
from portal.site.operations.demonstration.samples import Samples, Spot, Words, said

#: keeps a drawn file for a question and returns its id; `photo` where only pictures may come
Attach = Callable[[Question, bool], int]


@dataclass(frozen=True)
class Pen:
    """Whoever fills in a form."""

    person: Person
    samples: Samples
    slug: str
    #: what the form is about
    spot: Spot
    on: date
    rng: Random
    attach: Attach

    def fill(self, definition: Definition, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every question that is asked, and most of those that may stay open; `given` is kept."""
        answers = {**given, **self.samples.story(self.slug, self.person.language)}
        for question in definition.questions():
            if question.id in answers or question.type in SILENT:
                continue
            asked = question.id in sheet(definition, answers, self.on).asked
            if asked and (question.required or self.rng.random() < 0.5):
                answers[question.id] = self.answer(question)
        return answers

    def answer(self, question: Question) -> Any:
        """What somebody might answer."""
        values = (self.samples.service(self.slug).get("values") or {}).get(question.id)
        if question.type == "place":
            return self._place()
        if values:
            value = self.rng.choice(values)
            if question.type == "date":
                return self._day(value)
            return value if isinstance(value, list) else self._written(value)
        return _BY_TYPE.get(question.type, _text)(self, question)

    def _place(self) -> dict[str, Any]:
        values = (self.samples.service(self.slug).get("values") or {}).get("words") or [self.spot.street]
        return {
            "lat": f"{self.spot.lat + self.rng.uniform(-0.002, 0.002):.5f}",
            "lon": f"{self.spot.lon + self.rng.uniform(-0.002, 0.002):.5f}",
            "community": self.spot.community,
            "words": said(self.rng.choice(values), self.person.language),
        }

    def _written(self, value: Words | str) -> str:
        """A text in the person's language; each # is a digit."""
        text = said(value, self.person.language)
        return "".join(str(self.rng.randint(1, 9)) if sign == "#" else sign for sign in text)

    def _day(self, shift: str) -> str:
        return (self.on + timedelta(days=int(shift))).isoformat()


def _text(pen: Pen, question: Question) -> str:
    words = {"el": "Όπως περιγράφεται στα συνημμένα.", "en": "As described in the attached papers."}
    return pen.person.name if question.id.endswith("name") else said(words, pen.person.language)


def _number(pen: Pen, question: Question) -> str:
    lowest, highest = int(question.data.get("min", 1)), int(question.data.get("max", 20))
    return str(pen.rng.randint(lowest, min(highest, lowest + 9)))


def _money(pen: Pen, _question: Question) -> str:
    return f"{pen.rng.randint(60, 900)}.{pen.rng.choice(('00', '50'))}"


def _date(pen: Pen, question: Question) -> str:
    ahead = question.data.get("not_before") == "today"
    return (pen.on + timedelta(days=pen.rng.randint(3, 30) if ahead else -pen.rng.randint(200, 4000))).isoformat()


def _yes_no(pen: Pen, _question: Question) -> str:
    return pen.rng.choice(("yes", "no", "no"))


def _choice(pen: Pen, question: Question) -> str:
    return str(pen.rng.choice(question.data["options"])["value"])


def _choices(pen: Pen, question: Question) -> list[str]:
    values = [str(option["value"]) for option in question.data["options"]]
    return pen.rng.sample(values, k=min(len(values), pen.rng.choice((1, 1, 2))))


def _file(pen: Pen, question: Question) -> list[int]:
    kinds = question.data.get("kinds") or ["pdf", "image"]
    photo = kinds == ["image"] or ("image" in kinds and pen.rng.random() < 0.4)
    return [pen.attach(question, photo)]


def _address(pen: Pen, _question: Question) -> dict[str, str]:
    spot = pen.spot
    number = str(pen.rng.randint(1, 120))
    return {"street": spot.street, "number": number, "postcode": spot.postcode, "town": spot.town}


def _group(pen: Pen, question: Question) -> list[dict[str, Any]]:
    rows = max(int(question.data.get("min", 0)), pen.rng.choice((1, 1, 2, 3)))
    rows = min(rows, int(question.data.get("max", 20)))
    return [{inner.id: pen.answer(inner) for inner in question.fields} for _row in range(rows)]


def _iban(pen: Pen, _question: Question) -> str:
    account = f"0110{pen.rng.randrange(10**3):03}{pen.rng.randrange(10**16):016}"
    return f"GR{mod_97_10.calc_check_digits(f'{account}GR')}{account}"


def _business(pen: Pen, _question: Question) -> str:
    digits = f"8{pen.rng.randrange(10**7):07}"
    return digits + str(vat.calc_check_digit(digits))


_BY_TYPE: Mapping[str, Callable[[Pen, Question], Any]] = {
    "number": _number,
    "money": _money,
    "date": _date,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "file": _file,
    "address": _address,
    "group": _group,
    "iban": _iban,
    "statement": lambda _pen, _question: "yes",
    "community": lambda pen, _question: pen.spot.community,
    "afm": lambda pen, question: _business(pen, question) if "business" in question.id else pen.person.afm,
    "amka": lambda pen, _question: pen.person.amka,
    "phone": lambda pen, _question: pen.person.phone,
    "email": lambda pen, _question: pen.person.email,
}
