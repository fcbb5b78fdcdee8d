"""What the desk pages of eservices share: their blueprint, and the day in Greece."""

from datetime import date

from flask import Blueprint

from portal.core import clock

blueprint = Blueprint("eservices_desk", __name__, url_prefix="/<lang:lang>/desk")


def today() -> date:
    """The day in Greece."""
    return clock.athens_date(clock.now())
