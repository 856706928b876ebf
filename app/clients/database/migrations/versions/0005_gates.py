"""What an approval grants is the action's own JSON; forks know their origin; an installation has an id and a secret."""

import secrets
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("approvals", sa.Column("granted", sa.JSON()))
    op.add_column("threads", sa.Column("origin", sa.String()))
    installation = op.create_table(
        "installation",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    op.bulk_insert(
        installation,
        [{"name": "id", "value": str(uuid.uuid4())}, {"name": "secret", "value": secrets.token_hex(32)}],
    )
