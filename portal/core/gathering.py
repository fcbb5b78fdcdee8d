"""What is gathered while a transaction runs and used when it ends; what is undone, to a savepoint too, is dropped."""

from typing import Generic, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

T = TypeVar("T")


class Gathered(Generic[T]):
    """A list of things that belongs to the running transaction of each session."""

    def __init__(self, name: str) -> None:
        self._name = name
        event.listen(Session, "after_soft_rollback", self._drop)

    def add(self, session: Session, item: T) -> None:
        """Put one more on the list."""
        if not session.in_transaction():
            session.begin()  # or a rollback before the first statement would not be heard
        session.info.setdefault(self._name, []).append((session.get_nested_transaction(), item))

    def take(self, session: Session) -> list[T]:
        """All of them, in the order in which they came; the list is empty then."""
        return [item for _savepoint, item in session.info.pop(self._name, ())]

    def waits(self, session: Session) -> bool:
        """Whether a commit has to do with them: not when only a savepoint is released."""
        return bool(session.info.get(self._name)) and not session.in_nested_transaction()

    def _drop(self, session: Session, undone: SessionTransaction) -> None:
        held = session.info.pop(self._name, [])
        kept = [each for each in held if undone.nested and not _within(each[0], undone)]
        if kept:
            session.info[self._name] = kept


def _within(savepoint: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while savepoint is not None and savepoint is not outer:
        savepoint = savepoint.parent
    return savepoint is outer
