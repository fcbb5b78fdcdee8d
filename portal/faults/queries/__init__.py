"""Reads of faults."""

from portal.faults.models.grid import Box, Near, cells
from portal.faults.queries.catalogue import bodies, body, categories, category, jurisdiction, replies, routing
from portal.faults.queries.lists import PAGE, FaultFilter, Group, Line, around, lines, next_before
from portal.faults.queries.maps import Circle, Picture, picture
from portal.faults.queries.replay import replay_repairs, replay_reported
from portal.faults.queries.reports import case_ids, fault, of_case, public_fault, public_slugs, public_slugs_of_cases

__all__ = [
    "PAGE",
    "Box",
    "Circle",
    "FaultFilter",
    "Group",
    "Line",
    "Near",
    "Picture",
    "around",
    "bodies",
    "body",
    "case_ids",
    "categories",
    "category",
    "cells",
    "fault",
    "jurisdiction",
    "lines",
    "next_before",
    "of_case",
    "picture",
    "public_fault",
    "public_slugs",
    "public_slugs_of_cases",
    "replay_repairs",
    "replay_reported",
    "replies",
    "routing",
]
