"""A chain of digests over what the audit rests on: approvals with their decisions and voices, payments, refunds.

Each time such a row is written, a record with its digest is appended, and each record's link is made from the one before.
So a row that was changed, added or taken away behind our back is named (`switchboard verify`, app.exports.audit).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, insert, select

from app.clients.database.connection import AsyncConnection
from app.clients.database.schema import approval_voices, approvals, audit, payments, refunds
from nodes.digests import digest

START = "0" * 64
"""The link before the first record."""

CHAINED: dict[str, tuple[Table, ColumnElement[str]]] = {
    "approval": (approvals, approvals.c.approval_id),
    "voice": (approval_voices, approval_voices.c.approval_id + "/" + approval_voices.c.person),
    "payment": (payments, payments.c.receipt_id),
    "refund": (refunds, refunds.c.receipt_id),
}
"""The tables, and what names a row."""

OF_THE_SHOP = ("payment", "refund")

REF = "chained_as"

RESET = "reset"
"""A record of this kind: the shop was made anew, and its payments and refunds were taken away."""

UNLINKED = "unlinked journal"
"""A record of this kind names the last entry of the journal that was written without a link."""


async def chain(connection: AsyncConnection, kind: str, refs: Sequence[str], at: str) -> None:
    """Append these rows as they stand now, in the caller's transaction."""
    await connection.run_sync(_chain, kind, refs, at)


async def chain_reset(connection: AsyncConnection, at: str) -> None:
    await connection.run_sync(append, [(RESET, "shop", digest(None))], at)


def append(connection: Connection, records: Iterable[tuple[str, str, str]], at: str) -> None:
    """Records of (kind, ref, digest) at the end of the chain."""
    link = connection.scalar(select(audit.c.link).order_by(audit.c.seq.desc()).limit(1)) or START
    rows = []
    for kind, ref, fingerprint in records:
        link = linked(link, kind, ref, fingerprint, at)
        rows.append({"kind": kind, "ref": ref, "digest": fingerprint, "link": link, "at": at})
    if rows:
        connection.execute(insert(audit), rows)


def linked(before: str, *parts: str) -> str:
    return hashlib.sha256("\n".join([before, *parts]).encode()).hexdigest()


def content_digest(row: Mapping[str, Any]) -> str:
    """Of what is there: a column that a later version adds, empty, changes nothing."""
    return digest({name: value for name, value in row.items() if value is not None})


def row_digest(row: RowMapping) -> str:
    """Of a row that was read with its name beside it."""
    return content_digest({name: value for name, value in row.items() if name != REF})


def _chain(connection: Connection, kind: str, refs: Sequence[str], at: str) -> None:
    table, name = CHAINED[kind]
    rows = connection.execute(select(table, name.label(REF)).where(name.in_(refs))).mappings()
    append(connection, [(kind, row[REF], row_digest(row)) for row in rows], at)
