"""Questionnaires: questions that people answer without saying who they are, and how often what was answered."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.choices import Choice
from portal.core.orm import Base, Choices, Code, Data, Flag, Key
from portal.core.texts import N_, Translated


class Audience(Choice):
    """Who is asked."""

    EVERYBODY = "everybody", N_("Everybody")
    LINK = "link", N_("Whoever has the link")


class QuestionKind(Choice):
    """How a question of a questionnaire is answered."""

    ONE = "one", N_("One of the given answers")
    SEVERAL = "several", N_("Several of the given answers")
    SCALE = "scale", N_("Scale from 1 to 5")
    NUMBER = "number", N_("Number")
    SHORT = "short", N_("Short text")
    LONG = "long", N_("Long text")


class QuestionnaireState(Choice):
    """Where a questionnaire stands on a day."""

    DRAFT = "draft", N_("Draft")
    COMING = "coming", N_("Not open yet")
    OPEN = "open", N_("Open for answers")
    CLOSED = "closed", N_("No longer open")


class Questionnaire(Base):
    """Questions that people are asked without being asked who they are; an answer is no request and opens no case."""

    __tablename__ = "questionnaire"
    __table_args__ = (sa.CheckConstraint("opens_on <= closes_on", name="days"),)

    id: Mapped[Key]
    #: part of its address; made by chance, so that whoever was not told does not find it
    code: Mapped[Code] = mapped_column(unique=True)
    title: Mapped[Translated]
    introduction: Mapped[Translated]
    #: its questions in the format of services: {"form": [{"step", "title", "fields"}]}
    definition: Mapped[Data]
    opens_on: Mapped[date]
    #: the last day
    closes_on: Mapped[date]
    audience: Mapped[Audience] = mapped_column(Choices(Audience), default=Audience.EVERYBODY)
    #: what it is asked for, e.g. "plan"; "": nothing in particular
    subject: Mapped[Code] = mapped_column(default="")
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    #: None: a draft, which nobody can answer; afterwards its questions stay as they are
    published_at: Mapped[datetime | None]
    #: staff closed it before its last day was over
    closed_at: Mapped[datetime | None]
    #: staff showed the results before it was closed
    results_at: Mapped[datetime | None]
    sample: Mapped[Flag]
    #: raised with every change, so that of two who write one is told
    seen: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")

    def state(self, day: date) -> QuestionnaireState:
        """Where it stands on that day."""
        if self.published_at is None:
            return QuestionnaireState.DRAFT
        if self.closed_at is not None or day > self.closes_on:
            return QuestionnaireState.CLOSED
        return QuestionnaireState.COMING if day < self.opens_on else QuestionnaireState.OPEN

    def shows_results(self, day: date) -> bool:
        """Whether everybody reads the results."""
        return self.state(day) is QuestionnaireState.CLOSED or (
            self.published_at is not None and self.results_at is not None
        )


class QuestionnaireAnswer(Base):
    """What somebody answered; nothing in it says who."""

    __tablename__ = "questionnaire_answer"
    __table_args__ = (sa.Index("ix_questionnaire_answer_of", "questionnaire_id", "id"), {"info": {"private": True}})

    id: Mapped[Key]
    questionnaire_id: Mapped[int] = mapped_column(sa.ForeignKey("questionnaire.id"))
    #: question → answer; free text stands in `QuestionnaireText`
    answers: Mapped[Data]
    language: Mapped[str] = mapped_column(sa.String(8))
    at: Mapped[datetime]
    #: hash of the page it was given on: two presses of its button are one answer
    once: Mapped[str] = mapped_column(sa.String(64), unique=True)


class QuestionnaireText(Base):
    """Words that somebody wrote; staff alone read them until they release them."""

    __tablename__ = "questionnaire_text"
    __table_args__ = (
        sa.Index("ix_questionnaire_text_of", "questionnaire_id", "question", "id"),
        {"info": {"private": True}},
    )

    id: Mapped[Key]
    questionnaire_id: Mapped[int] = mapped_column(sa.ForeignKey("questionnaire.id"))
    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("questionnaire_answer.id"), index=True)
    #: id of the question
    question: Mapped[Code]
    text: Mapped[str]
    released: Mapped[Flag]

    answer: Mapped[QuestionnaireAnswer] = relationship()


class QuestionnaireTally(Base):
    """How often something was answered, so that results are read from a few rows, however many answered."""

    __tablename__ = "questionnaire_tally"
    __table_args__ = {"info": {"private": True}}

    questionnaire_id: Mapped[int] = mapped_column(
        sa.ForeignKey("questionnaire.id"), primary_key=True, autoincrement=False
    )
    #: id of the question; "": the answers as a whole
    question: Mapped[Code] = mapped_column(primary_key=True)
    #: the value chosen; "": everybody who answered the question
    value: Mapped[Code] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    #: the day in Greece
    on: Mapped[date] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.Integer)
