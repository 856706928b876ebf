"""Whose thread it is: who started it first."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("threads", sa.Column("opened_by", sa.String()))
