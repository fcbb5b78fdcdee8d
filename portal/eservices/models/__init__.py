"""The tables of eservices: services with what is filed, and questionnaires."""

from portal.eservices.models.questionnaires import (
    Audience,
    QuestionKind,
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireState,
    QuestionnaireTally,
    QuestionnaireText,
)
from portal.eservices.models.services import (
    FINAL_STATES,
    Decision,
    Draft,
    DraftFile,
    LifeEvent,
    Outcome,
    Service,
    ServiceCategory,
    ServiceKind,
    ServiceVersion,
    Submission,
    case_kinds,
)

__all__ = [
    "FINAL_STATES",
    "Audience",
    "Decision",
    "Draft",
    "DraftFile",
    "LifeEvent",
    "Outcome",
    "QuestionKind",
    "Questionnaire",
    "QuestionnaireAnswer",
    "QuestionnaireState",
    "QuestionnaireTally",
    "QuestionnaireText",
    "Service",
    "ServiceCategory",
    "ServiceKind",
    "ServiceVersion",
    "Submission",
    "case_kinds",
]
