"""Threads are found by order, customer and outcome; a ticket has somebody who works on it."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("threads", sa.Column("order_id", sa.String()))
    for columns in (["order_id"], ["customer"], ["outcome", "updated_at"], ["status", "updated_at"]):
        op.create_index(f"ix_threads_{columns[0]}", "threads", columns, unique=False)
    op.add_column("tickets", sa.Column("assigned_to", sa.String()))
