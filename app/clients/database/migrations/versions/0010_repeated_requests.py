"""Requests with an Idempotency-Key, and what they were answered with."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "repeated_requests",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String()),
        sa.Column("status", sa.Integer()),
        sa.Column("body", sa.Text()),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", "person", name=op.f("pk_repeated_requests")),
    )
    op.create_index(op.f("ix_repeated_requests_thread_id"), "repeated_requests", ["thread_id"])
    op.create_index(op.f("ix_repeated_requests_at"), "repeated_requests", ["at"])
