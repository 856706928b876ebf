"""What customers write while a request of theirs waits for an approval."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "approval_remarks",
        sa.Column("approval_id", sa.String(), nullable=False),
        sa.Column("remark_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("said_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("approval_id", "remark_id", name=op.f("pk_approval_remarks")),
    )
    op.create_index(op.f("ix_approval_remarks_thread_id"), "approval_remarks", ["thread_id"])
