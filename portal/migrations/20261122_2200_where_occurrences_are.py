"""Occurrences know where they take place, so that what is on at a venue is read in the order of time."""

import sqlalchemy as sa
from alembic import op

from portal.core import orm

revision = "20261122_2200"
down_revision = "20261122_1855"
branch_labels = ()
depends_on = None

FILL = """
UPDATE event_occurrence SET at_venue_id = coalesce(
  venue_id, (SELECT event.venue_id FROM event WHERE event.id = event_occurrence.event_id)
)
"""


def upgrade() -> None:
    with op.batch_alter_table("event_occurrence") as batch_op:
        batch_op.add_column(sa.Column("at_venue_id", orm.BigKey, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_event_occurrence_at_venue_id_event_venue"), "event_venue", ["at_venue_id"], ["id"]
        )
        batch_op.drop_index("ix_event_occurrence_venue")
        batch_op.create_index("ix_event_occurrence_at_venue", ["at_venue_id", "shown", "starts_at", "id"], unique=False)
        batch_op.create_index(
            "ix_event_occurrence_odd",
            ["event_id"],
            unique=False,
            postgresql_where=sa.text("single OR attendance IS NOT NULL"),
            sqlite_where=sa.text("single = 1 OR attendance IS NOT NULL"),
        )
    op.execute(FILL)


def downgrade() -> None:
    with op.batch_alter_table("event_occurrence") as batch_op:
        batch_op.drop_index("ix_event_occurrence_odd")
        batch_op.drop_index("ix_event_occurrence_at_venue")
        batch_op.create_index("ix_event_occurrence_venue", ["venue_id", "starts_at"], unique=False)
        batch_op.drop_constraint(op.f("fk_event_occurrence_at_venue_id_event_venue"), type_="foreignkey")
        batch_op.drop_column("at_venue_id")
