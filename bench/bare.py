"""The measure: the smallest page with Flask, Jinja and SQLAlchemy that lists twenty cases of the same database."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

LAYOUT = """<!doctype html>
<html lang="el">
<head><meta charset="utf-8">
<title>{% block title %}{% endblock %}</title><link rel="stylesheet" href="/bare.css"></head>
<body><nav><a href="/">Home</a> <a href="/cases/">Cases</a></nav><main>{% block main %}{% endblock %}</main></body>
</html>
"""
LIST = """{% extends "layout.html" %}
{% block title %}Cases{% endblock %}
{% block main %}
<h1>Cases</h1>
<table>
<tr><th>Number</th><th>What</th><th>Who</th><th>State</th><th>Due</th></tr>
{% for case in cases %}
<tr><td><a href="/cases/{{ case.id }}/">{{ case.reference }}</a></td><td>{{ case.title.el }} {{ case.detail }}</td>
<td>{{ case.applicant_name }}</td><td>{{ case.state }}</td><td>{{ case.due_on }}</td></tr>
{% endfor %}
</table>
{% endblock %}
"""


class Base(DeclarativeBase):
    """Its own mapping: the portal's models are no part of the measure."""


class Case(Base):
    """The columns that the page shows."""

    __tablename__ = "casework_case"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    title: Mapped[Any] = mapped_column(sa.JSON)
    detail: Mapped[str]
    applicant_name: Mapped[str]
    state: Mapped[str]
    due_on: Mapped[date]


def create_bare(url: str) -> Flask:
    """An application with one page, on a database of the portal."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"layout.html": LAYOUT, "list.html": LIST})
    engine = sa.create_engine(url)
    app.extensions["engine"] = engine

    @app.get("/cases/")
    def cases() -> str:
        with Session(engine) as session:
            rows = session.scalars(sa.select(Case).order_by(Case.id).limit(20)).all()
            return render_template("list.html", cases=rows)

    return app
