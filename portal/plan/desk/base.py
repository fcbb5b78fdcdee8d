"""The blueprint of the desk pages of the plan."""

from flask import Blueprint

blueprint = Blueprint("plan_desk", __name__, url_prefix="/<lang:lang>/desk")
