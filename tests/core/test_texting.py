"""Text messages: a line and a link, handed to a gateway with its token, tried again when it refuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.core import texting
from portal.core.letters import Letter, Recipient, write
from portal.core.outbox import Job
from tests.factories import NOW
from tests.support.gateway import gateway

LETTER = {"code": "123456", "minutes": 30}


def test_a_message_is_the_subject_with_the_first_link() -> None:
    body = "Καλημέρα,\n\nhttps://portal.example/el/faults/answer/abc/\nhttps://portal.example/el/"

    assert texting.short("Αποκαταστάθηκε", body) == "Αποκαταστάθηκε https://portal.example/el/faults/answer/abc/"
    long = texting.short("α" * 500, body)
    assert len(long) == texting.MOST
    assert long.endswith("/answer/abc/")


def test_who_has_no_address_gets_a_message(
    app: Flask, session: Session, drain: Callable[[datetime], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = app.extensions["portal"]
    with gateway() as (url, kept):
        monkeypatch.setattr(portal, "settings", replace(portal.settings, sms_url=url, sms_token="secret"))
        write(session, Recipient("", "en", phone="+306900000000"), "faults/code", LETTER, now=NOW)
        write(session, Recipient("a@example.org", "en", phone="+306900000001"), "faults/code", LETTER, now=NOW)
        write(session, Recipient("", "en"), "faults/code", LETTER, now=NOW)
        drain(NOW)

    assert kept == [{"to": "+306900000000", "text": "123456 is the code for your report", "token": "Bearer secret"}]
    assert session.scalars(sa.select(Letter.recipient)).all() == ["a@example.org"]


def test_a_gateway_that_refuses_is_asked_again(
    app: Flask, session: Session, drain: Callable[[datetime], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = app.extensions["portal"]
    with gateway(503) as (url, kept):
        monkeypatch.setattr(portal, "settings", replace(portal.settings, sms_url=url))
        write(session, Recipient("", "el", phone="+306900000000"), "faults/code", LETTER, now=NOW)
        drain(NOW)

    assert len(kept) == 1
    assert "mail" in session.scalars(sa.select(Job.kind)).all()


def test_without_a_gateway_it_stays_in_the_mailbox(session: Session, drain: Callable[[datetime], int]) -> None:
    write(session, Recipient("", "el", phone="+306900000000"), "faults/code", LETTER, now=NOW)

    drain(NOW)

    [letter] = session.scalars(sa.select(Letter))
    assert (letter.recipient, letter.body) == ("+306900000000", "")
    assert letter.subject.startswith("123456")
