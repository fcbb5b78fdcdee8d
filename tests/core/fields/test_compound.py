"""Addresses and places."""

from __future__ import annotations

import pytest

from portal.core import fields as f

from .sample import one, page


@pytest.mark.usefixtures("app")
def test_each_part_of_an_address_has_its_message() -> None:
    field = one(f.AddressField("Address"), x__street="Main", x__postcode="12")

    assert dict(field.problems()) == {
        "x-postcode": "Enter a postcode of five digits, like 700 14",
        "x-town": "Enter the town or village",
    }
    assert page(field()).find(id="x-street")["value"] == "Main"


@pytest.mark.usefixtures("app")
def test_an_address_that_may_stay_empty_must_be_whole_when_it_is_begun() -> None:
    assert not one(f.AddressField("Address", required=False)).errors
    assert one(f.AddressField("Address", required=False)).data is None
    assert one(f.AddressField("Address", required=False), x__town="Malia").errors


@pytest.mark.usefixtures("app")
def test_a_place_is_a_point_or_words() -> None:
    field = one(f.PlaceField("Place", bounds=(35.0, 25.0, 36.0, 26.0)), x__lat="35.3159", x__lon="25,394")

    assert field.answer == {"community": None, "words": None, "lat": "35.315900", "lon": "25.394000"}
    assert one(f.PlaceField("Place")).problems() == [
        ("x-words", "Show the place on the map, or say in words where it is")
    ]
    assert "both" in one(f.PlaceField("Place"), x__lat="35.3").errors[0]
    assert one(f.PlaceField("Place"), x__lat="35.3", x__lon="55").problems()[0][0] == "x-lon"
    assert one(f.PlaceField("Place"), x__lat="1e999", x__lon="NaN").errors


@pytest.mark.usefixtures("app")
def test_a_place_has_a_box_for_a_map_that_knows_its_inputs() -> None:
    html = page(one(f.PlaceField("Place", map={"centre": "35.29,25.38"}))())
    box = html.select_one("[data-map]")

    assert html.find(id=box["data-lat"])["name"] == "x-lat"
    assert html.find(id=box["data-lon"])["name"] == "x-lon"
    assert box["data-centre"] == "35.29,25.38"
