"""What the public pages of faults share."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("faults", __name__, url_prefix="/<lang:lang>/faults")
