"""Enumerations that people read: every member has a stored value and a label."""

from enum import StrEnum
from typing import Self


class Choice(StrEnum):
    """An enum stored by value; members are written `NAME = "value", N_("Label")`."""

    #: English msgid of what people read; the page translates it
    label: str

    def __new__(cls, value: str, label: str = "") -> Self:
        """Keep the label beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member
