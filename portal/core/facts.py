"""Facts: what happened in one room and another room may want to hear.

A fact is a frozen dataclass in the past tense that carries ids and plain values, never rows. `record` runs every
listener at once, in the same transaction: a listener is a few inserts. Anything slow goes to the outbox.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened."""


F = TypeVar("F", bound=Fact)
Listener = Callable[[Session, F], None]

_listeners: dict[type[Fact], list[Listener[Any]]] = {}


def listen(kind: type[F]) -> Callable[[Listener[F]], Listener[F]]:
    """Register the decorated function for one kind of fact; `portal.app` imports the modules that do so."""

    def register(listener: Listener[F]) -> Listener[F]:
        _listeners.setdefault(kind, []).append(listener)
        return listener

    return register


def record(session: Session, fact: Fact) -> None:
    """Tell everyone who listens for this kind of fact, in the order of registration."""
    for listener in _listeners.get(type(fact), ()):
        listener(session, fact)


def listeners_of(kind: type[Fact]) -> tuple[Listener[Any], ...]:
    """Who hears this kind of fact; for tests and the documentation."""
    return tuple(_listeners.get(kind, ()))
