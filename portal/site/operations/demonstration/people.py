"""The people of the demonstration: those of the pack who sign in, and many more who are invented here."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy.orm import Session
from stdnum import luhn
from stdnum.gr import vat

from portal.accounts import operations as accounts
from portal.accounts import queries
from portal.core.search import fold
from portal.site.operations.demonstration.samples import Samples, Spot

_LATIN = dict(zip("αβγδεζηικλμνορστυφω", "avgdeziiklmnorstyfo", strict=True)) | {
    "θ": "th",
    "ξ": "x",
    "π": "p",
    "χ": "ch",
    "ψ": "ps",
}


@dataclass
class Person:
    """Somebody who files something."""

    name: str
    email: str
    language: str
    phone: str
    #: tax number
    afm: str
    #: social security number
    amka: str
    home: Spot
    #: 0: without an account, 1: with one, 2: with a proved identity
    rank: int
    #: their account, once they have one
    user: Any = None
    #: one of the pack, who signs in with the password of the sign-in page
    listed: bool = False
    cases: list[datetime] = field(default_factory=list)

    @property
    def user_id(self) -> int | None:
        """Key of the account."""
        return self.user.id if self.user else None


def population(session: Session, samples: Samples, rng: Random, number: int) -> list[Person]:
    """The residents of the pack, then invented people: one in three with a proved identity, one without an account."""
    people = [_known(user, samples.spots, rng) for user in queries.demonstration_people(session) if not user.is_staff]
    people += [_invented(samples, other["name"], other["language"], rng) for other in samples.data["names"]["others"]]
    taken = {person.email for person in people}
    while len(people) < number:
        person = _invented(samples, _name(samples, rng), "el", rng)
        if person.email not in taken:
            taken.add(person.email)
            people.append(person)
    return people


def join(session: Session, person: Person, password: str, *, witness: Any, now: datetime) -> None:
    """Somebody makes an account and, where their identity is proved, shows their papers at the counter."""
    wanted = accounts.Registration(person.email, person.name, password, person.language)
    person.user = accounts.create_person(session, wanted, is_staff=False, now=now)
    profile = accounts.Profile(person.name, person.phone, person.language, person.afm)
    accounts.change_settings(session, person.user, profile, now=now)
    if person.rank > 1:
        accounts.prove_identity(session, person.user, "Δελτίο ταυτότητας, στο κατάστημα", by=witness, now=now)


def _known(user: Any, spots: Sequence[Spot], rng: Random) -> Person:
    return Person(
        name=user.full_name,
        email=user.email,
        language=user.language,
        phone=(user.phone or "").replace(" ", "") or _phone(rng),
        afm=user.afm or _afm(rng),
        amka=_amka(rng),
        home=rng.choice(spots),
        rank=user.level.rank,
        user=user,
        listed=True,
    )


def _invented(samples: Samples, name: str, language: str, rng: Random) -> Person:
    first, _, last = name.partition(" ")
    return Person(
        name=name,
        email=f"{latin(first)}.{latin(last)}@{rng.choice(('post', 'mail', 'ktima'))}.example",
        language=language,
        phone=_phone(rng),
        afm=_afm(rng),
        amka=_amka(rng),
        home=rng.choice(samples.spots),
        rank=rng.choice((0, 0, 1, 1, 2, 2)),
    )


def _name(samples: Samples, rng: Random) -> str:
    names, woman = samples.data["names"], rng.random() < 0.5
    first = rng.choice(names["women" if woman else "men"])
    return f"{first} {rng.choice(names['surnames'])[woman]}"


def latin(name: str) -> str:
    """A name as people write it in an e-mail address."""
    plain = unicodedata.normalize("NFC", fold(name)).replace("ου", "ou")
    return "".join(_LATIN.get(sign, sign) for sign in plain if sign.isalpha())


def _phone(rng: Random) -> str:
    return f"+3069{rng.randrange(10**8):08}"


def _afm(rng: Random) -> str:
    digits = f"1{rng.randrange(10**7):07}"
    return digits + str(vat.calc_check_digit(digits))


def _amka(rng: Random) -> str:
    digits = f"{rng.randint(1, 28):02}{rng.randint(1, 12):02}{rng.randint(40, 99)}{rng.randrange(10**4):04}"
    return digits + str(luhn.calc_check_digit(digits))
