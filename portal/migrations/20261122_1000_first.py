"""First: every table of the foundation."""

import sqlalchemy as sa
from alembic import op

from portal.core import orm

revision = "20261122_1000"
down_revision = None
branch_labels = ("default",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", orm.BigKey, autoincrement=False, nullable=False),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.Column("actor_id", orm.BigKey, nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject_kind", sa.String(length=80), nullable=False),
        sa.Column("subject_id", orm.BigKey, nullable=False),
        sa.Column("data", orm.Json, nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
        sa.UniqueConstraint("digest", name="uq_audit_entry_digest"),
    )
    op.create_index("ix_audit_entry_subject", "audit_entry", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("last_id", orm.BigKey, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "stamp",
        sa.Column("room", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("room", name="pk_stamp"),
    )
    op.create_table(
        "community",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("official_name", sa.Text(), nullable=False),
        sa.Column("municipal_unit_code", sa.String(length=80), nullable=False),
        sa.Column("municipal_unit_name", orm.TranslatedText(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_community"),
        sa.UniqueConstraint("code", name="uq_community_code"),
    )
    op.create_table(
        "day_off",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("on", sa.String(length=10), nullable=False),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("working", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("needs_confirmation", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_day_off"),
        sa.UniqueConstraint("on", name="uq_day_off_on"),
    )
    op.create_table(
        "letter",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attached", sa.Text(), nullable=False),
        sa.Column("job_id", orm.BigKey, nullable=False),
        sa.Column("sent_at", orm.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("job_id", name="uq_letter_job_id"),
    )
    op.create_index("ix_letter_recipient", "letter", ["recipient"], unique=False)
    op.create_table(
        "life_event",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_life_event"),
        sa.UniqueConstraint("code", name="uq_life_event_code"),
    )
    op.create_table(
        "municipality",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("profile", orm.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_municipality"),
        sa.UniqueConstraint("code", name="uq_municipality_code"),
    )
    op.create_table(
        "outbox_job",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("payload", orm.Json, nullable=False),
        sa.Column("dedupe", sa.String(length=200), nullable=True),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("due_at", orm.UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", orm.UTCDateTime(), nullable=True),
        sa.Column("done_at", orm.UTCDateTime(), nullable=True),
        sa.Column("dead_at", orm.UTCDateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox_job"),
        sa.UniqueConstraint("dedupe", name="uq_outbox_job_dedupe"),
    )
    op.create_index(
        "ix_outbox_job_dead",
        "outbox_job",
        ["dead_at"],
        unique=False,
        postgresql_where=sa.text("dead_at IS NOT NULL"),
        sqlite_where=sa.text("dead_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_job_waiting",
        "outbox_job",
        ["due_at", "id"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.create_table(
        "plan",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("vision", orm.TranslatedText(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("decision", orm.TranslatedText(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("ada", sa.String(length=20), nullable=True),
        sa.Column("note", orm.TranslatedText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
        sa.UniqueConstraint("code", name="uq_plan_code"),
    )
    op.create_table(
        "plan_contribution",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("feed", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("value", orm.BigKey, nullable=False),
        sa.Column("dimensions", orm.Json, nullable=False),
        sa.Column("recorded_at", orm.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_plan_contribution"),
        sa.UniqueConstraint("feed", "reference", name="uq_plan_contribution_feed_reference"),
    )
    op.create_index("ix_plan_contribution_feed_day", "plan_contribution", ["feed", "on", "id"], unique=False)
    op.create_table(
        "protocol_book",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_protocol_book"),
        sa.UniqueConstraint("code", name="uq_protocol_book_code"),
    )
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("count", orm.BigKey, nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate_limit"),
    )
    op.create_index("ix_rate_limit_expires_at", "rate_limit", ["expires_at"], unique=False)
    op.create_table(
        "search_entry",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("ref_id", orm.BigKey, nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("summary", orm.TranslatedText(), nullable=False),
        sa.Column("link", orm.Json, nullable=False),
        sa.Column("stems", sa.Text(), nullable=False),
        sa.Column("scopes", orm.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
        sa.UniqueConstraint("kind", "ref_id", name="uq_search_entry_kind_ref_id"),
    )
    op.create_table(
        "search_posting",
        sa.Column("token", orm.BigKey, autoincrement=False, nullable=False),
        sa.Column("entry_id", orm.BigKey, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("token", "entry_id", name="pk_search_posting"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "search_word",
        sa.Column("word", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("stem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name="pk_search_word"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "service_category",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("summary", orm.TranslatedText(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_service_category"),
        sa.UniqueConstraint("code", name="uq_service_category_code"),
    )
    op.create_table(
        "sign_in_tries",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", orm.UTCDateTime(), nullable=False),
        sa.Column("locked_until", orm.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_sign_in_tries"),
    )
    op.create_index("ix_sign_in_tries_last_at", "sign_in_tries", ["last_at"], unique=False)
    op.create_table(
        "stored_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", orm.BigKey, nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("stored_at", orm.UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_stored_file"),
    )
    op.create_table(
        "time_limit",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("day_kind", sa.String(40), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("citation", orm.TranslatedText(), nullable=False),
        sa.Column("needs_confirmation", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.CheckConstraint("days > 0", name="ck_time_limit_positive"),
        sa.PrimaryKeyConstraint("id", name="pk_time_limit"),
        sa.UniqueConstraint("code", "valid_from", name="uq_time_limit_code_valid_from"),
    )
    op.create_table(
        "unit",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("parent_id", orm.BigKey, nullable=True),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name="fk_unit_parent_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_unit"),
        sa.UniqueConstraint("code", name="uq_unit_code"),
    )
    op.create_index("ix_unit_parent_id", "unit", ["parent_id"], unique=False)
    op.create_table(
        "user_account",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("afm", sa.String(length=9), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("level_proof", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("is_staff", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("confirmed_at", orm.UTCDateTime(), nullable=True),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("last_login_at", orm.UTCDateTime(), nullable=True),
        sa.Column("demonstration_note", orm.TranslatedText(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_user_account"),
        sa.UniqueConstraint("email", name="uq_user_account_email"),
        sa.UniqueConstraint("fs_uniquifier", name="uq_user_account_fs_uniquifier"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", orm.BigKey, nullable=False),
        sa.Column("added_at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["stored_file.sha256"], name="fk_attachment_sha256_stored_file"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_table(
        "place",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("community_id", orm.BigKey, nullable=False),
        sa.Column("name", orm.TranslatedText(), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name="fk_place_community_id_community"),
        sa.PrimaryKeyConstraint("id", name="pk_place"),
        sa.UniqueConstraint("code", name="uq_place_code"),
    )
    op.create_index("ix_place_community_id", "place", ["community_id"], unique=False)
    op.create_table(
        "plan_indicator",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("belongs_to", sa.String(length=80), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("definition", orm.TranslatedText(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("unit_of_measure", orm.TranslatedText(), nullable=False),
        sa.Column("baseline", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("baseline_year", sa.Integer(), nullable=True),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("feed", sa.String(length=80), nullable=True),
        sa.Column("feed_filter", orm.Json, nullable=False),
        sa.Column("bound_here", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_indicator_plan_id_plan"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_indicator"),
        sa.UniqueConstraint("plan_id", "code", name="uq_plan_indicator_plan_id_code"),
    )
    op.create_index("ix_plan_indicator_feed", "plan_indicator", ["feed"], unique=False)
    op.create_table(
        "plan_node",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("level", sa.String(40), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("parent_id", orm.BigKey, nullable=True),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("description", orm.TranslatedText(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["plan_node.id"], name="fk_plan_node_parent_id_plan_node"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_node_plan_id_plan"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_node"),
        sa.UniqueConstraint("plan_id", "code", name="uq_plan_node_plan_id_code"),
    )
    op.create_index("ix_plan_node_parent_id", "plan_node", ["parent_id"], unique=False)
    op.create_table(
        "post",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("unit_id", orm.BigKey, nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("is_head", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_post_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
        sa.UniqueConstraint("code", name="uq_post_code"),
    )
    op.create_index("ix_post_unit_id", "post", ["unit_id"], unique=False)
    op.create_table(
        "protocol_counter",
        sa.Column("book_id", orm.BigKey, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["book_id"], ["protocol_book.id"], name="fk_protocol_counter_book_id_protocol_book"),
        sa.PrimaryKeyConstraint("book_id", "year", name="pk_protocol_counter"),
    )
    op.create_table(
        "protocol_entry",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("book_id", orm.BigKey, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("marking", sa.String(40), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("party_reference", sa.Text(), nullable=True),
        sa.Column("unit_id", orm.BigKey, nullable=True),
        sa.Column("registered_by_id", orm.BigKey, nullable=True),
        sa.Column("registered_at", orm.UTCDateTime(), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=True),
        sa.Column("current_marking", sa.String(40), nullable=False),
        sa.Column("current_unit_id", orm.BigKey, nullable=True),
        sa.ForeignKeyConstraint(["book_id"], ["protocol_book.id"], name="fk_protocol_entry_book_id_protocol_book"),
        sa.ForeignKeyConstraint(["current_unit_id"], ["unit.id"], name="fk_protocol_entry_current_unit_id_unit"),
        sa.ForeignKeyConstraint(
            ["registered_by_id"], ["user_account.id"], name="fk_protocol_entry_registered_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_protocol_entry_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_protocol_entry"),
        sa.UniqueConstraint("number", "year", "book_id", name="uq_protocol_entry_number_year_book_id"),
        sa.UniqueConstraint("once", name="uq_protocol_entry_once"),
    )
    op.create_index("ix_protocol_entry_registered", "protocol_entry", ["registered_at", "id"], unique=False)
    op.create_index(
        "ix_protocol_entry_unit", "protocol_entry", ["current_unit_id", "registered_at", "id"], unique=False
    )
    op.create_table(
        "service",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("summary", orm.TranslatedText(), nullable=False),
        sa.Column("category_id", orm.BigKey, nullable=False),
        sa.Column("life_events", orm.Json, nullable=False),
        sa.Column("identity", sa.String(40), nullable=False),
        sa.Column("unit_id", orm.BigKey, nullable=False),
        sa.Column("version_id", orm.BigKey, nullable=True),
        sa.Column("online", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["service_category.id"], name="fk_service_category_id_service_category"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_service_unit_id_unit"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["service_version.id"], name="fk_service_version_id_service_version", use_alter=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service"),
        sa.UniqueConstraint("slug", name="uq_service_slug"),
    )
    op.create_index("ix_service_category_id", "service", ["category_id"], unique=False)
    op.create_table(
        "casework_case",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("subject_code", sa.String(length=80), nullable=False),
        sa.Column("entry_id", orm.BigKey, nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("applicant_id", orm.BigKey, nullable=True),
        sa.Column("applicant_name", sa.String(length=200), nullable=False),
        sa.Column("applicant_email", sa.String(length=254), nullable=False),
        sa.Column("applicant_phone", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("online", sa.Boolean(), nullable=False),
        sa.Column("phase", sa.String(40), nullable=False),
        sa.Column("state", sa.String(length=80), nullable=False),
        sa.Column("unit_id", orm.BigKey, nullable=False),
        sa.Column("assignee_id", orm.BigKey, nullable=True),
        sa.Column("community_id", orm.BigKey, nullable=True),
        sa.Column("filed_at", orm.UTCDateTime(), nullable=False),
        sa.Column("closed_at", orm.UTCDateTime(), nullable=True),
        sa.Column("clock_from", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("day_kind", sa.String(40), nullable=False),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("limit_days", sa.Integer(), nullable=False),
        sa.Column("limit_citation", orm.TranslatedText(), nullable=False),
        sa.Column("paused_days", sa.Integer(), nullable=False),
        sa.Column("warned_at_share", sa.SmallInteger(), nullable=False),
        sa.Column("warn_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["applicant_id"], ["user_account.id"], name="fk_casework_case_applicant_id_user_account"
        ),
        sa.ForeignKeyConstraint(["assignee_id"], ["user_account.id"], name="fk_casework_case_assignee_id_user_account"),
        sa.ForeignKeyConstraint(["community_id"], ["community.id"], name="fk_casework_case_community_id_community"),
        sa.ForeignKeyConstraint(["entry_id"], ["protocol_entry.id"], name="fk_casework_case_entry_id_protocol_entry"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_casework_case_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_casework_case"),
        sa.UniqueConstraint("entry_id", name="uq_casework_case_entry_id"),
        sa.UniqueConstraint("reference", name="uq_casework_case_reference"),
    )
    op.create_index("ix_casework_case_applicant", "casework_case", ["applicant_id", "id"], unique=False)
    op.create_index(
        "ix_casework_case_assignee_closed",
        "casework_case",
        ["assignee_id", "closed_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_casework_case_closed",
        "casework_case",
        ["closed_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_casework_case_open",
        "casework_case",
        ["due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_casework_case_open_mine",
        "casework_case",
        ["assignee_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_casework_case_open_unit",
        "casework_case",
        ["unit_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_casework_case_subject",
        "casework_case",
        ["subject_code", "closed_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_casework_case_unit_closed",
        "casework_case",
        ["unit_id", "closed_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_casework_case_waiting",
        "casework_case",
        ["unit_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND paused_on IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NULL AND paused_on IS NOT NULL"),
    )
    op.create_index(
        "ix_casework_case_unassigned",
        "casework_case",
        ["unit_id", "due_on", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND assignee_id IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL AND assignee_id IS NULL"),
    )
    op.create_index("ix_casework_case_warn_on", "casework_case", ["warn_on"], unique=False)
    op.create_table(
        "duty",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("user_id", orm.BigKey, nullable=False),
        sa.Column("unit_id", orm.BigKey, nullable=False),
        sa.Column("post_id", orm.BigKey, nullable=True),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("substitutes_id", orm.BigKey, nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ck_duty_ends_after_start"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_duty_post_id_post"),
        sa.ForeignKeyConstraint(["substitutes_id"], ["user_account.id"], name="fk_duty_substitutes_id_user_account"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_duty_unit_id_unit"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_duty_user_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_duty"),
    )
    op.create_index("ix_duty_unit_id", "duty", ["unit_id"], unique=False)
    op.create_index("ix_duty_user_id", "duty", ["user_id"], unique=False)
    op.create_table(
        "issued_document",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("template", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("content", orm.Json, nullable=False),
        sa.Column("entry_id", orm.BigKey, nullable=True),
        sa.Column("issued_at", orm.UTCDateTime(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("attachment_id", orm.BigKey, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("superseded_by_id", orm.BigKey, nullable=True),
        sa.Column("revoked_at", orm.UTCDateTime(), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name="fk_issued_document_attachment_id_attachment"
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["protocol_entry.id"], name="fk_issued_document_entry_id_protocol_entry"),
        sa.ForeignKeyConstraint(
            ["superseded_by_id"], ["issued_document.id"], name="fk_issued_document_superseded_by_id_issued_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_issued_document"),
        sa.UniqueConstraint("code", name="uq_issued_document_code"),
    )
    op.create_index("ix_issued_document_entry_id", "issued_document", ["entry_id"], unique=False)
    op.create_index("ix_issued_document_sha256", "issued_document", ["sha256"], unique=False)
    op.create_table(
        "plan_action",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("plan_id", orm.BigKey, nullable=False),
        sa.Column("node_id", orm.BigKey, nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("title", orm.TranslatedText(), nullable=False),
        sa.Column("description", orm.TranslatedText(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("continued", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("communities", orm.Json, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("unit_id", orm.BigKey, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("funding", sa.Text(), nullable=False),
        sa.Column("sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["node_id"], ["plan_node.id"], name="fk_plan_action_node_id_plan_node"),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_plan_action_plan_id_plan"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_plan_action_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_plan_action"),
        sa.UniqueConstraint("plan_id", "code", name="uq_plan_action_plan_id_code"),
    )
    op.create_index("ix_plan_action_node_id", "plan_action", ["node_id"], unique=False)
    op.create_table(
        "plan_indicator_target",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("indicator_id", orm.BigKey, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Numeric(precision=18, scale=4), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["plan_indicator.id"], name="fk_plan_indicator_target_indicator_id_plan_indicator"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_plan_indicator_target"),
        sa.UniqueConstraint("indicator_id", "year", name="uq_plan_indicator_target_indicator_id_year"),
    )
    op.create_table(
        "plan_tally",
        sa.Column("indicator_id", orm.BigKey, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("value", orm.BigKey, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["plan_indicator.id"], name="fk_plan_tally_indicator_id_plan_indicator"
        ),
        sa.PrimaryKeyConstraint("indicator_id", "month", "value", name="pk_plan_tally"),
    )
    op.create_table(
        "protocol_correction",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("entry_id", orm.BigKey, nullable=False),
        sa.Column("changes", orm.Json, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("corrected_by_id", orm.BigKey, nullable=False),
        sa.Column("corrected_at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"], ["user_account.id"], name="fk_protocol_correction_corrected_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["protocol_entry.id"], name="fk_protocol_correction_entry_id_protocol_entry"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_protocol_correction"),
    )
    op.create_index("ix_protocol_correction_entry_id", "protocol_correction", ["entry_id"], unique=False)
    op.create_table(
        "protocol_entry_file",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("entry_id", orm.BigKey, nullable=False),
        sa.Column("attachment_id", orm.BigKey, nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name="fk_protocol_entry_file_attachment_id_attachment"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["protocol_entry.id"], name="fk_protocol_entry_file_entry_id_protocol_entry"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_protocol_entry_file"),
    )
    op.create_index("ix_protocol_entry_file_entry_id", "protocol_entry_file", ["entry_id"], unique=False)
    op.create_table(
        "protocol_entry_link",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("from_id", orm.BigKey, nullable=False),
        sa.Column("to_id", orm.BigKey, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_id"], ["protocol_entry.id"], name="fk_protocol_entry_link_from_id_protocol_entry"
        ),
        sa.ForeignKeyConstraint(["to_id"], ["protocol_entry.id"], name="fk_protocol_entry_link_to_id_protocol_entry"),
        sa.PrimaryKeyConstraint("id", name="pk_protocol_entry_link"),
        sa.UniqueConstraint("from_id", "to_id", "kind", name="uq_protocol_entry_link_from_id_to_id_kind"),
    )
    op.create_index("ix_protocol_entry_link_from_id", "protocol_entry_link", ["from_id"], unique=False)
    op.create_index("ix_protocol_entry_link_to_id", "protocol_entry_link", ["to_id"], unique=False)
    op.create_table(
        "service_version",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("service_id", orm.BigKey, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("definition", orm.Json, nullable=False),
        sa.Column("loaded_at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name="fk_service_version_service_id_service"),
        sa.PrimaryKeyConstraint("id", name="pk_service_version"),
        sa.UniqueConstraint("service_id", "number", name="uq_service_version_service_id_number"),
    )
    op.create_table(
        "casework_assignment",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("case_id", orm.BigKey, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("unit_id", orm.BigKey, nullable=False),
        sa.Column("user_id", orm.BigKey, nullable=True),
        sa.Column("by_id", orm.BigKey, nullable=True),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name="fk_casework_assignment_by_id_user_account"),
        sa.ForeignKeyConstraint(["case_id"], ["casework_case.id"], name="fk_casework_assignment_case_id_casework_case"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_casework_assignment_unit_id_unit"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name="fk_casework_assignment_user_id_user_account"),
        sa.PrimaryKeyConstraint("id", name="pk_casework_assignment"),
    )
    op.create_index("ix_casework_assignment_case_id", "casework_assignment", ["case_id"], unique=False)
    op.create_index("ix_casework_assignment_user_id", "casework_assignment", ["user_id"], unique=False)
    op.create_table(
        "casework_event",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("case_id", orm.BigKey, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("at", orm.UTCDateTime(), nullable=False),
        sa.Column("actor_id", orm.BigKey, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("data", orm.Json, nullable=False),
        sa.Column("issued_id", orm.BigKey, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["user_account.id"], name="fk_casework_event_actor_id_user_account"),
        sa.ForeignKeyConstraint(["case_id"], ["casework_case.id"], name="fk_casework_event_case_id_casework_case"),
        sa.ForeignKeyConstraint(
            ["issued_id"], ["issued_document.id"], name="fk_casework_event_issued_id_issued_document"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_casework_event"),
    )
    op.create_index("ix_casework_event_case_id", "casework_event", ["case_id"], unique=False)
    op.create_table(
        "casework_watch",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("case_id", orm.BigKey, nullable=False),
        sa.Column("unit_id", orm.BigKey, nullable=False),
        sa.Column("seen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["casework_case.id"], name="fk_casework_watch_case_id_casework_case"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name="fk_casework_watch_unit_id_unit"),
        sa.PrimaryKeyConstraint("id", name="pk_casework_watch"),
        sa.UniqueConstraint("case_id", "unit_id", name="uq_casework_watch_case_id_unit_id"),
    )
    op.create_index("ix_casework_watch_unit_id", "casework_watch", ["unit_id"], unique=False)
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
    op.create_table(
        "service_decision",
        sa.Column("case_id", orm.BigKey, autoincrement=False, nullable=False),
        sa.Column("outcome", sa.String(40), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("decided_by_id", orm.BigKey, nullable=False),
        sa.Column("decided_at", orm.UTCDateTime(), nullable=False),
        sa.Column("document_id", orm.BigKey, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["casework_case.id"], name="fk_service_decision_case_id_casework_case"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name="fk_service_decision_decided_by_id_user_account"
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["issued_document.id"], name="fk_service_decision_document_id_issued_document"
        ),
        sa.PrimaryKeyConstraint("case_id", name="pk_service_decision"),
    )
    op.create_table(
        "service_draft",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("token", sa.String(length=43), nullable=False),
        sa.Column("version_id", orm.BigKey, nullable=False),
        sa.Column("owner_id", orm.BigKey, nullable=True),
        sa.Column("filed_by_id", orm.BigKey, nullable=True),
        sa.Column("channel", sa.String(40), nullable=True),
        sa.Column("answers", orm.Json, nullable=False),
        sa.Column("done", orm.Json, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", orm.UTCDateTime(), nullable=False),
        sa.Column("touched_at", orm.UTCDateTime(), nullable=False),
        sa.Column("case_id", orm.BigKey, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["casework_case.id"], name="fk_service_draft_case_id_casework_case"),
        sa.ForeignKeyConstraint(["filed_by_id"], ["user_account.id"], name="fk_service_draft_filed_by_id_user_account"),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name="fk_service_draft_owner_id_user_account"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["service_version.id"], name="fk_service_draft_version_id_service_version"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_draft"),
        sa.UniqueConstraint("case_id", name="uq_service_draft_case_id"),
        sa.UniqueConstraint("token", name="uq_service_draft_token"),
    )
    op.create_index("ix_service_draft_filed_by_id", "service_draft", ["filed_by_id"], unique=False)
    op.create_index("ix_service_draft_owner_id", "service_draft", ["owner_id"], unique=False)
    op.create_index("ix_service_draft_touched_at", "service_draft", ["touched_at"], unique=False)
    op.create_table(
        "service_submission",
        sa.Column("case_id", orm.BigKey, autoincrement=False, nullable=False),
        sa.Column("service_id", orm.BigKey, nullable=False),
        sa.Column("version_id", orm.BigKey, nullable=False),
        sa.Column("answers", orm.Json, nullable=False),
        sa.Column("receipt_id", orm.BigKey, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["casework_case.id"], name="fk_service_submission_case_id_casework_case"),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["issued_document.id"], name="fk_service_submission_receipt_id_issued_document"
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name="fk_service_submission_service_id_service"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["service_version.id"], name="fk_service_submission_version_id_service_version"
        ),
        sa.PrimaryKeyConstraint("case_id", name="pk_service_submission"),
    )
    op.create_index("ix_service_submission_service_id", "service_submission", ["service_id"], unique=False)
    op.create_table(
        "casework_event_file",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("event_id", orm.BigKey, nullable=False),
        sa.Column("attachment_id", orm.BigKey, nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name="fk_casework_event_file_attachment_id_attachment"
        ),
        sa.ForeignKeyConstraint(
            ["event_id"], ["casework_event.id"], name="fk_casework_event_file_event_id_casework_event"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_casework_event_file"),
    )
    op.create_index("ix_casework_event_file_event_id", "casework_event_file", ["event_id"], unique=False)
    op.create_table(
        "service_draft_file",
        sa.Column("id", orm.BigKey, nullable=False),
        sa.Column("draft_id", orm.BigKey, nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("attachment_id", orm.BigKey, nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name="fk_service_draft_file_attachment_id_attachment"
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["service_draft.id"], name="fk_service_draft_file_draft_id_service_draft"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_service_draft_file"),
    )
    op.create_index("ix_service_draft_file_draft_id", "service_draft_file", ["draft_id"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        # the newest version of a service points back at it; SQLite has taken that with the table
        op.create_foreign_key(
            "fk_service_version_id_service_version", "service", "service_version", ["version_id"], ["id"]
        )
    # the end of the audit trail before its first entry
    op.execute(f"INSERT INTO audit_head (id, last_id, digest) VALUES (1, 0, '{'0' * 64}')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("fk_service_version_id_service_version", "service")
    op.drop_index("ix_service_draft_file_draft_id", table_name="service_draft_file")
    op.drop_table("service_draft_file")
    op.drop_index("ix_casework_event_file_event_id", table_name="casework_event_file")
    op.drop_table("casework_event_file")
    op.drop_index("ix_service_submission_service_id", table_name="service_submission")
    op.drop_table("service_submission")
    op.drop_index("ix_service_draft_touched_at", table_name="service_draft")
    op.drop_index("ix_service_draft_owner_id", table_name="service_draft")
    op.drop_table("service_draft")
    op.drop_table("service_decision")
    op.drop_table("plan_action_budget")
    op.drop_index("ix_casework_watch_unit_id", table_name="casework_watch")
    op.drop_table("casework_watch")
    op.drop_index("ix_casework_event_case_id", table_name="casework_event")
    op.drop_table("casework_event")
    op.drop_index("ix_casework_assignment_user_id", table_name="casework_assignment")
    op.drop_index("ix_casework_assignment_case_id", table_name="casework_assignment")
    op.drop_table("casework_assignment")
    op.drop_table("service_version")
    op.drop_index("ix_protocol_entry_link_to_id", table_name="protocol_entry_link")
    op.drop_index("ix_protocol_entry_link_from_id", table_name="protocol_entry_link")
    op.drop_table("protocol_entry_link")
    op.drop_index("ix_protocol_entry_file_entry_id", table_name="protocol_entry_file")
    op.drop_table("protocol_entry_file")
    op.drop_index("ix_protocol_correction_entry_id", table_name="protocol_correction")
    op.drop_table("protocol_correction")
    op.drop_table("plan_tally")
    op.drop_table("plan_indicator_target")
    op.drop_index("ix_plan_action_node_id", table_name="plan_action")
    op.drop_table("plan_action")
    op.drop_index("ix_issued_document_sha256", table_name="issued_document")
    op.drop_index("ix_issued_document_entry_id", table_name="issued_document")
    op.drop_table("issued_document")
    op.drop_index("ix_duty_user_id", table_name="duty")
    op.drop_index("ix_duty_unit_id", table_name="duty")
    op.drop_table("duty")
    op.drop_index(
        "ix_casework_case_waiting",
        table_name="casework_case",
        postgresql_where=sa.text("closed_at IS NULL AND paused_on IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NULL AND paused_on IS NOT NULL"),
    )
    op.drop_index(
        "ix_casework_case_unassigned",
        table_name="casework_case",
        postgresql_where=sa.text("closed_at IS NULL AND assignee_id IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL AND assignee_id IS NULL"),
    )
    op.drop_index("ix_casework_case_warn_on", table_name="casework_case")
    op.drop_index(
        "ix_casework_case_unit_closed",
        table_name="casework_case",
        postgresql_where=sa.text("closed_at IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_casework_case_subject",
        table_name="casework_case",
        postgresql_where=sa.text("closed_at IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_casework_case_open_unit",
        table_name="casework_case",
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(
        "ix_casework_case_open_mine",
        table_name="casework_case",
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(
        "ix_casework_case_open",
        table_name="casework_case",
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.drop_index(
        "ix_casework_case_closed",
        table_name="casework_case",
        postgresql_where=sa.text("closed_at IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_casework_case_assignee_closed",
        table_name="casework_case",
        postgresql_where=sa.text("closed_at IS NOT NULL"),
        sqlite_where=sa.text("closed_at IS NOT NULL"),
    )
    op.drop_index("ix_casework_case_applicant", table_name="casework_case")
    op.drop_table("casework_case")
    op.drop_index("ix_service_category_id", table_name="service")
    op.drop_table("service")
    op.drop_index("ix_protocol_entry_unit", table_name="protocol_entry")
    op.drop_index("ix_protocol_entry_registered", table_name="protocol_entry")
    op.drop_table("protocol_entry")
    op.drop_table("protocol_counter")
    op.drop_index("ix_post_unit_id", table_name="post")
    op.drop_table("post")
    op.drop_index("ix_plan_node_parent_id", table_name="plan_node")
    op.drop_table("plan_node")
    op.drop_index("ix_plan_indicator_feed", table_name="plan_indicator")
    op.drop_table("plan_indicator")
    op.drop_index("ix_place_community_id", table_name="place")
    op.drop_table("place")
    op.drop_table("attachment")
    op.drop_table("user_account")
    op.drop_index("ix_unit_parent_id", table_name="unit")
    op.drop_table("unit")
    op.drop_table("time_limit")
    op.drop_table("stored_file")
    op.drop_index("ix_sign_in_tries_last_at", table_name="sign_in_tries")
    op.drop_table("sign_in_tries")
    op.drop_table("service_category")
    op.drop_table("search_word")
    op.drop_table("search_posting")
    op.drop_table("search_entry")
    op.drop_index("ix_rate_limit_expires_at", table_name="rate_limit")
    op.drop_table("rate_limit")
    op.drop_table("protocol_book")
    op.drop_index("ix_plan_contribution_feed_day", table_name="plan_contribution")
    op.drop_table("plan_contribution")
    op.drop_table("plan")
    op.drop_index(
        "ix_outbox_job_waiting",
        table_name="outbox_job",
        postgresql_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL AND dead_at IS NULL"),
    )
    op.drop_index(
        "ix_outbox_job_dead",
        table_name="outbox_job",
        postgresql_where=sa.text("dead_at IS NOT NULL"),
        sqlite_where=sa.text("dead_at IS NOT NULL"),
    )
    op.drop_table("outbox_job")
    op.drop_table("municipality")
    op.drop_table("life_event")
    op.drop_index("ix_letter_recipient", table_name="letter")
    op.drop_table("letter")
    op.drop_table("day_off")
    op.drop_table("community")
    op.drop_table("stamp")
    op.drop_table("audit_head")
    op.drop_index("ix_audit_entry_subject", table_name="audit_entry")
    op.drop_table("audit_entry")
