"""Open data in plain words: what programs may read and file, and at which addresses."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from portal.accounts.access import public
from portal.core.i18n import language
from portal.core.i18n import translate as _
from portal.core.kept import made_of
from portal.core.texts import N_
from portal.site.views.data import DATASETS, Dataset
from portal.site.views.public import blueprint

#: file type in the list of the Union → what it is good for
KINDS = {
    "GEOJSON": N_("for maps (GeoJSON)"),
    "CSV": N_("for spreadsheets (CSV)"),
    "ATOM": N_("news feed (Atom)"),
    "ICS": N_("for your calendar (iCalendar)"),
    "JSON": N_("for programs (JSON)"),
    "XLSX": N_("as a workbook (XLSX)"),
}


@blueprint.get("/open-data/")
@public
@made_of("organisation")
def open_data() -> str:
    """What is offered, with the address of each form."""
    return render_template(
        "site/open_data.html", datasets=[offered(each) for each in DATASETS], interfaces=interfaces()
    )


def offered(of: Dataset) -> dict[str, Any]:
    """A set of data: what it is, where people read it, and (words, address) of each form."""
    forms = [(_(KINDS[kind]), url_for(endpoint, lang=language())) for endpoint, _media, kind in of.forms]
    return {"code": of.code, "title": _(of.title), "about": _(of.about), "page": url_for(of.page), "forms": forms}


def interfaces() -> list[tuple[str, str, str]]:
    """What is written for programs alone: (name, what it is for, address)."""
    return [
        (_("OpenAPI"), _("Every address, its parameters and its answers."), url_for("machines.openapi")),
        (
            _("Open311 (GeoReport v2)"),
            _("Read fault reports, and file them with a key of the municipality."),
            url_for("open311.discovery_page"),
        ),
        (
            _("Catalogue (DCAT-AP)"),
            _("Everything on this page, for catalogues of data such as data.gov.gr."),
            url_for("machines.catalogue"),
        ),
    ]
