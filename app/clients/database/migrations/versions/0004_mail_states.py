"""The whole mail is kept until it is sent: its text, its state, how often it was tried, and when it is tried again."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("state", sa.String(), nullable=False, server_default="pending"))
    op.add_column("outbox", sa.Column("text", sa.Text()))
    op.add_column("outbox", sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("outbox", sa.Column("next_try_at", sa.String()))
    op.add_column("outbox", sa.Column("claimed_by", sa.String()))
    op.add_column("outbox", sa.Column("claimed_until", sa.String()))
    op.add_column("outbox", sa.Column("error", sa.Text()))
    op.add_column("outbox", sa.Column("ticket_id", sa.String()))
    op.execute("UPDATE outbox SET state = 'sent' WHERE sent_at IS NOT NULL")
