"""Uploads."""

from __future__ import annotations

import pytest

from portal.core import fields as f

from .sample import one, page, paper


@pytest.mark.usefixtures("app")
def test_files_are_counted_and_weighed() -> None:
    assert not one(f.FileField("Plan"), x=paper()).errors
    assert "at most 1 file" in one(f.FileField("Plan"), x=[paper(), paper()]).errors[0]
    assert "is empty" in one(f.FileField("Plan"), x=paper(b"")).errors[0]
    assert "too large" in one(f.FileField("Plan", max_size=3), x=paper()).errors[0]
    assert one(f.FileField("Plan"), x="not a file").errors == ["Add the file: “Plan”"]
    assert one(f.FileField("Plan"), x=paper(name="")).errors


@pytest.mark.usefixtures("app")
def test_names_of_files_lose_their_path_and_their_tricks() -> None:
    for name, clean in (
        ("C:\\a\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\x00\u202eb.pdf", "ab.pdf"),
    ):
        assert one(f.FileField("Plan"), x=paper(name=name)).data[0].filename == clean
    assert len(one(f.FileField("Plan"), x=paper(name="x" * 5000 + ".pdf")).data[0].filename) <= 150


@pytest.mark.usefixtures("app")
def test_kept_files_count_and_can_be_taken_out() -> None:
    kept = {"1": "old.pdf", "2": "older.pdf"}
    field = one(f.FileField("Plan", max_files=2, kept=kept))

    assert not field.errors
    assert field.answer == ["1", "2"]
    assert "old.pdf" in str(field())
    field = one(f.FileField("Plan", max_files=2, kept=kept), x=paper(), x__drop="1")
    assert not field.errors
    assert field.answer == ["2"]
    assert one(f.FileField("Plan", max_files=2, kept=kept), x=paper()).errors


@pytest.mark.usefixtures("app")
def test_a_file_input_says_what_it_takes() -> None:
    html = page(one(f.FileField("Plan", max_files=3))())

    assert html.input["accept"] == "application/pdf,image/*"
    assert html.input.has_attr("multiple")
    assert "15 MB" in html.select_one(".govuk-hint").text
