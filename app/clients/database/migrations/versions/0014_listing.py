"""Threads of an order, a customer or a workflow are listed without sorting them."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    for column in ("order_id", "customer"):
        op.drop_index(f"ix_threads_{column}", "threads")
    for column in ("order_id", "customer", "graph"):
        op.create_index(f"ix_threads_{column}", "threads", [column, "updated_at"], unique=False)
