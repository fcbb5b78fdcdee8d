"""Drafts that are ready to be filed, and a program that files them in many processes at once.

`python -m tests.support.filing EACH TOKEN…` files the first one and forks a process for
every so many of the others; the portal's settings come from
the environment. Each filed draft is a line `token reference` on standard output.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from portal.casework.operations import Applicant
from portal.core import clock
from portal.core.db import db
from portal.eservices import operations, queries

SERVICE = "general-request"
APPLICANT = Applicant("Άννα Μελά", "anna@example.org", "el")


def ready_drafts(session: Session, number: int, *, now: datetime) -> list[str]:
    """Make drafts that miss nothing; their tokens."""
    service = queries.service(session, SERVICE)
    assert service is not None
    tokens = []
    for count in range(number):
        draft = operations.start(session, service, owner=None, language="el", now=now)
        answers: dict[str, Any] = {"topic": "roads", "subject": f"Λάμπα {count}", "description": "Δεν ανάβει."}
        operations.keep(session, draft, answers, step="request", done=True, language="el", now=now)
        operations.keep(session, draft, {"concerns_place": "no"}, step="details", done=True, language="el", now=now)
        tokens.append(draft.token)
    session.commit()
    return tokens


def file(app: Flask, token: str) -> str:
    """File one draft in a transaction of its own; the protocol number."""
    with app.app_context():
        draft = queries.draft(db.session, token)
        assert draft is not None
        filed = operations.file(db.session, draft, APPLICANT, now=clock.now())
        reference = filed.case.reference
        db.session.commit()
        return reference


def say(token: str, reference: str) -> None:
    """A line in one write: of several processes none is cut by another's, as pieces that are printed would be."""
    os.write(sys.stdout.fileno(), f"{token} {reference}\n".encode())


def main(each: int, tokens: list[str]) -> int:
    """Fork, file, wait; how many processes failed."""
    from portal.app import create_app  # noqa: PLC0415 – the settings of the environment

    app = create_app()
    first, *tokens = tokens
    say(first, file(app, first))  # once before the fork, so that every statement is compiled
    with app.app_context():
        db.engine.dispose()
    gate, opener = os.pipe()
    children = []
    for start in range(0, len(tokens), each):
        child = os.fork()
        if child == 0:
            os.close(opener)
            os.read(gate, 1)  # all begin together, when the gate is closed behind the last of them
            for token in tokens[start : start + each]:
                say(token, file(app, token))
            os._exit(0)
        children.append(child)
    os.close(gate)
    os.close(opener)
    return sum(os.waitpid(child, 0)[1] != 0 for child in children)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:]))
