"""Letters leave: rendered in the recipient's language, sent by SMTP or put into the portal's own mailbox."""

import smtplib
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import current_app, render_template, url_for
from flask_babel import force_locale
from sqlalchemy.orm import Session

from portal.core import clock, texting
from portal.core.i18n import speak
from portal.core.letters import Letter
from portal.core.web import portal

#: what a mail program posts to the address of `List-Unsubscribe`
ONE_CLICK = "List-Unsubscribe=One-Click"


@dataclass(frozen=True)
class Enclosure:
    """A file that goes along."""

    name: str
    media_type: str
    data: bytes


#: code of an issued document → the file; set by `portal.app`, since core knows no documents
Enclose = Callable[[Session, str], Enclosure]


def handler(enclose: Enclose) -> Callable[[Session, Mapping[str, Any], int], None]:
    """The outbox handler of kind "mail"."""

    def send(session: Session, payload: Mapping[str, Any], job_id: int) -> None:
        subject, body = render(payload["template"], payload["language"], {"name": payload["name"], **payload["values"]})
        if number := payload.get("phone"):
            if portal.settings.sms_url:
                texting.deliver(number, texting.short(subject, body))
                return
            payload = {**payload, "to": number, "documents": []}
            subject, body = texting.short(subject, body), ""
        enclosures = [enclose(session, code) for code in payload["documents"]]
        if portal.settings.smtp_url and not number:
            mail = message(payload["to"], payload["name"], subject, body, enclosures, job_id)
            for name, value in endings(payload.get("ends"), payload["language"]).items():
                mail[name] = value
            deliver(mail)
        else:
            session.add(
                Letter(
                    recipient=payload["to"],
                    language=payload["language"],
                    subject=subject,
                    body=body,
                    attached="\n".join(e.name for e in enclosures),
                    job_id=job_id,
                    sent_at=clock.now(),
                )
            )

    return send


def render(template: str, language: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Subject (the template's first line) and body of a letter."""
    with current_app.test_request_context(base_url=portal.settings.public_url), force_locale(language):
        speak(language)
        current_app.update_template_context(context := dict(values))
        text = render_template(f"mail/{template}.txt", **context)
    subject, _, body = text.strip().partition("\n")
    return subject.strip(), body.strip() + "\n"


def endings(ends: Mapping[str, str] | None, language: str) -> dict[str, str]:
    """The headers by which a mail program ends letters that come again and again, with one press (RFC 8058)."""
    if not ends:
        return {}
    endpoint, values = ends["endpoint"], {name: value for name, value in ends.items() if name != "endpoint"}
    with current_app.test_request_context(base_url=portal.settings.public_url):
        address = url_for(endpoint, lang=language, _external=True, **values)
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": ONE_CLICK}


def message(to: str, name: str, subject: str, body: str, enclosures: list[Enclosure], job_id: int) -> EmailMessage:
    """The letter as an e-mail; the same job always has the same Message-ID, so that a second copy is known as one."""
    mail = EmailMessage()
    mail["From"] = portal.settings.mail_from
    # a line break in what somebody typed must not begin another header
    mail["To"] = formataddr((" ".join(name.split()), to))
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = clock.now()
    mail["Message-ID"] = f"<job-{job_id}@{urlsplit(portal.settings.public_url).hostname}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body)
    for enclosure in enclosures:
        kind, _, subtype = enclosure.media_type.partition("/")
        mail.add_attachment(enclosure.data, maintype=kind, subtype=subtype, filename=enclosure.name)
    return mail


def deliver(mail: EmailMessage) -> None:
    """Hand it to the SMTP server of the settings.

    :raises smtplib.SMTPException, OSError: if it is not taken; the outbox tries again.
    """
    address = urlsplit(portal.settings.smtp_url)
    host, context = address.hostname or "localhost", ssl.create_default_context()
    if address.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, address.port or 465, timeout=30, context=context)
    else:
        server = smtplib.SMTP(host, address.port or 25, timeout=30)
    with server:
        if address.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls(context=context)
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        server.send_message(mail)
