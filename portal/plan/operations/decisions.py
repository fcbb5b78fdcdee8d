"""Decisions of bodies, as other papers name them: their ΑΔΑ, the number under which Diavgeia publishes them."""

import re

from portal.core.errors import Refused
from portal.core.texts import N_

#: law 4727/2020, art. 76: Greek capitals and digits, a hyphen, three more of them; older ones are shorter
_ADA = re.compile(r"[Α-Ω0-9]{4,14}-[Α-Ω0-9]{3}")
#: Latin capitals that look like Greek ones: who copies an ΑΔΑ by hand often types them
_ALIKE = str.maketrans("ABEZHIKMNOPTYX", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")


#: where Diavgeia shows a decision, by its ΑΔΑ
DIAVGEIA = "https://diavgeia.gov.gr/decision/view/"


class BadAda(Refused):
    """It cannot be the ΑΔΑ of a decision."""

    message = N_("“%(ada)s” is not an ΑΔΑ. Copy it from the decision, for example Ψ297ΩΗΜ-ΣΙ0.")


def check_ada(text: str) -> str:
    """An ΑΔΑ as Diavgeia writes it: without spaces, in Greek capitals; "" stays "".

    :raises BadAda: it has another shape.
    """
    ada = re.sub(r"\s", "", text).upper().replace("–", "-").translate(_ALIKE)
    if ada and not _ADA.fullmatch(ada):
        raise BadAda(ada=text.strip())
    return ada


def address(text: str) -> str:
    """Where a decision is published, by its ΑΔΑ; what is an address already stays as it is.

    :raises BadAda: it is neither.
    """
    return text if text.startswith(("http://", "https://")) else DIAVGEIA + check_ada(text)
