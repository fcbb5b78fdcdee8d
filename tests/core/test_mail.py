"""Letters: in the recipient's language, through a real SMTP server or into the portal's own mailbox."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as Dialogue
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader

from portal.core import letters, mail, worker
from portal.core.db import db
from portal.core.letters import Recipient
from portal.core.mail import Enclosure
from portal.core.outbox import Job
from tests.factories import NOW
from tests.support.databases import Database, drop, fresh

TEMPLATE = """{{ number }}: {{ service | t }}

Α: {{ name }}, {{ day | date }}, {{ fee | money }}
"""
VALUES = {
    "number": "2026/7",
    "service": {"el": "Βεβαίωση κατοικίας", "en": "Residence certificate"},
    "day": "2026-03-25",
    "fee": "1234.50",
}
ELENI = Recipient("eleni@example.org", "el", "Ελένη Παπαδάκη")
ANN = Recipient("ann@example.org", "en", "Ann Smith")


class Postbox:
    """What came to the server, and how it answers."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Dialogue, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            mail = message_from_bytes(content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return self.answer


def enclose(_session: object, code: str) -> Enclosure:
    return Enclosure(f"{code}.pdf", "application/pdf", b"%PDF-1.7")


def with_letters(app: Flask) -> Flask:
    assert app.jinja_loader
    app.jinja_loader = ChoiceLoader([DictLoader({"mail/tests/filed.txt": TEMPLATE}), app.jinja_loader])
    app.extensions["portal"].handlers["mail"] = mail.handler(enclose)
    return app


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    yield box, f"smtp://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def database() -> Iterator[Database]:
    yield (made := fresh("sqlite"))
    drop(made.app(), made)


def write(app: Flask, to: Recipient, **more: Any) -> None:
    with app.app_context():
        letters.write(db.session, to, "tests/filed", VALUES, now=NOW, **more)
        db.session.commit()


def test_a_letter_goes_out_by_smtp_with_its_documents(database: Database, postbox: tuple[Postbox, str]) -> None:
    box, address = postbox
    app = with_letters(database.app(smtp_url=address, mail_from="portal@example.org"))
    write(app, ELENI, documents=["ABCD-1234"])

    worker.drain(app, now=NOW)

    (mail_sent,) = box.mails
    assert mail_sent["To"] == "Ελένη Παπαδάκη <eleni@example.org>"
    assert mail_sent["From"] == "portal@example.org"
    assert mail_sent["Subject"] == "2026/7: Βεβαίωση κατοικίας"
    assert mail_sent["Auto-Submitted"] == "auto-generated"
    body = mail_sent.get_body(("plain",))
    assert body is not None
    assert "25 Μαρτίου 2026, 1.234,50\xa0€" in body.get_content()
    (document,) = mail_sent.iter_attachments()
    assert (document.get_filename(), document.get_content()) == ("ABCD-1234.pdf", b"%PDF-1.7")


def test_a_letter_that_is_not_taken_is_tried_again(database: Database, postbox: tuple[Postbox, str]) -> None:
    box, address = postbox
    app = with_letters(database.app(smtp_url=address))
    box.answer = "451 try later"
    write(app, ANN)
    worker.drain(app, now=NOW)
    with app.app_context():
        job = db.session.scalars(sa.select(Job).where(Job.kind == "mail")).one()
        due, error = job.due_at, job.error
    box.answer = "250 OK"

    worker.drain(app, now=due)

    assert "451" in (error or "")
    assert [sent["Subject"] for sent in box.mails] == ["2026/7: Residence certificate"]


def test_without_a_server_letters_lie_in_the_mailbox(committed_app: Flask) -> None:
    app = with_letters(committed_app)
    write(app, ELENI, documents=["ABCD-1234"])
    write(app, ANN)

    worker.drain(app, now=NOW)

    with app.app_context():
        newest, oldest = letters.mailbox(db.session)
        assert (newest.subject, newest.language) == ("2026/7: Residence certificate", "en")
        assert "25 March 2026, €1,234.50" in newest.body
        assert oldest.attached == "ABCD-1234.pdf"
        assert letters.mailbox(db.session, recipient=ANN.email) == [newest]


def test_a_letter_with_a_key_is_written_once(committed_app: Flask) -> None:
    app = with_letters(committed_app)
    write(app, ELENI, dedupe="case:1:warned")
    write(app, ELENI, dedupe="case:1:warned")

    worker.drain(app, now=NOW)

    with app.app_context():
        assert len(letters.mailbox(db.session)) == 1


def test_the_same_job_makes_the_same_message(committed_app: Flask) -> None:
    with committed_app.app_context():
        one, other = (mail.message("a@example.org", "Α", "Θ", "Κείμενο\n", [], 7) for _ in range(2))

    assert one["Message-ID"] == other["Message-ID"] == "<job-7@localhost>"


def test_a_name_cannot_smuggle_headers_in(committed_app: Flask) -> None:
    with committed_app.app_context():
        made = mail.message("a@example.org", "Eve\r\nBcc: all@example.org", "Θέμα", "Κείμενο\n", [], 7)

    assert made["Bcc"] is None
    assert "\nBcc:" not in made.as_string()
