"""The ticket that asks people to pay a refund that has failed."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("provider_refunds", sa.Column("ticket_id", sa.String()))
    op.add_column("provider_refunds", sa.Column("thread_id", sa.String()))
    op.create_index("ix_provider_refunds_thread_id", "provider_refunds", ["thread_id"])
