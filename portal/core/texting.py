"""Text messages to telephones: what a letter says in a line, and its first link, through a gateway."""

import re

from portal.core import fetching
from portal.core.web import portal

#: characters of a message: three parts of a long one, in Greek
MOST = 201
_LINK = re.compile(r"https?://\S+")


def short(subject: str, body: str) -> str:
    """A letter as a text message: its subject, and the first address that stands in it."""
    link = _LINK.search(body)
    rest = f" {link[0]}" if link else ""
    return subject[: max(MOST - len(rest), 40)] + rest


def possible() -> bool:
    """Whether telephones can be reached; a demonstration puts messages into its mailbox."""
    return bool(portal.settings.sms_url) or portal.settings.demonstration


def deliver(number: str, text: str) -> None:
    """Hand a message to the gateway (`PORTAL_SMS_URL`): a form with `to`, in E.164, and `text`.

    :raises NotFetched: if it is not taken; the outbox tries again.
    """
    token = portal.settings.sms_token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # the gateway may stand in our own network: whoever runs the portal has named it
    fetching.send(portal.settings.sms_url, {"to": number, "text": text}, headers=headers, inside=True)
