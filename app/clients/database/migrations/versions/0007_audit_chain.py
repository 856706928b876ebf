"""A chain of digests over approvals, payments and refunds, and links between the journal's entries.

What is there already is the beginning of the chain.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from app.clients.database.audit_chain import START, UNLINKED, content_digest, linked
from nodes.ports.clock import iso

revision = "0007"
down_revision = "0006"

LEDGER = ("receipt_id", "key", "order_id", "amount_cents", "currency", "at")
TABLES = {
    "approval": sa.table(
        "approvals",
        *map(sa.column, ("approval_id", "thread_id", "action", "args_digest", "requested_at", "expires_at", "status")),
        *map(sa.column, ("approved_cents", "decision_id", "decided_by", "decided_at", "reason")),
        sa.column("args", sa.JSON()),
        sa.column("granted", sa.JSON()),
    ),
    "payment": sa.table("payments", *map(sa.column, LEDGER)),
    "refund": sa.table("refunds", *map(sa.column, (*LEDGER, "reason", "approval_id"))),
}


def upgrade() -> None:
    number = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
    audit = op.create_table(
        "audit",
        sa.Column("seq", number, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.add_column("journal", sa.Column("link", sa.String(), nullable=True))
    records: list[dict[str, str]] = []
    link, at = START, iso(datetime.now(UTC))

    def add(kind: str, ref: str, fingerprint: str) -> None:
        nonlocal link
        link = linked(link, kind, ref, fingerprint, at)
        records.append({"kind": kind, "ref": ref, "digest": fingerprint, "link": link, "at": at})

    add(UNLINKED, str(op.get_bind().scalar(sa.text("SELECT MAX(entry_id) FROM journal")) or 0), content_digest({}))
    for kind, table in TABLES.items():
        key = "approval_id" if kind == "approval" else "receipt_id"
        for row in op.get_bind().execute(sa.select(table).order_by(table.c[key])).mappings():
            add(kind, row[key], content_digest(row))
    op.bulk_insert(audit, records)
