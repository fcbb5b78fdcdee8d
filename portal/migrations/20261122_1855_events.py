"""The agenda: events, occurrences, venues, organisers, calendars, subscriptions."""

import sqlalchemy as sa
from alembic import op

from portal.core import orm

revision = "20261122_1855"
down_revision = "20261122_1000"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_category",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("from_pack", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_category")),
        sa.UniqueConstraint("code", name=op.f("uq_event_category_code")),
    )
    op.create_table(
        "event_subscription",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("filter", sa.String(length=2000), nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("confirmed_at", orm.UTCDateTime(), nullable=True),
        sa.Column("sent_at", orm.UTCDateTime(), nullable=True),
        sa.Column("named", orm.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_subscription")),
        sa.UniqueConstraint("email", "filter", "language", name=op.f("uq_event_subscription_email_filter_language")),
        sa.UniqueConstraint("token", name=op.f("uq_event_subscription_token")),
        info={"private": True},
    )
    with op.batch_alter_table("event_subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_subscription_sent_at"), ["sent_at"], unique=False)

    op.create_table(
        "event_organiser",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("trusted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("user_id", orm.BigKey, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_event_organiser_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_organiser")),
        sa.UniqueConstraint("email", name=op.f("uq_event_organiser_email")),
    )
    with op.batch_alter_table("event_organiser", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_organiser_user_id"), ["user_id"], unique=False)

    op.create_table(
        "event_venue",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("address", orm.TranslatedText(), nullable=False),
        sa.Column("community_id", orm.BigKey, nullable=True),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("step_free", sa.Boolean(), nullable=True),
        sa.Column("accessible_toilet", sa.Boolean(), nullable=True),
        sa.Column("hearing_loop", sa.Boolean(), nullable=True),
        sa.Column("parking", sa.Boolean(), nullable=True),
        sa.Column("notes", orm.TranslatedText(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("from_pack", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name=op.f("fk_event_venue_community_id_community")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_venue")),
        sa.UniqueConstraint("code", name=op.f("uq_event_venue_code")),
    )
    with op.batch_alter_table("event_venue", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_venue_community_id"), ["community_id"], unique=False)

    op.create_table(
        "event_calendar",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("organiser_id", orm.BigKey, nullable=True),
        sa.Column("category_id", orm.BigKey, nullable=False),
        sa.Column("venue_id", orm.BigKey, nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("every_hours", sa.SmallInteger(), nullable=False),
        sa.Column("trusted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("etag", sa.String(length=255), nullable=True),
        sa.Column("read_at", orm.UTCDateTime(), nullable=True),
        sa.Column("report", orm.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["event_category.id"], name=op.f("fk_event_calendar_category_id_event_category")
        ),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["event_organiser.id"], name=op.f("fk_event_calendar_organiser_id_event_organiser")
        ),
        sa.ForeignKeyConstraint(["venue_id"], ["event_venue.id"], name=op.f("fk_event_calendar_venue_id_event_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_calendar")),
        sa.UniqueConstraint("url", name=op.f("uq_event_calendar_url")),
    )
    op.create_table(
        "event",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("publication", sa.String(40), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("status_note", orm.TranslatedText(), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("summary", orm.TranslatedText(), nullable=False),
        sa.Column("text", orm.TranslatedText(), nullable=False),
        sa.Column("image_id", orm.BigKey, nullable=True),
        sa.Column("picture", sa.String(length=40), nullable=False),
        sa.Column("image_alt", orm.TranslatedText(), nullable=False),
        sa.Column("image_credit", sa.Text(), nullable=False),
        sa.Column("category_id", orm.BigKey, nullable=False),
        sa.Column("audience", orm.Json, nullable=False),
        sa.Column("age_from", sa.SmallInteger(), nullable=True),
        sa.Column("age_to", sa.SmallInteger(), nullable=True),
        sa.Column("spoken", orm.Json, nullable=False),
        sa.Column("price", sa.String(40), nullable=False),
        sa.Column("price_from", orm.Money(), nullable=True),
        sa.Column("price_to", orm.Money(), nullable=True),
        sa.Column("price_text", orm.TranslatedText(), nullable=False),
        sa.Column("organiser_id", orm.BigKey, nullable=True),
        sa.Column("venue_id", orm.BigKey, nullable=True),
        sa.Column("place", orm.TranslatedText(), nullable=False),
        sa.Column("links", orm.Json, nullable=False),
        sa.Column("booking_url", sa.String(length=500), nullable=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("umbrella_id", orm.BigKey, nullable=True),
        sa.Column("notices", orm.Json, nullable=False),
        sa.Column("noticed_until", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(length=500), nullable=True),
        sa.Column("extra", orm.Json, nullable=False),
        sa.Column("left_out", orm.Json, nullable=False),
        sa.Column("rolled_to", sa.Date(), nullable=True),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("changed_at", orm.UTCDateTime(), nullable=False),
        sa.Column("published_at", orm.UTCDateTime(), nullable=True),
        sa.Column("created_by_id", orm.BigKey, nullable=True),
        sa.Column("case_id", orm.BigKey, nullable=True),
        sa.Column("permit_id", orm.BigKey, nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("calendar_id", orm.BigKey, nullable=True),
        sa.Column("calendar_uid", sa.String(length=255), nullable=True),
        sa.Column("as_read", orm.Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_event_takes_time")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["event_calendar.id"], name=op.f("fk_event_calendar_id_event_calendar")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["casework_case.id"], name=op.f("fk_event_case_id_casework_case")),
        sa.ForeignKeyConstraint(
            ["category_id"], ["event_category.id"], name=op.f("fk_event_category_id_event_category")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["user_account.id"], name=op.f("fk_event_created_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["image_id"], ["attachment.id"], name=op.f("fk_event_image_id_attachment")),
        sa.ForeignKeyConstraint(
            ["organiser_id"], ["event_organiser.id"], name=op.f("fk_event_organiser_id_event_organiser")
        ),
        sa.ForeignKeyConstraint(["permit_id"], ["casework_case.id"], name=op.f("fk_event_permit_id_casework_case")),
        sa.ForeignKeyConstraint(["umbrella_id"], ["event.id"], name=op.f("fk_event_umbrella_id_event")),
        sa.ForeignKeyConstraint(["venue_id"], ["event_venue.id"], name=op.f("fk_event_venue_id_event_venue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("calendar_id", "calendar_uid", name=op.f("uq_event_calendar_id_calendar_uid")),
        sa.UniqueConstraint("case_id", name=op.f("uq_event_case_id")),
        sa.UniqueConstraint("permit_id", name=op.f("uq_event_permit_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_event_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_event_uid")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_category_id"), ["category_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_organiser_id"), ["organiser_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_noticed_until"), ["noticed_until"], unique=False)
        batch_op.create_index("ix_event_publication_starts_on", ["publication", "starts_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_rolled_to"), ["rolled_to"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_umbrella_id"), ["umbrella_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_event_venue_id"), ["venue_id"], unique=False)

    op.create_table(
        "event_proposal",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("event_id", orm.BigKey, nullable=False),
        sa.Column("case_id", orm.BigKey, nullable=False),
        sa.Column("values", orm.Json, nullable=False),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.Column("decided_at", orm.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["casework_case.id"], name=op.f("fk_event_proposal_case_id_casework_case")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_proposal_event_id_event"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_proposal")),
        sa.UniqueConstraint("case_id", name=op.f("uq_event_proposal_case_id")),
    )
    with op.batch_alter_table("event_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_proposal_event_id"), ["event_id"], unique=False)

    op.create_table(
        "event_occurrence",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("event_id", orm.BigKey, nullable=False),
        sa.Column("recurrence_id", sa.String(length=16), nullable=False),
        sa.Column("starts_at", orm.UTCDateTime(), nullable=False),
        sa.Column("ends_at", orm.UTCDateTime(), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("status_note", orm.TranslatedText(), nullable=False),
        sa.Column("single", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("venue_id", orm.BigKey, nullable=True),
        sa.Column("long", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shown", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("category_id", orm.BigKey, nullable=False),
        sa.Column("community_id", orm.BigKey, nullable=True),
        sa.Column("free", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("step_free", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("attendance", sa.Integer(), nullable=True),
        sa.Column("counting", sa.String(40), nullable=True),
        sa.Column("evaluation", sa.Text(), nullable=False),
        sa.Column("held", orm.Json, nullable=True),
        sa.ForeignKeyConstraint(
            ["category_id"], ["event_category.id"], name=op.f("fk_event_occurrence_category_id_event_category")
        ),
        sa.ForeignKeyConstraint(
            ["community_id"], ["community.id"], name=op.f("fk_event_occurrence_community_id_community")
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_occurrence_event_id_event"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"], ["event_venue.id"], name=op.f("fk_event_occurrence_venue_id_event_venue")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_occurrence")),
        sa.UniqueConstraint("event_id", "recurrence_id", name=op.f("uq_event_occurrence_event_id_recurrence_id")),
    )
    with op.batch_alter_table("event_occurrence", schema=None) as batch_op:
        batch_op.create_index("ix_event_occurrence_category", ["category_id", "shown", "starts_at", "id"], unique=False)
        batch_op.create_index(
            "ix_event_occurrence_community", ["community_id", "shown", "starts_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_event_occurrence_long",
            ["ends_at", "id"],
            unique=False,
            postgresql_where=sa.text("long"),
            sqlite_where=sa.text("long = 1"),
        )
        batch_op.create_index("ix_event_occurrence_shown", ["shown", "starts_at", "id"], unique=False)
        batch_op.create_index("ix_event_occurrence_venue", ["venue_id", "starts_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("event_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_proposal_event_id"))

    op.drop_table("event_proposal")
    with op.batch_alter_table("event_occurrence", schema=None) as batch_op:
        batch_op.drop_index("ix_event_occurrence_venue")
        batch_op.drop_index("ix_event_occurrence_shown")
        batch_op.drop_index(
            "ix_event_occurrence_long", postgresql_where=sa.text("long"), sqlite_where=sa.text("long = 1")
        )
        batch_op.drop_index("ix_event_occurrence_community")
        batch_op.drop_index("ix_event_occurrence_category")

    op.drop_table("event_occurrence")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_venue_id"))
        batch_op.drop_index(batch_op.f("ix_event_umbrella_id"))
        batch_op.drop_index(batch_op.f("ix_event_rolled_to"))
        batch_op.drop_index("ix_event_publication_starts_on")
        batch_op.drop_index(batch_op.f("ix_event_noticed_until"))
        batch_op.drop_index(batch_op.f("ix_event_organiser_id"))
        batch_op.drop_index(batch_op.f("ix_event_category_id"))

    op.drop_table("event")
    op.drop_table("event_calendar")
    with op.batch_alter_table("event_venue", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_venue_community_id"))

    op.drop_table("event_venue")
    with op.batch_alter_table("event_organiser", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_organiser_user_id"))

    op.drop_table("event_organiser")
    with op.batch_alter_table("event_subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_subscription_sent_at"))

    op.drop_table("event_subscription")
    op.drop_table("event_category")
