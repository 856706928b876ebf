"""Refunds at a payment provider: written down before they are asked for, and followed until they cannot fail any more."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "provider_refunds",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("payment", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approval_id", sa.String()),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("claimed_until", sa.String(), nullable=False),
        sa.Column("refund_id", sa.String()),
        sa.Column("status", sa.String()),
        sa.Column("failure", sa.Text()),
        sa.Column("look_at", sa.String()),
        sa.Column("reported_at", sa.String()),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_provider_refunds_amount")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_provider_refunds")),
    )
    op.create_index(op.f("ix_provider_refunds_order_id"), "provider_refunds", ["order_id"])
    op.create_index(op.f("ix_provider_refunds_look_at"), "provider_refunds", ["look_at"])
