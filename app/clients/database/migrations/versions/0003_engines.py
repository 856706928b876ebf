"""Which engine runs a thread: no other one knows its state."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("threads", sa.Column("engine", sa.String(), nullable=False, server_default="langgraph"))
