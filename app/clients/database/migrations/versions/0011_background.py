"""What a server keeps going: webhooks and notices, runs of processes that died, decisions that a command leaves to it."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "webhooks",
        sa.Column("webhook_id", sa.String(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("added_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_webhooks")),
    )
    op.create_table(
        "outgoing",
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.String()),
        sa.Column("sent_at", sa.String()),
        sa.Column("error", sa.Text()),
        sa.Column("claimed_by", sa.String()),
        sa.Column("claimed_until", sa.String()),
        sa.PrimaryKeyConstraint("event_id", "target", name=op.f("pk_outgoing")),
    )
    op.create_index(op.f("ix_outgoing_next_try_at"), "outgoing", ["next_try_at"])
    op.create_table(
        "servers",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("seen_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_servers")),
    )
    op.create_table(
        "handovers",
        sa.Column("handover_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.String()),
        sa.Column("result", sa.Text()),
        sa.PrimaryKeyConstraint("handover_id", name=op.f("pk_handovers")),
    )
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("entry_id", sa.Integer().with_variant(sa.BigInteger(), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursors")),
    )
    op.add_column("threads", sa.Column("recoveries", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("threads", sa.Column("recover_at", sa.String()))
