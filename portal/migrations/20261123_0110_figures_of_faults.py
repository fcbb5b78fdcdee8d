"""Figures of faults are kept by year, by group and for everything, so that their page reads few rows."""

import sqlalchemy as sa
from alembic import op

from portal.core import orm

revision = "20261123_0110"
down_revision = "20261122_2223"
branch_labels = ()
depends_on = None

#: what is kept by community and by category → once more by group, and for everything
GROUPS = """
INSERT INTO fault_month (month, community_id, category_id, measure, days, number)
SELECT month, 0, parent_id, measure, days, sum(number)
FROM fault_month JOIN fault_category ON fault_category.id = category_id
WHERE parent_id IS NOT NULL GROUP BY month, parent_id, measure, days
"""
EVERYTHING = """
INSERT INTO fault_month (month, community_id, category_id, measure, days, number)
SELECT month, 0, 0, measure, days, sum(number)
FROM fault_month JOIN fault_category ON fault_category.id = category_id
WHERE parent_id IS NOT NULL GROUP BY month, measure, days
"""
YEARS = """
INSERT INTO fault_year (year, community_id, category_id, measure, days, number)
SELECT {year}, community_id, category_id, measure, days, sum(number)
FROM fault_month GROUP BY {year}, community_id, category_id, measure, days
"""
YEAR = {"sqlite": "CAST(strftime('%Y', month) AS INTEGER)", "postgresql": "CAST(extract(year FROM month) AS SMALLINT)"}


#: what was taken back is public no more; `flask faults recount` takes it out of the numbers that are kept
TAKEN_BACK = "UPDATE fault SET shown = false WHERE state = 'withdrawn' AND shown"


def upgrade() -> None:
    op.execute(TAKEN_BACK)
    op.create_table(
        "fault_year",
        sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("community_id", orm.BigKey, autoincrement=False, nullable=False),
        sa.Column("category_id", orm.BigKey, autoincrement=False, nullable=False),
        sa.Column("measure", sa.String(40), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", "community_id", "category_id", "measure", "days", name=op.f("pk_fault_year")),
    )
    op.execute(GROUPS)
    op.execute(EVERYTHING)
    op.execute(YEARS.format(year=YEAR[op.get_bind().dialect.name]))


def downgrade() -> None:
    op.drop_table("fault_year")
    op.execute("DELETE FROM fault_month WHERE community_id = 0 AND category_id = 0")
    op.execute("DELETE FROM fault_month WHERE category_id IN (SELECT id FROM fault_category WHERE parent_id IS NULL)")
