"""Questionnaires with their answers, and the one that a task of the plan is done with."""

import sqlalchemy as sa
from alembic import op

from portal.core import orm

revision = "20261123_0300"
down_revision = "20261123_0200"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    _questionnaires()
    _answers()
    with op.batch_alter_table("plan_task") as batch_op:
        batch_op.add_column(sa.Column("questionnaire", sa.String(80), server_default="", nullable=False))
    with op.batch_alter_table("plan_task") as batch_op:
        batch_op.alter_column("questionnaire", server_default=None)


def _questionnaires() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(80), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("introduction", orm.TranslatedText(), nullable=False),
        sa.Column("definition", orm.Json, nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("audience", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("created_by_id", orm.BigKey, nullable=True),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("published_at", orm.UTCDateTime(), nullable=True),
        sa.Column("closed_at", orm.UTCDateTime(), nullable=True),
        sa.Column("results_at", orm.UTCDateTime(), nullable=True),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("seen", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("opens_on <= closes_on", name=op.f("ck_questionnaire_days")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_questionnaire_created_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("code", name=op.f("uq_questionnaire_code")),
    )


def _answers() -> None:
    """Answers, what was written in them, and how often what was chosen."""
    op.create_table(
        "questionnaire_answer",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("questionnaire_id", orm.BigKey, nullable=False),
        sa.Column("answers", orm.Json, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.Column("once", sa.String(64), nullable=False),
        _of("questionnaire_answer", "questionnaire_id", "questionnaire"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_answer")),
        sa.UniqueConstraint("once", name=op.f("uq_questionnaire_answer_once")),
    )
    op.create_index("ix_questionnaire_answer_of", "questionnaire_answer", ["questionnaire_id", "id"])
    op.create_table(
        "questionnaire_text",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("questionnaire_id", orm.BigKey, nullable=False),
        sa.Column("answer_id", orm.BigKey, nullable=False),
        sa.Column("question", sa.String(80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("released", sa.Boolean(), server_default=sa.false(), nullable=False),
        _of("questionnaire_text", "questionnaire_id", "questionnaire"),
        _of("questionnaire_text", "answer_id", "questionnaire_answer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire_text")),
    )
    op.create_index(op.f("ix_questionnaire_text_answer_id"), "questionnaire_text", ["answer_id"])
    op.create_index("ix_questionnaire_text_of", "questionnaire_text", ["questionnaire_id", "question", "id"])
    op.create_table(
        "questionnaire_tally",
        sa.Column("questionnaire_id", orm.BigKey, autoincrement=False, nullable=False),
        sa.Column("question", sa.String(80), nullable=False),
        sa.Column("value", sa.String(80), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _of("questionnaire_tally", "questionnaire_id", "questionnaire"),
        sa.PrimaryKeyConstraint(
            "questionnaire_id", "question", "value", "language", "on", name=op.f("pk_questionnaire_tally")
        ),
    )


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def downgrade() -> None:
    with op.batch_alter_table("plan_task") as batch_op:
        batch_op.drop_column("questionnaire")
    for table in ("questionnaire_tally", "questionnaire_text", "questionnaire_answer", "questionnaire"):
        op.drop_table(table)
