"""Who may do what with accounts, what a good password is, how long a lock lasts."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise

from portal.accounts.models import IdentityLevel, User
from portal.core.search import fold
from portal.core.texts import N_

#: NIST SP 800-63B, section 3.1.1.2: length counts, mixtures of signs do not
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
#: so many wrong passwords are forgiven before the first pause
FREE_TRIES = 5
LONGEST_LOCK = timedelta(hours=1)

#: Favourites of people who write Greek and English, without what is written around them (digits, signs, accents).
#: A password that is made of one or two of these is refused.
COMMON = frozenset(
    fold(
        """
    password passwort pass passw parola pwd secret login admin administrator root user guest test welcome hello letmein
    changeme default master access iloveyou love sunshine princess dragon monkey football baseball superman batman
    shadow qwerty qwertyuiop asdfgh asdfghjkl asdf zxcvbn zxcvbnm qazwsx qweasd qweasdzxc abc abcd abcdef abcdefgh
    abcdefghijkl alphabet azerty internet computer samsung summer winter spring autumn
    κωδικος κωδικοσ μυστικο συνθημα αγαπη αγαπημου σαγαπω καλημερα καλησπερα γειασου ελλαδα ελλας κρητη ηρακλειο
    αθηνα θεσσαλονικη κιλκις χερσονησος δημος πολιτης ολυμπιακος παναθηναικος αεκ παοκ γατα σκυλος θαλασσα καλοκαιρι
    μαρια γιωργος γιαννης δημητρης κωστας νικος ελενη παναγια χριστος
    kodikos mystiko mistiko sinthima agapi agapimou sagapo kalimera kalispera geiasou yiasou ellada ellas hellas greece
    kriti crete heraklion athina athens thessaloniki kilkis hersonissos dimos politis olympiakos olimpiakos
    panathinaikos aek paok thalassa kalokairi maria giorgos giannis dimitris kostas nikos eleni panagia xristos
    christos
    """
    ).split()
)


def password_problem(password: str, about: Iterable[str] = ()) -> str:
    """What is wrong with a new password, as a msgid; empty: nothing. `about` is what others know of the person."""
    if len(password) < SHORTEST_PASSWORD:
        return N_("Use at least 12 characters – three or four words you will remember make a good password")
    if len(set(password)) < 5:
        return N_("This password repeats the same few characters. Choose one that is harder to guess")
    if _is_run(password):
        return N_("This password follows the keys or the alphabet. Choose one that is harder to guess")
    letters = "".join(sign for sign in fold(password) if sign.isalpha())
    if _is_made_of(letters, COMMON):
        return N_("Many people use this password or one like it. Choose one that is harder to guess")
    if _is_made_of(letters, frozenset(_known(about))):
        return N_("This password is made of your name or email. Choose one that others cannot guess")
    return ""


def _known(about: Iterable[str]) -> set[str]:
    """The words of names and addresses that are long enough to be a password's body."""
    text = "".join(sign if sign.isalpha() else " " for sign in fold(" ".join(about)))
    return {word for word in text.split() if len(word) > 2}


def _is_run(password: str) -> bool:
    """Whether almost every character is the neighbour of the one before it: 123456789012, abcdefghijkl."""
    steps = [abs(ord(after) - ord(before)) for before, after in pairwise(password)]
    return sum(step in (0, 1, 9) for step in steps) > len(steps) * 0.8


def _is_made_of(letters: str, words: frozenset[str]) -> bool:
    """Whether letters are nothing but one or two such words, however often; no letters at all are not for this rule."""
    found = [word for word in words if word in letters]
    return any(not letters.replace(one, "").replace(other, "") for one in found for other in found)


def lock_after(failures: int) -> timedelta:
    """How long a lock lasts: none at first, then 1, 2, 4 … minutes, at most an hour."""
    if failures < FREE_TRIES:
        return timedelta()
    return min(timedelta(minutes=2 ** min(failures - FREE_TRIES, 10)), LONGEST_LOCK)


def may_change_identity(user: User) -> bool:
    """Whether somebody may write their own name and tax number: not once they were proved."""
    return user.level is not IdentityLevel.B


def may_prove(by: User, user: User) -> bool:
    """Whether one person may vouch for another's identity: staff, and never for themselves."""
    return by.is_staff and by.active and by.id != user.id


def may_close(user: User) -> bool:
    """Whether somebody may close their account alone: staff sign for what they do and are taken off by the office."""
    return user.active and not user.is_staff
