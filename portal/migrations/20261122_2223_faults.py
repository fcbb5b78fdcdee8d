"""Faults: categories, whose they are, reports with their history, followers, the numbers of the map."""

import sqlalchemy as sa
from alembic import op

from portal.core import orm

revision = "20261122_2223"
down_revision = "20261122_2200"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fault_body",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("about", orm.TranslatedText(), nullable=False),
        sa.Column("phone", sa.String(length=60), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("open311_url", sa.String(length=500), nullable=False),
        sa.Column("open311_jurisdiction", sa.String(length=200), nullable=False),
        sa.Column("open311_key", sa.String(length=200), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_body")),
        sa.UniqueConstraint("code", name=op.f("uq_fault_body_code")),
    )
    op.create_table(
        "fault_category",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("parent_id", orm.BigKey, nullable=True),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("help", orm.TranslatedText(), nullable=False),
        sa.Column("keywords", orm.TranslatedText(), nullable=False),
        sa.Column("icon", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("limit_code", sa.String(length=80), nullable=False),
        sa.Column("questions", orm.Json, nullable=False),
        sa.Column("danger", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("private", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["fault_category.id"], name=op.f("fk_fault_category_parent_id_fault_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_category")),
        sa.UniqueConstraint("code", name=op.f("uq_fault_category_code")),
    )
    with op.batch_alter_table("fault_category", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fault_category_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "fault_application",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("most_a_day", sa.Integer(), nullable=False),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("filed", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("created_by_id", orm.BigKey, nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_fault_application_created_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_application")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_fault_application_key_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_fault_application_name")),
        info={"private": True},
    )
    op.create_table(
        "fault_follow",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("metres", sa.Integer(), nullable=True),
        sa.Column("cell0", orm.BigKey, nullable=True),
        sa.Column("community_id", orm.BigKey, nullable=True),
        sa.Column("group_id", orm.BigKey, nullable=True),
        sa.Column("rhythm", sa.String(40), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", orm.UTCDateTime(), nullable=True),
        sa.Column("told_to", orm.BigKey, nullable=True),
        sa.Column("sent_at", orm.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_fault_follow_community_id_community")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["fault_category.id"], name=op.f("fk_fault_follow_group_id_fault_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_follow")),
        sa.UniqueConstraint("token", name=op.f("uq_fault_follow_token")),
        info={"private": True},
    )
    with op.batch_alter_table("fault_follow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fault_follow_cell0"), ["cell0"], unique=False)
        batch_op.create_index(batch_op.f("ix_fault_follow_community_id"), ["community_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fault_follow_email"), ["email"], unique=False)
        batch_op.create_index(batch_op.f("ix_fault_follow_sent_at"), ["sent_at"], unique=False)

    op.create_table(
        "fault_jurisdiction",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("category_id", orm.BigKey, nullable=True),
        sa.Column("community_id", orm.BigKey, nullable=True),
        sa.Column("body_id", orm.BigKey, nullable=False),
        sa.Column("citation", orm.TranslatedText(), nullable=False),
        sa.Column("service_code", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["fault_body.id"], name=op.f("fk_fault_jurisdiction_body_id_fault_body")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["fault_category.id"], name=op.f("fk_fault_jurisdiction_category_id_fault_category")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_fault_jurisdiction_community_id_community")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_jurisdiction")),
        sa.UniqueConstraint(
            "category_id",
            "community_id",
            "body_id",
            name=op.f("uq_fault_jurisdiction_category_id_community_id_body_id"),
        ),
    )
    op.create_table(
        "fault_reply",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("text", orm.TranslatedText(), nullable=False),
        sa.Column("state", sa.String(40), nullable=True),
        sa.Column("category_id", orm.BigKey, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("from_pack", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["fault_category.id"], name=op.f("fk_fault_reply_category_id_fault_category")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_reply")),
        sa.UniqueConstraint("code", name=op.f("uq_fault_reply_code")),
    )
    op.create_table(
        "fault_routing",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category_id", orm.BigKey, nullable=True),
        sa.Column("community_id", orm.BigKey, nullable=True),
        sa.Column("hours", sa.String(40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("unit_id", orm.BigKey, nullable=False),
        sa.Column("user_id", orm.BigKey, nullable=True),
        sa.Column("from_pack", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["fault_category.id"], name=op.f("fk_fault_routing_category_id_fault_category")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_fault_routing_community_id_community")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_fault_routing_unit_id_unit")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_fault_routing_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_routing")),
    )
    op.create_table(
        "fault_tile",
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("cell", orm.BigKey, autoincrement=False, nullable=False),
        sa.Column("category_id", orm.BigKey, nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lat_sum", sa.Double(), nullable=False),
        sa.Column("lon_sum", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["fault_category.id"], name=op.f("fk_fault_tile_category_id_fault_category")
        ),
        sa.PrimaryKeyConstraint("level", "cell", "category_id", "is_open", name=op.f("pk_fault_tile")),
    )
    op.create_table(
        "fault",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("case_id", orm.BigKey, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("category_id", orm.BigKey, nullable=False),
        sa.Column("group_id", orm.BigKey, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("cell0", orm.BigKey, nullable=False),
        sa.Column("cell1", orm.BigKey, nullable=False),
        sa.Column("cell2", orm.BigKey, nullable=False),
        sa.Column("cell3", orm.BigKey, nullable=False),
        sa.Column("community_id", orm.BigKey, nullable=True),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("public_text", sa.Text(), nullable=True),
        sa.Column("answers", orm.Json, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("shown", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reported_at", orm.UTCDateTime(), nullable=False),
        sa.Column("seen_at", orm.UTCDateTime(), nullable=True),
        sa.Column("changed_at", orm.UTCDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("closed_at", orm.UTCDateTime(), nullable=True),
        sa.Column("dispute_until", sa.Date(), nullable=True),
        sa.Column("disputed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("reopened", sa.SmallInteger(), nullable=False),
        sa.Column("supporters", sa.Integer(), nullable=False),
        sa.Column("duplicate_of_id", orm.BigKey, nullable=True),
        sa.Column("part_of_id", orm.BigKey, nullable=True),
        sa.Column("body_id", orm.BigKey, nullable=True),
        sa.Column("body_reference", sa.String(length=120), nullable=False),
        sa.Column("application_id", orm.BigKey, nullable=True),
        sa.Column("once", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["fault_application.id"], name=op.f("fk_fault_application_id_fault_application")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["fault_body.id"], name=op.f("fk_fault_body_id_fault_body")),
        sa.ForeignKeyConstraint(["case_id"], ["casework_case.id"], name=op.f("fk_fault_case_id_casework_case")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["fault_category.id"], name=op.f("fk_fault_category_id_fault_category")
        ),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_fault_community_id_community")),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["fault.id"], name=op.f("fk_fault_duplicate_of_id_fault")),
        sa.ForeignKeyConstraint(["group_id"], ["fault_category.id"], name=op.f("fk_fault_group_id_fault_category")),
        sa.ForeignKeyConstraint(["part_of_id"], ["fault.id"], name=op.f("fk_fault_part_of_id_fault")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault")),
        sa.UniqueConstraint("case_id", name=op.f("uq_fault_case_id")),
        sa.UniqueConstraint("once", name=op.f("uq_fault_once")),
        sa.UniqueConstraint("slug", name=op.f("uq_fault_slug")),
    )
    with op.batch_alter_table("fault", schema=None) as batch_op:
        batch_op.create_index("ix_fault_category", ["category_id", "shown", "id"], unique=False)
        batch_op.create_index("ix_fault_cell0", ["cell0", "shown", "id"], unique=False)
        batch_op.create_index("ix_fault_cell1", ["cell1", "shown", "id"], unique=False)
        batch_op.create_index("ix_fault_cell2", ["cell2", "shown", "id"], unique=False)
        batch_op.create_index("ix_fault_cell3", ["cell3", "shown", "id"], unique=False)
        batch_op.create_index("ix_fault_changed", ["shown", "changed_at", "id"], unique=False)
        batch_op.create_index("ix_fault_community", ["community_id", "shown", "id"], unique=False)
        batch_op.create_index(
            "ix_fault_disputed",
            ["id"],
            unique=False,
            postgresql_where=sa.text("disputed"),
            sqlite_where=sa.text("disputed = 1"),
        )
        batch_op.create_index("ix_fault_due", ["shown", "is_open", "due_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fault_duplicate_of_id"), ["duplicate_of_id"], unique=False)
        batch_op.create_index("ix_fault_group", ["group_id", "shown", "id"], unique=False)
        batch_op.create_index("ix_fault_open", ["shown", "is_open", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_fault_part_of_id"), ["part_of_id"], unique=False)
        batch_op.create_index("ix_fault_body", ["body_id", "state"], unique=False)
        batch_op.create_index("ix_fault_reported", ["shown", "reported_at", "id"], unique=False)
        batch_op.create_index("ix_fault_reported_category", ["category_id", "shown", "reported_at", "id"], unique=False)
        batch_op.create_index("ix_fault_reported_open", ["shown", "is_open", "reported_at", "id"], unique=False)
        batch_op.create_index("ix_fault_shown", ["shown", "id"], unique=False)

    op.create_table(
        "fault_draft",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("values", orm.Json, nullable=False),
        sa.Column("photo_ids", orm.Json, nullable=False),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("changed_at", orm.UTCDateTime(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_sent_at", orm.UTCDateTime(), nullable=True),
        sa.Column("code_tries", sa.SmallInteger(), nullable=False),
        sa.Column("codes_sent", sa.SmallInteger(), nullable=False),
        sa.Column("fault_id", orm.BigKey, nullable=True),
        sa.ForeignKeyConstraint(["fault_id"], ["fault.id"], name=op.f("fk_fault_draft_fault_id_fault")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_draft")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_fault_draft_token_hash")),
        info={"private": True},
    )
    with op.batch_alter_table("fault_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fault_draft_changed_at"), ["changed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_fault_draft_fault_id"), ["fault_id"], unique=False)

    op.create_table(
        "fault_photo",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("fault_id", orm.BigKey, nullable=False),
        sa.Column("attachment_id", orm.BigKey, nullable=False),
        sa.Column("moment", sa.String(40), nullable=False),
        sa.Column("public", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("alt", orm.TranslatedText(), nullable=False),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_fault_photo_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["fault_id"], ["fault.id"], name=op.f("fk_fault_photo_fault_id_fault")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_photo")),
    )
    with op.batch_alter_table("fault_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fault_photo_fault_id"), ["fault_id"], unique=False)

    op.create_table(
        "fault_step",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("fault_id", orm.BigKey, nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.Column("note", orm.TranslatedText(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("actor_id", orm.BigKey, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name=op.f("fk_fault_step_actor_id_user_account")),
        sa.ForeignKeyConstraint(["fault_id"], ["fault.id"], name=op.f("fk_fault_step_fault_id_fault")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_step")),
    )
    with op.batch_alter_table("fault_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fault_step_fault_id"), ["fault_id"], unique=False)
        batch_op.create_index("ix_fault_step_at", ["at", "id"], unique=False)

    op.create_table(
        "fault_supporter",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("fault_id", orm.BigKey, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("user_id", orm.BigKey, nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", orm.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["fault_id"], ["fault.id"], name=op.f("fk_fault_supporter_fault_id_fault")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_fault_supporter_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_supporter")),
        sa.UniqueConstraint("fault_id", "email", name=op.f("uq_fault_supporter_fault_id_email")),
        sa.UniqueConstraint("token", name=op.f("uq_fault_supporter_token")),
        info={"private": True},
    )
    with op.batch_alter_table("fault_supporter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fault_supporter_email"), ["email"], unique=False)

    op.create_table(
        "fault_asked",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("fault_id", orm.BigKey, nullable=False),
        sa.Column("step_id", orm.BigKey, nullable=False),
        sa.Column("supporter_id", orm.BigKey, nullable=True),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("asked_at", orm.UTCDateTime(), nullable=False),
        sa.Column("answered_at", orm.UTCDateTime(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["fault_id"], ["fault.id"], name=op.f("fk_fault_asked_fault_id_fault")),
        sa.ForeignKeyConstraint(["step_id"], ["fault_step.id"], name=op.f("fk_fault_asked_step_id_fault_step")),
        sa.ForeignKeyConstraint(
            ["supporter_id"],
            ["fault_supporter.id"],
            name=op.f("fk_fault_asked_supporter_id_fault_supporter"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_asked")),
        sa.UniqueConstraint("step_id", "supporter_id", name=op.f("uq_fault_asked_step_id_supporter_id")),
        sa.UniqueConstraint("token", name=op.f("uq_fault_asked_token")),
        info={"private": True},
    )
    with op.batch_alter_table("fault_asked", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fault_asked_fault_id"), ["fault_id"], unique=False)

    op.create_table(
        "fault_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("community_id", orm.BigKey, autoincrement=False, nullable=False),
        sa.Column("category_id", orm.BigKey, autoincrement=False, nullable=False),
        sa.Column("measure", sa.String(40), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", "community_id", "category_id", "measure", "days", name=op.f("pk_fault_month")),
    )
    op.create_table(
        "fault_work",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("fault_id", orm.BigKey, nullable=False),
        sa.Column("user_id", orm.BigKey, nullable=False),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("materials", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=True),
        sa.CheckConstraint("minutes >= 0", name=op.f("ck_fault_work_minutes")),
        sa.ForeignKeyConstraint(["fault_id"], ["fault.id"], name=op.f("fk_fault_work_fault_id_fault")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_fault_work_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fault_work")),
        sa.UniqueConstraint("once", name=op.f("uq_fault_work_once")),
    )
    with op.batch_alter_table("fault_work", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fault_work_fault_id"), ["fault_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("fault_work", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fault_work_fault_id"))

    op.drop_table("fault_work")
    op.drop_table("fault_month")
    with op.batch_alter_table("fault_asked", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fault_asked_fault_id"))

    op.drop_table("fault_asked")
    with op.batch_alter_table("fault_supporter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fault_supporter_email"))

    op.drop_table("fault_supporter")
    with op.batch_alter_table("fault_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fault_step_fault_id"))

    op.drop_table("fault_step")
    with op.batch_alter_table("fault_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fault_photo_fault_id"))

    op.drop_table("fault_photo")
    with op.batch_alter_table("fault_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fault_draft_fault_id"))
        batch_op.drop_index(batch_op.f("ix_fault_draft_changed_at"))

    op.drop_table("fault_draft")
    with op.batch_alter_table("fault", schema=None) as batch_op:
        batch_op.drop_index("ix_fault_shown")
        batch_op.drop_index(batch_op.f("ix_fault_part_of_id"))
        batch_op.drop_index("ix_fault_open")
        batch_op.drop_index("ix_fault_group")
        batch_op.drop_index(batch_op.f("ix_fault_duplicate_of_id"))
        batch_op.drop_index("ix_fault_due")
        batch_op.drop_index("ix_fault_disputed")
        batch_op.drop_index("ix_fault_community")
        batch_op.drop_index("ix_fault_changed")
        batch_op.drop_index("ix_fault_cell3")
        batch_op.drop_index("ix_fault_cell2")
        batch_op.drop_index("ix_fault_cell1")
        batch_op.drop_index("ix_fault_cell0")
        batch_op.drop_index("ix_fault_category")

    op.drop_table("fault")
    op.drop_table("fault_tile")
    op.drop_table("fault_routing")
    op.drop_table("fault_reply")
    op.drop_table("fault_jurisdiction")
    with op.batch_alter_table("fault_follow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fault_follow_sent_at"))
        batch_op.drop_index(batch_op.f("ix_fault_follow_email"))
        batch_op.drop_index(batch_op.f("ix_fault_follow_community_id"))
        batch_op.drop_index(batch_op.f("ix_fault_follow_cell0"))

    op.drop_table("fault_follow")
    op.drop_table("fault_application")
    with op.batch_alter_table("fault_category", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_fault_category_parent_id"))

    op.drop_table("fault_category")
    op.drop_table("fault_body")
