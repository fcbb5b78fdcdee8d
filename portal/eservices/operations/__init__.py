"""Writes of eservices: the catalogue, drafts, filing, deciding."""

from portal.documents.models import Channel
from portal.eservices.models import Audience, Outcome, QuestionKind
from portal.eservices.operations.catalogue import BadPack, check_services, load_services
from portal.eservices.operations.decisions import NothingFiled, ReasonsMissing, Ruling, decide, preview
from portal.eservices.operations.drafts import (
    FiledAlready,
    ForSomebody,
    IdentityUnchecked,
    LevelTooLow,
    NotOnline,
    attach,
    detach,
    discard,
    expire,
    keep,
    send_link,
    start,
    start_for,
)
from portal.eservices.operations.printing import with_secret
from portal.eservices.operations.submission import Incomplete, file

__all__ = [
    "Audience",
    "BadPack",
    "Channel",
    "FiledAlready",
    "ForSomebody",
    "IdentityUnchecked",
    "Incomplete",
    "LevelTooLow",
    "NotOnline",
    "NothingFiled",
    "Outcome",
    "QuestionKind",
    "ReasonsMissing",
    "Ruling",
    "attach",
    "check_services",
    "decide",
    "detach",
    "discard",
    "expire",
    "file",
    "keep",
    "load_services",
    "preview",
    "send_link",
    "start",
    "start_for",
    "with_secret",
]
