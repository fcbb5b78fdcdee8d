"""Indexes along which the amounts of a plan are listed by day, and added up without looking at each row."""

from alembic import op

revision = "20261123_0400"
down_revision = "20261123_0300"
branch_labels = ()
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plan_money") as batch_op:
        batch_op.drop_index("ix_plan_money_plan")
        batch_op.create_index("ix_plan_money_day", ["plan_id", "on", "id"])
        batch_op.create_index(
            "ix_plan_money_cut", ["plan_id", "action_id", "source_id", "year", "stage", "on", "amount"]
        )


def downgrade() -> None:
    with op.batch_alter_table("plan_money") as batch_op:
        batch_op.drop_index("ix_plan_money_cut")
        batch_op.drop_index("ix_plan_money_day")
        batch_op.create_index("ix_plan_money_plan", ["plan_id", "year", "stage"])
