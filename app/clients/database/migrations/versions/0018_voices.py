"""Voices of a quorum are in the chain of the audit. What is there already is written down as it stands."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from app.clients.database.audit_chain import append, content_digest
from nodes.ports.clock import iso

revision = "0018"
down_revision = "0015"

VOICES = sa.table(
    "approval_voices",
    *map(sa.column, ("approval_id", "person", "verdict", "decision_id", "said_by", "reason", "at")),
    sa.column("granted", sa.JSON()),
)


def upgrade() -> None:
    rows = op.get_bind().execute(sa.select(VOICES).order_by(VOICES.c.at)).mappings().all()
    records = [("voice", f"{row['approval_id']}/{row['person']}", content_digest(row)) for row in rows]
    append(op.get_bind(), records, iso(datetime.now(UTC)))
