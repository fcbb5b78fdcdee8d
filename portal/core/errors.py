"""Refusals: the rules say no, with a message for people."""

from typing import Any

from portal.core.texts import N_


class Refused(Exception):
    """The rules refuse what was asked; a page that does not catch it answers 409 with the message.

    Subclasses stand beside the operation that raises them and set `message`, a msgid with `%(name)s` placeholders.
    """

    message = N_("This cannot be done now.")

    def __init__(self, **values: Any) -> None:
        super().__init__(self.message % values if values else self.message)
        #: what fills the placeholders of `message`
        self.values = values


class NotAllowed(Refused):
    """This person may not do this; a page that does not catch it answers 403."""

    message = N_("You may not do this. Ask the head of the unit if you think you should.")
