"""The plan in full: goals, money by source, milestones, versions, monitoring, programmes, and how it comes about."""

import json

import sqlalchemy as sa
from alembic import op

from portal.core import orm

revision = "20261123_0200"
down_revision = "20261123_0110"
branch_labels = ()
depends_on = None

NEW_TEXTS = (("plan_action", "preconditions"), ("plan_indicator", "source"))


def upgrade() -> None:
    _columns()
    _tables()
    _sources()
    op.drop_table("plan_action_budget")
    with op.batch_alter_table("plan_action") as batch_op:
        batch_op.drop_column("funding")


def _columns() -> None:
    """What is new about actions, nodes and indicators; rows that are there get what says nothing."""
    with op.batch_alter_table("plan_action") as batch_op:
        batch_op.add_column(sa.Column("standing", sa.String(40), server_default="valid", nullable=False))
        batch_op.add_column(sa.Column("lat", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("lon", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("cooperating", orm.Json, server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("preconditions", orm.TranslatedText(), server_default="{}", nullable=False))
        batch_op.create_index(batch_op.f("ix_plan_action_unit_id"), ["unit_id"], unique=False)
    with op.batch_alter_table("plan_indicator") as batch_op:
        batch_op.add_column(sa.Column("frequency", sa.String(40), server_default="year", nullable=False))
        batch_op.add_column(sa.Column("unit_id", orm.BigKey, nullable=True))
        batch_op.add_column(sa.Column("source", orm.TranslatedText(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("calculation", sa.String(length=300), server_default="", nullable=False))
        batch_op.create_index(batch_op.f("ix_plan_indicator_unit_id"), ["unit_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_plan_indicator_unit_id_unit"), "unit", ["unit_id"], ["id"])
    with op.batch_alter_table("plan_node") as batch_op:
        batch_op.add_column(sa.Column("general", sa.Boolean(), server_default=sa.false(), nullable=False))
    for table, name in (*NEW_TEXTS, ("plan_action", "cooperating"), ("plan_indicator", "calculation")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.alter_column(name, server_default=None)


def _sources() -> None:
    """The one source that each action named becomes a row, and its budget the amounts of that source."""
    link = op.get_bind()
    funding = 0
    plans = link.execute(sa.text("SELECT DISTINCT plan_id, funding FROM plan_action ORDER BY plan_id, funding")).all()
    for number, (plan_id, name) in enumerate(plans, 1):
        values = {"id": number, "plan": plan_id, "code": f"Π{number}", "title": json.dumps({"el": name or "Άλλη"})}
        into = "INSERT INTO plan_source (id, plan_id, code, title, position, closed)"
        title = "CAST(:title AS jsonb)" if link.dialect.name == "postgresql" else ":title"
        link.execute(sa.text(f"{into} VALUES (:id, :plan, :code, {title}, :id, false)"), values)
        actions = "SELECT id, closed FROM plan_action WHERE plan_id = :plan AND funding = :name ORDER BY id"
        for action_id, closed in link.execute(sa.text(actions), {"plan": plan_id, "name": name}).all():
            funding += 1
            row = {"id": funding, "plan": plan_id, "action": action_id, "source": number, "closed": closed}
            columns = "id, plan_id, action_id, source_id, budget_code, position, closed"
            given = ":id, :plan, :action, :source, '', :id, :closed"
            link.execute(sa.text(f"INSERT INTO plan_funding ({columns}) VALUES ({given})"), row)
            amounts = "SELECT :id, year, amount FROM plan_action_budget WHERE action_id = :action"
            taken = f"INSERT INTO plan_funding_amount (funding_id, year, amount) {amounts}"
            link.execute(sa.text(taken), {"id": funding, "action": action_id})
    if link.dialect.name == "postgresql":
        for table in ("plan_source", "plan_funding"):
            known = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), coalesce(max(id), 1)) FROM {table}"
            link.execute(sa.text(known))


def _tables() -> None:
    op.create_table(
        "plan_follow",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", orm.UTCDateTime(), nullable=True),
        sa.Column("sent_at", orm.UTCDateTime(), nullable=True),
        sa.Column("told", orm.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_follow")),
        sa.UniqueConstraint("token", name=op.f("uq_plan_follow_token")),
        info={"private": True},
    )
    with op.batch_alter_table("plan_follow", schema=None) as batch_op:
        batch_op.create_index("ix_plan_follow_about", ["kind", "code"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_follow_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_follow_sent_at"), ["sent_at"], unique=False)

    op.create_table(
        "plan_money_mapping",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("columns", orm.Json, nullable=False),
        sa.Column("stages", orm.Json, nullable=False),
        sa.Column("changed_at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_money_mapping_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_money_mapping")),
        sa.UniqueConstraint("plan_id", name=op.f("uq_plan_money_mapping_plan_id")),
        info={"private": True},
    )
    op.create_table(
        "plan_period",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=7), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("after", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", orm.UTCDateTime(), nullable=False),
        sa.Column("reminded_at", orm.UTCDateTime(), nullable=True),
        sa.Column("presented_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("ada", sa.String(length=20), nullable=False),
        sa.Column("remarks", orm.TranslatedText(), nullable=False),
        sa.Column("missing_why", sa.Text(), nullable=False),
        sa.Column("frozen_at", orm.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_period_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_period")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_plan_period_plan_id_code")),
    )
    op.create_table(
        "plan_proposal",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("origin", sa.String(40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("community_id", orm.BigKey, nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("unit_id", orm.BigKey, nullable=True),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("user_id", orm.BigKey, nullable=True),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=True),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", orm.UTCDateTime(), nullable=True),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("answer", orm.TranslatedText(), nullable=False),
        sa.Column("action_code", sa.String(length=80), nullable=False),
        sa.Column("merged_id", orm.BigKey, nullable=True),
        sa.Column("decided_at", orm.UTCDateTime(), nullable=True),
        sa.Column("decided_by_id", orm.BigKey, nullable=True),
        sa.Column("hidden_at", orm.UTCDateTime(), nullable=True),
        sa.Column("hidden_why", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_plan_proposal_community_id_community")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_plan_proposal_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["plan_proposal.id"], name=op.f("fk_plan_proposal_merged_id_plan_proposal")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_proposal_plan_id_plan")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_proposal_unit_id_unit")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_plan_proposal_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_proposal")),
        sa.UniqueConstraint("once", name=op.f("uq_plan_proposal_once")),
        sa.UniqueConstraint("token", name=op.f("uq_plan_proposal_token")),
    )
    with op.batch_alter_table("plan_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_proposal_community_id"), ["community_id"], unique=False)
        batch_op.create_index("ix_plan_proposal_state", ["plan_id", "state", "id"], unique=False)

    op.create_table(
        "plan_source",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_source_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_source")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_plan_source_plan_id_code")),
    )
    op.create_table(
        "plan_task",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("unit_id", orm.BigKey, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("ada", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("seen", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_task_plan_id_plan")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_task_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_task")),
    )
    with op.batch_alter_table("plan_task", schema=None) as batch_op:
        batch_op.create_index("ix_plan_task_stage", ["plan_id", "stage", "position"], unique=False)

    op.create_table(
        "plan_version",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("ada", sa.String(length=20), nullable=False),
        sa.Column("content", orm.Json, nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("made_at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_version_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_plan_version_plan_id_number")),
    )
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.create_index("ix_plan_version_from", ["plan_id", "valid_from"], unique=False)

    op.create_table(
        "plan_frozen",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("period_id", orm.BigKey, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("values", orm.Json, nullable=False),
        sa.ForeignKeyConstraint(["period_id"], ["plan_period.id"], name=op.f("fk_plan_frozen_period_id_plan_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_frozen")),
        sa.UniqueConstraint("period_id", "kind", "code", name=op.f("uq_plan_frozen_period_id_kind_code")),
    )
    op.create_table(
        "plan_indicator_value",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("indicator_id", orm.BigKey, nullable=False),
        sa.Column("span", sa.String(length=7), nullable=False),
        sa.Column("value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("partial", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("entered_by_id", orm.BigKey, nullable=True),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["user_account.id"], name=op.f("fk_plan_indicator_value_entered_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["plan_indicator.id"], name=op.f("fk_plan_indicator_value_indicator_id_plan_indicator")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_indicator_value")),
    )
    with op.batch_alter_table("plan_indicator_value", schema=None) as batch_op:
        batch_op.create_index("ix_plan_indicator_value_span", ["indicator_id", "span", "id"], unique=False)

    op.create_table(
        "plan_money_import",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("attachment_id", orm.BigKey, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("by_id", orm.BigKey, nullable=True),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_plan_money_import_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_plan_money_import_by_id_user_account")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_money_import_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_money_import")),
        info={"private": True},
    )
    op.create_table(
        "plan_programme",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("content", orm.Json, nullable=False),
        sa.Column("version_id", orm.BigKey, nullable=False),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("ada", sa.String(length=20), nullable=False),
        sa.Column("made_at", orm.UTCDateTime(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_programme_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["plan_version.id"], name=op.f("fk_plan_programme_version_id_plan_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_programme")),
        sa.UniqueConstraint(
            "plan_id", "year", "kind", "number", name=op.f("uq_plan_programme_plan_id_year_kind_number")
        ),
    )
    op.create_table(
        "plan_revision",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("reasons", orm.TranslatedText(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("base_id", orm.BigKey, nullable=False),
        sa.Column("content", orm.Json, nullable=True),
        sa.Column("why", orm.Json, nullable=False),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("created_by_id", orm.BigKey, nullable=True),
        sa.Column("proposed_at", orm.UTCDateTime(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.Column("ada", sa.String(length=20), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("rejected_why", sa.Text(), nullable=False),
        sa.Column("version_id", orm.BigKey, nullable=True),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["base_id"], ["plan_version.id"], name=op.f("fk_plan_revision_base_id_plan_version")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_plan_revision_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_revision_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["plan_version.id"], name=op.f("fk_plan_revision_version_id_plan_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_revision")),
    )
    with op.batch_alter_table("plan_revision", schema=None) as batch_op:
        batch_op.create_index("ix_plan_revision_state", ["plan_id", "state"], unique=False)

    op.create_table(
        "plan_consultation",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("revision_id", orm.BigKey, nullable=True),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("text", orm.TranslatedText(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("report", orm.TranslatedText(), nullable=False),
        sa.Column("reported_at", orm.UTCDateTime(), nullable=True),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("seen", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_consultation_plan_id_plan")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["plan_revision.id"], name=op.f("fk_plan_consultation_revision_id_plan_revision")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_consultation")),
    )
    with op.batch_alter_table("plan_consultation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_consultation_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "plan_funding",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("action_id", orm.BigKey, nullable=False),
        sa.Column("source_id", orm.BigKey, nullable=False),
        sa.Column("budget_code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["plan_action.id"], name=op.f("fk_plan_funding_action_id_plan_action")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_funding_plan_id_plan")),
        sa.ForeignKeyConstraint(["source_id"], ["plan_source.id"], name=op.f("fk_plan_funding_source_id_plan_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_funding")),
        sa.UniqueConstraint(
            "action_id", "source_id", "budget_code", name=op.f("uq_plan_funding_action_id_source_id_budget_code")
        ),
    )
    with op.batch_alter_table("plan_funding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_funding_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_funding_source_id"), ["source_id"], unique=False)

    op.create_table(
        "plan_milestone",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("action_id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("unit_of_measure", orm.TranslatedText(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["plan_action.id"], name=op.f("fk_plan_milestone_action_id_plan_action")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_milestone_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_milestone")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_plan_milestone_plan_id_code")),
    )
    with op.batch_alter_table("plan_milestone", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_milestone_action_id"), ["action_id"], unique=False)

    op.create_table(
        "plan_money",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("action_id", orm.BigKey, nullable=True),
        sa.Column("source_id", orm.BigKey, nullable=True),
        sa.Column("budget_code", sa.String(length=40), nullable=False),
        sa.Column("stage", sa.String(40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("amount", orm.Money(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("entry_id", orm.BigKey, nullable=True),
        sa.Column("import_id", orm.BigKey, nullable=True),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("by_id", orm.BigKey, nullable=True),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["plan_action.id"], name=op.f("fk_plan_money_action_id_plan_action")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_plan_money_by_id_user_account")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["protocol_entry.id"], name=op.f("fk_plan_money_entry_id_protocol_entry")
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["plan_money_import.id"], name=op.f("fk_plan_money_import_id_plan_money_import")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_money_plan_id_plan")),
        sa.ForeignKeyConstraint(["source_id"], ["plan_source.id"], name=op.f("fk_plan_money_source_id_plan_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_money")),
        sa.UniqueConstraint("plan_id", "key", name=op.f("uq_plan_money_plan_id_key")),
    )
    with op.batch_alter_table("plan_money", schema=None) as batch_op:
        batch_op.create_index("ix_plan_money_action", ["action_id", "year", "stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_money_entry_id"), ["entry_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_money_import_id"), ["import_id"], unique=False)
        batch_op.create_index("ix_plan_money_plan", ["plan_id", "year", "stage"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_money_source_id"), ["source_id"], unique=False)

    op.create_table(
        "plan_project",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("action_id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("amount", orm.Money(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["plan_action.id"], name=op.f("fk_plan_project_action_id_plan_action")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_plan_project_plan_id_plan")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_project")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_plan_project_plan_id_code")),
    )
    with op.batch_alter_table("plan_project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_project_action_id"), ["action_id"], unique=False)

    op.create_table(
        "plan_report",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("period_id", orm.BigKey, nullable=False),
        sa.Column("action_id", orm.BigKey, nullable=False),
        sa.Column("unit_id", orm.BigKey, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("computed", sa.Integer(), nullable=True),
        sa.Column("stated", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("next_steps", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("submitted_at", orm.UTCDateTime(), nullable=True),
        sa.Column("submitted_by_id", orm.BigKey, nullable=True),
        sa.Column("looked_at", orm.UTCDateTime(), nullable=True),
        sa.Column("looked_by_id", orm.BigKey, nullable=True),
        sa.Column("returned_why", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["plan_action.id"], name=op.f("fk_plan_report_action_id_plan_action")),
        sa.ForeignKeyConstraint(
            ["looked_by_id"], ["user_account.id"], name=op.f("fk_plan_report_looked_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["period_id"], ["plan_period.id"], name=op.f("fk_plan_report_period_id_plan_period")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user_account.id"], name=op.f("fk_plan_report_submitted_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_plan_report_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_report")),
        sa.UniqueConstraint("period_id", "action_id", name=op.f("uq_plan_report_period_id_action_id")),
    )
    with op.batch_alter_table("plan_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_report_action_id"), ["action_id"], unique=False)
        batch_op.create_index("ix_plan_report_unit", ["unit_id", "state"], unique=False)

    op.create_table(
        "plan_comment",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("consultation_id", orm.BigKey, nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("user_id", orm.BigKey, nullable=True),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=True),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", orm.UTCDateTime(), nullable=True),
        sa.Column("hidden_at", orm.UTCDateTime(), nullable=True),
        sa.Column("hidden_why", sa.Text(), nullable=False),
        sa.Column("supporters", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("answer", orm.TranslatedText(), nullable=False),
        sa.Column("answered_at", orm.UTCDateTime(), nullable=True),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["plan_consultation.id"],
            name=op.f("fk_plan_comment_consultation_id_plan_consultation"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_plan_comment_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_comment")),
        sa.UniqueConstraint("once", name=op.f("uq_plan_comment_once")),
        sa.UniqueConstraint("token", name=op.f("uq_plan_comment_token")),
    )
    with op.batch_alter_table("plan_comment", schema=None) as batch_op:
        batch_op.create_index("ix_plan_comment_part", ["consultation_id", "part", "id"], unique=False)

    op.create_table(
        "plan_evidence",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("action_id", orm.BigKey, nullable=False),
        sa.Column("milestone_id", orm.BigKey, nullable=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("attachment_id", orm.BigKey, nullable=True),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("added_by_id", orm.BigKey, nullable=True),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.Column("revoked_at", orm.UTCDateTime(), nullable=True),
        sa.Column("revoked_by_id", orm.BigKey, nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["plan_action.id"], name=op.f("fk_plan_evidence_action_id_plan_action")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_plan_evidence_added_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_plan_evidence_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["plan_milestone.id"], name=op.f("fk_plan_evidence_milestone_id_plan_milestone")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["user_account.id"], name=op.f("fk_plan_evidence_revoked_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_evidence")),
    )
    with op.batch_alter_table("plan_evidence", schema=None) as batch_op:
        batch_op.create_index("ix_plan_evidence_action", ["action_id", "on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_plan_evidence_milestone_id"), ["milestone_id"], unique=False)
        batch_op.create_index("ix_plan_evidence_reference", ["reference"], unique=False)

    op.create_table(
        "plan_funding_amount",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("funding_id", orm.BigKey, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", orm.Money(), nullable=False),
        sa.ForeignKeyConstraint(
            ["funding_id"], ["plan_funding.id"], name=op.f("fk_plan_funding_amount_funding_id_plan_funding")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_funding_amount")),
        sa.UniqueConstraint("funding_id", "year", name=op.f("uq_plan_funding_amount_funding_id_year")),
    )
    op.create_table(
        "plan_milestone_target",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("milestone_id", orm.BigKey, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.ForeignKeyConstraint(
            ["milestone_id"], ["plan_milestone.id"], name=op.f("fk_plan_milestone_target_milestone_id_plan_milestone")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_milestone_target")),
        sa.UniqueConstraint("milestone_id", "year", name=op.f("uq_plan_milestone_target_milestone_id_year")),
    )
    op.create_table(
        "plan_comment_support",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("comment_id", orm.BigKey, nullable=False),
        sa.Column("user_id", orm.BigKey, nullable=False),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["plan_comment.id"], name=op.f("fk_plan_comment_support_comment_id_plan_comment")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_plan_comment_support_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_comment_support")),
        sa.UniqueConstraint("comment_id", "user_id", name=op.f("uq_plan_comment_support_comment_id_user_id")),
        info={"private": True},
    )
    with op.batch_alter_table("plan_comment_support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_comment_support_user_id"), ["user_id"], unique=False)


def downgrade() -> None:
    _back()

    with op.batch_alter_table("plan_comment_support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_comment_support_user_id"))

    op.drop_table("plan_comment_support")
    op.drop_table("plan_milestone_target")
    op.drop_table("plan_funding_amount")
    with op.batch_alter_table("plan_evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_evidence_reference")
        batch_op.drop_index(batch_op.f("ix_plan_evidence_milestone_id"))
        batch_op.drop_index("ix_plan_evidence_action")

    op.drop_table("plan_evidence")
    with op.batch_alter_table("plan_comment", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_comment_part")

    op.drop_table("plan_comment")
    with op.batch_alter_table("plan_report", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_report_unit")
        batch_op.drop_index(batch_op.f("ix_plan_report_action_id"))

    op.drop_table("plan_report")
    with op.batch_alter_table("plan_project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_project_action_id"))

    op.drop_table("plan_project")
    with op.batch_alter_table("plan_money", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_money_source_id"))
        batch_op.drop_index("ix_plan_money_plan")
        batch_op.drop_index(batch_op.f("ix_plan_money_import_id"))
        batch_op.drop_index(batch_op.f("ix_plan_money_entry_id"))
        batch_op.drop_index("ix_plan_money_action")

    op.drop_table("plan_money")
    with op.batch_alter_table("plan_milestone", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_milestone_action_id"))

    op.drop_table("plan_milestone")
    with op.batch_alter_table("plan_funding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_funding_source_id"))
        batch_op.drop_index(batch_op.f("ix_plan_funding_plan_id"))

    op.drop_table("plan_funding")
    with op.batch_alter_table("plan_consultation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_consultation_plan_id"))

    op.drop_table("plan_consultation")
    with op.batch_alter_table("plan_revision", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_revision_state")

    op.drop_table("plan_revision")
    op.drop_table("plan_programme")
    op.drop_table("plan_money_import")
    with op.batch_alter_table("plan_indicator_value", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_indicator_value_span")

    op.drop_table("plan_indicator_value")
    op.drop_table("plan_frozen")
    with op.batch_alter_table("plan_version", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_version_from")

    op.drop_table("plan_version")
    with op.batch_alter_table("plan_task", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_task_stage")

    op.drop_table("plan_task")
    op.drop_table("plan_source")
    with op.batch_alter_table("plan_proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_plan_proposal_state")
        batch_op.drop_index(batch_op.f("ix_plan_proposal_community_id"))

    op.drop_table("plan_proposal")
    op.drop_table("plan_period")
    op.drop_table("plan_money_mapping")
    with op.batch_alter_table("plan_follow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plan_follow_sent_at"))
        batch_op.drop_index(batch_op.f("ix_plan_follow_email"))
        batch_op.drop_index("ix_plan_follow_about")

    op.drop_table("plan_follow")


def _back() -> None:
    """Budgets by action and year; which source and code they had is lost."""
    op.create_table(
        "plan_action_budget",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("action_id", orm.BigKey, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount", orm.Money(), nullable=False),
        sa.ForeignKeyConstraint(["action_id"], ["plan_action.id"], name="fk_plan_action_budget_action_id_plan_action"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_action_budget"),
        sa.UniqueConstraint("action_id", "year", name="uq_plan_action_budget_action_id_year"),
    )
    op.execute(
        "INSERT INTO plan_action_budget (action_id, year, amount) SELECT action_id, year, sum(amount)"
        " FROM plan_funding JOIN plan_funding_amount ON funding_id = plan_funding.id"
        " WHERE NOT closed GROUP BY action_id, year"
    )
    with op.batch_alter_table("plan_action") as batch_op:
        batch_op.add_column(sa.Column("funding", sa.Text(), server_default="", nullable=False))
    with op.batch_alter_table("plan_action") as batch_op:
        batch_op.alter_column("funding", server_default=None)
        batch_op.drop_index(batch_op.f("ix_plan_action_unit_id"))
        for name in ("standing", "lat", "lon", "cooperating", "preconditions"):
            batch_op.drop_column(name)
    with op.batch_alter_table("plan_indicator") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_plan_indicator_unit_id_unit"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_plan_indicator_unit_id"))
        for name in ("frequency", "unit_id", "source", "calculation"):
            batch_op.drop_column(name)
    op.execute("DELETE FROM plan_node WHERE level = 'goal'")
    with op.batch_alter_table("plan_node") as batch_op:
        batch_op.drop_column("general")
