"""Staff pages of eservices: services, the counter, decisions, questionnaires."""

from portal.eservices.desk import answers, questionnaires, questions, services
from portal.eservices.desk.base import blueprint
from portal.eservices.desk.services import panel, taken_too

__all__ = ["answers", "blueprint", "panel", "questionnaires", "questions", "services", "taken_too"]
