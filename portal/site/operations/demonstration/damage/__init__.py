"""Drawn photographs of what is broken outdoors and of the same repaired, each with words for who cannot see it.

They are drawings, made here from a number; nobody's photograph is used, and nobody is on them.
"""

import io
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from portal.core import files
from portal.core.files import CleanFile, Intake
from portal.site.operations.demonstration.damage.scenery import street
from portal.site.operations.demonstration.damage.things import THINGS

__all__ = ["ALT", "VARIANTS", "Photo", "draw", "photo"]

#: so many streets for each thing
VARIANTS = 3
#: code → what is seen before the repair and after it
ALT: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "pothole": (
        {"el": "Λακκούβα με νερά στο οδόστρωμα", "en": "A pothole full of water in the road"},
        {"el": "Το οδόστρωμα με νέο μπάλωμα ασφάλτου", "en": "The road with a new patch of asphalt"},
    ),
    "pavement": (
        {"el": "Σπασμένες και ανασηκωμένες πλάκες πεζοδρομίου", "en": "Broken, raised slabs of a pavement"},
        {"el": "Πεζοδρόμιο με καινούργιες πλάκες", "en": "The pavement with new slabs"},
    ),
    "sign": (
        {
            "el": "Πινακίδα «απαγορεύεται η είσοδος» που γέρνει προς τον δρόμο",
            "en": "A no-entry sign leaning over the road",
        },
        {"el": "Η πινακίδα όρθια στη θέση της", "en": "The sign upright in its place"},
    ),
    "drain": (
        {"el": "Φρεάτιο φραγμένο με φύλλα και λιμνάζοντα νερά", "en": "A gully blocked by leaves, with standing water"},
        {"el": "Καθαρό φρεάτιο στην άκρη του δρόμου", "en": "The gully clear at the side of the road"},
    ),
    "lamp": (
        {"el": "Σβηστό φωτιστικό σε δρόμο το σούρουπο", "en": "A street lamp that is dark at dusk"},
        {"el": "Το φωτιστικό αναμμένο το σούρουπο", "en": "The street lamp lit at dusk"},
    ),
    "cable": (
        {"el": "Ανοιχτό κουτί σε στύλο με γυμνά καλώδια", "en": "An open box on a pole with bare wires"},
        {
            "el": "Το κουτί του στύλου κλειστό, με σήμανση κινδύνου",
            "en": "The box closed, with its warning sign",
        },
    ),
    "bin": (
        {"el": "Κάδος που ξεχειλίζει, με σακούλες τριγύρω", "en": "An overflowing bin with bags around it"},
        {"el": "Ο κάδος άδειος και κλειστός", "en": "The bin empty and closed"},
    ),
    "rubbish": (
        {
            "el": "Παλιό στρώμα, ξύλα και μπάζα στο πεζοδρόμιο",
            "en": "An old mattress, boards and rubble",
        },
        {"el": "Το πεζοδρόμιο καθαρό", "en": "The pavement swept clean"},
    ),
    "branch": (
        {"el": "Σπασμένο κλαδί δέντρου που κρέμεται στον δρόμο", "en": "A broken branch hanging into the road"},
        {"el": "Το δέντρο κλαδεμένο, ο δρόμος ελεύθερος", "en": "The tree pruned, the road clear"},
    ),
    "weeds": (
        {"el": "Ψηλά ξερά χόρτα πάνω στο πεζοδρόμιο", "en": "Tall dry weeds over the pavement"},
        {"el": "Τα χόρτα κομμένα", "en": "The weeds cut"},
    ),
    "playground": (
        {"el": "Κούνια που κρέμεται από μία αλυσίδα", "en": "A swing hanging by one chain"},
        {"el": "Η κούνια επισκευασμένη", "en": "The swing repaired"},
    ),
    "leak": (
        {"el": "Νερό που αναβλύζει από ρωγμή στον δρόμο", "en": "Water springing from a crack in the road"},
        {"el": "Στεγνός δρόμος με το σκάμμα κλεισμένο", "en": "A dry road with the trench filled"},
    ),
    "car": (
        {"el": "Όχημα χωρίς πινακίδες, με σκασμένα λάστιχα", "en": "A car without plates on flat tyres"},
        {"el": "Η θέση στάθμευσης άδεια", "en": "The parking place empty"},
    ),
    "graffiti": (
        {"el": "Τοίχος γεμάτος μουτζούρες με σπρέι", "en": "A wall covered with spray paint"},
        {"el": "Ο τοίχος ασβεστωμένος", "en": "The wall whitewashed"},
    ),
}
_NAMES = ("IMG_2041.jpg", "IMG_3318.jpg", "photo.jpg", "φωτογραφία.jpg", "20260714_1932.jpg")


@dataclass(frozen=True)
class Photo:
    """A drawn photograph, taken in like any upload, with what it shows."""

    file: CleanFile
    alt: dict[str, str]


def draw(thing: str, variant: int, *, repaired: bool) -> bytes:
    """A drawing as JPEG: the same street before and after, the same bytes every time."""
    canvas = street(Random(f"{thing} {variant}"), dusk=thing == "lamp")  # noqa: S311 – a drawing
    THINGS[thing](canvas, repaired=repaired)
    out = io.BytesIO()
    canvas.finished().save(out, "JPEG", quality=86)
    return out.getvalue()


@lru_cache(maxsize=len(ALT) * VARIANTS * 2)
def photo(thing: str, variant: int, intake: Intake, *, repaired: bool) -> Photo:
    """One of them; what is drawn once is kept."""
    name = _NAMES[variant % len(_NAMES)]
    return Photo(files.examine(draw(thing, variant, repaired=repaired), name, intake), ALT[thing][repaired])
