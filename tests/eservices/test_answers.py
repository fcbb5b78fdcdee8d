"""What answers mean together, and how people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from portal.core.texts import Translated
from portal.eservices.queries.answers import settled, sheet, unanswered
from portal.eservices.queries.definitions import Definition
from portal.eservices.queries.readable import Reader, fill, summary
from tests.eservices.conftest import ANSWERS, PACK

DAY = date(2026, 3, 3)
TERRACE = Definition(yaml.safe_load((PACK / "services" / "terrace.yaml").read_text(encoding="utf-8")))


def missing(**changes: Any) -> list[str]:
    return [question.id for _step, question in unanswered(TERRACE, ANSWERS | {"plan": [7]} | changes, DAY)]


def test_a_question_is_asked_when_its_condition_holds() -> None:
    assert "neighbour_name" not in sheet(TERRACE, ANSWERS, DAY).asked
    assert "neighbour_name" in sheet(TERRACE, ANSWERS | {"neighbour": "yes"}, DAY).asked


def test_amounts_are_worked_out_with_the_tariff_of_the_day() -> None:
    assert sheet(TERRACE, ANSWERS, DAY).values["fee"] == Decimal("50.00")
    assert sheet(TERRACE, ANSWERS, date(2025, 12, 31)).values["fee"] == Decimal("37.50")
    assert sheet(TERRACE, {}, DAY).values["fee"] is None


def test_what_is_not_asked_is_not_filed() -> None:
    answers = settled(TERRACE, ANSWERS | {"neighbour_name": "from before", "fee": "0.01"}, DAY)

    assert "neighbour_name" not in answers
    assert answers["fee"] == "50.00"


def test_everything_asked_and_required_must_be_answered() -> None:
    assert missing() == []
    assert missing(neighbour="yes") == ["neighbour_name"]
    assert missing(shop="", truth=None, plan=[]) == ["shop", "plan", "truth"]
    assert missing(tables=[{"seats": None}]) == ["tables"]


def test_answers_are_read_in_each_language() -> None:
    reader = Reader("en", {"gouves": Translated(el="Γούβες", en="Gouves")}, {7: "plan.png"})
    parts = summary(TERRACE, settled(TERRACE, ANSWERS | {"plan": [7]}, DAY), reader)
    rows = {row.label: row.value for part in parts for row in part.rows}

    assert [part.title for part in parts] == ["The shop", "The space", "Papers"]
    assert rows["Community"] == "Gouves"
    assert rows["Address"] == "Αγίας Παρασκευής 5, 700 14 Λιμένας"
    assert rows["Area"] == "12.5 m²"
    assert rows["Fee"] == "€50.00"
    assert rows["Tables 2"] == "Seats: 2"
    assert rows["Plan"] == "plan.png"
    greek = summary(TERRACE, settled(TERRACE, ANSWERS, DAY), Reader("el"))
    assert [row.value for row in greek[1].rows][:2] == ["12,5 τ.μ.", "50,00\xa0€"]


def test_only_names_in_braces_are_filled() -> None:
    assert fill("{a} and {b}: {unknown}{0.__class__}%s", {"a": "1", "b": "{a}"}) == "1 and {a}: %s"
