"""Reads of faults."""

from portal.faults.models.grid import Box, Near, cells
from portal.faults.queries.catalogue import bodies, body, categories, category, jurisdiction, replies, routing
from portal.faults.queries.lists import PAGE, FaultFilter, Group, Line, around, lines, next_before
from portal.faults.queries.maps import Circle, Picture, picture
from portal.faults.queries.replay import replay_repairs, replay_reported
from portal.faults.queries.reports import fault, of_case, public_fault

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
    "replay_repairs",
    "replay_reported",
    "replies",
    "routing",
]
