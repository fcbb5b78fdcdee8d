"""Reads of eservices: the catalogue, definitions and their language, drafts, what was filed and decided."""

from portal.eservices.queries.catalogue import (
    Typical,
    categories,
    life_events,
    service,
    services,
    slugs,
    titles,
    typical,
    version_numbers,
)
from portal.eservices.queries.drafts import draft, drafts_for_others, drafts_of
from portal.eservices.queries.filed import answers_summary, replay_decisions, submission

__all__ = [
    "Typical",
    "answers_summary",
    "categories",
    "draft",
    "drafts_for_others",
    "drafts_of",
    "life_events",
    "replay_decisions",
    "service",
    "services",
    "slugs",
    "submission",
    "titles",
    "typical",
    "version_numbers",
]
