"""Refunds at a payment provider: written down before they are asked for, and followed until they cannot fail any more.

And what a webhook has to be told, until it was.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


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
    op.create_table(
        "deliveries",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.String()),
        sa.Column("sent_at", sa.String()),
        sa.Column("error", sa.Text()),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_next_try_at"), "deliveries", ["next_try_at"])
