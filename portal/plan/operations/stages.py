"""The tasks with which the making of a plan usually begins, and the law each of them follows."""

from dataclasses import dataclass

from portal.core.texts import Translated
from portal.plan.models import StageKind

#: operational programmes of municipalities; how they are made, consulted on, approved and monitored
LAW = "ν. 3463/2006, άρθρα 203–207"
DECREE = "π.δ. 185/2007, όπως τροποποιήθηκε με το π.δ. 89/2011"
STRUCTURE = "απόφαση 41179/2014 (ΦΕΚ Β΄ 2970/2014)"
KALLIKRATIS = "ν. 3852/2010, άρθρο 266"


@dataclass(frozen=True)
class Usual:
    """A task that every plan needs."""

    stage: StageKind
    title: Translated
    #: the law it follows, in Greek as laws are cited
    source: str
    #: weeks after the beginning by which it is usually done
    weeks: int


def _task(stage: StageKind, weeks: int, source: str, el: str, en: str) -> Usual:
    return Usual(stage, Translated(el=el, en=en), source, weeks)


_FIRST, _SECOND, _THIRD = StageKind.PREPARATION, StageKind.STRATEGY, StageKind.PROGRAMMING
USUAL = (
    _task(
        _FIRST,
        2,
        f"{LAW}· {DECREE}",
        "Απόφαση του δημάρχου για την έναρξη της κατάρτισης και τη συγκρότηση ομάδας έργου",
        "Decision of the mayor to begin, and a project team",
    ),
    _task(
        _FIRST,
        4,
        DECREE,
        "Επιστολές στις υπηρεσίες, τα νομικά πρόσωπα και τους φορείς που συμμετέχουν",
        "Letters to the units, legal entities and bodies that take part",
    ),
    _task(
        _FIRST,
        6,
        STRUCTURE,
        "Ερωτηματολόγια σε υπηρεσίες, φορείς και κατοίκους",
        "Questionnaires to units, bodies and residents",
    ),
    _task(
        _FIRST,
        8,
        STRUCTURE,
        "Συλλογή στοιχείων για την υφιστάμενη κατάσταση",
        "Data on the present state of the municipality",
    ),
    _task(
        _FIRST,
        10,
        LAW,
        "Προτάσεις των συμβουλίων των κοινοτήτων κατά σειρά προτεραιότητας",
        "Proposals of the community councils, in their order of priority",
    ),
    _task(
        _SECOND,
        14,
        f"{STRUCTURE}· {DECREE}",
        "Σχέδιο στρατηγικού σχεδιασμού: όραμα, στρατηγικοί στόχοι, άξονες και μέτρα (Α΄ φάση)",
        "Draft strategy: vision, strategic goals, axes and measures (phase A)",
    ),
    _task(
        _SECOND,
        16,
        LAW,
        "Έγκριση του στρατηγικού σχεδιασμού από το δημοτικό συμβούλιο",
        "Approval of the strategy by the municipal council",
    ),
    _task(
        _SECOND,
        17,
        DECREE,
        "Απόφαση του δημάρχου για τη δημόσια διαβούλευση",
        "Decision of the mayor on the public consultation",
    ),
    _task(
        _SECOND,
        21,
        DECREE,
        "Δημόσια διαβούλευση και έκθεση για τα σχόλια που υποβλήθηκαν",
        "Public consultation, and the report on the comments",
    ),
    _task(
        _THIRD,
        25,
        STRUCTURE,
        "Επιχειρησιακός προγραμματισμός: δράσεις, υπηρεσίες υλοποίησης, χρονοδιάγραμμα (Β΄ φάση)",
        "Operational programming: actions, units in charge, timetable (phase B)",
    ),
    _task(
        _THIRD,
        27,
        STRUCTURE,
        "Οικονομικός προγραμματισμός: προϋπολογισμός ανά έτος και πηγή χρηματοδότησης",
        "Financial programming: budget by year and source of funding",
    ),
    _task(
        _THIRD,
        28,
        STRUCTURE,
        "Δείκτες παρακολούθησης και αξιολόγησης με τιμές βάσης και στόχους",
        "Indicators for monitoring and evaluation, with baselines and targets",
    ),
    _task(
        _THIRD,
        30,
        f"{LAW}· {KALLIKRATIS}",
        "Έγκριση του επιχειρησιακού προγράμματος από το δημοτικό συμβούλιο",
        "Approval of the operational plan by the municipal council",
    ),
    _task(
        _THIRD,
        31,
        LAW,
        "Αποστολή στην Αποκεντρωμένη Διοίκηση για έλεγχο νομιμότητας, με την έκθεση των διαδικασιών",
        "Sent to the Decentralised Administration for the review of legality, with the report on how it was made",
    ),
    _task(
        _THIRD,
        36,
        DECREE,
        "Δημοσιοποίηση του εγκεκριμένου προγράμματος",
        "Publication of the approved plan",
    ),
)
