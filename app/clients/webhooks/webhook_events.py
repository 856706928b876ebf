"""Events for webhooks, written in the transaction of what has happened: both are there, or neither."""

import json
from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import insert, select

from app.clients.database.connection import AsyncConnection
from app.clients.database.schema import outgoing, webhooks
from nodes.digests import digest

Kind = Literal[
    "approval.requested",
    "approval.decided",
    "approval.expired",
    "approval.withdrawn",
    "thread.completed",
    "thread.failed",
    "ticket.opened",
]

EVERY_WEBHOOK = select(webhooks.c.webhook_id)

SUMS = ("order_id", "amount_cents", "currency")
"""What an event tells of an approval's arguments: others may hold words of a customer."""


async def approval_event(connection: AsyncConnection, kind: Kind, record: Mapping[str, Any], at: str) -> None:
    told = ("approval_id", "thread_id", "action", "status", "requested_at", "expires_at", "decided_by", "decided_at")
    data = {
        **{name: record[name] for name in told},
        "args": {name: value for name, value in record["args"].items() if name in SUMS},
        "granted": {name: value for name, value in (record["granted"] or {}).items() if name in SUMS} or None,
    }
    await _write(connection, kind, str(record["approval_id"]), data, at)


async def thread_event(
    connection: AsyncConnection, thread: Mapping[str, Any], *, status: str, outcome: str | None, at: str
) -> None:
    """That a thread has ended or failed; other statuses are not events."""
    if status not in ("completed", "failed"):
        return
    data = {name: thread[name] for name in ("thread_id", "graph", "order_id")}
    kind: Kind = "thread.completed" if status == "completed" else "thread.failed"
    await _write(connection, kind, str(thread["thread_id"]), {**data, "status": status, "outcome": outcome}, at)


async def ticket_event(connection: AsyncConnection, ticket: Mapping[str, Any], at: str) -> None:
    """Only its number: reason and summary may quote what a customer wrote."""
    told = {name: ticket[name] for name in ("ticket_id", "thread_id", "status", "opened_at")}
    await _write(connection, "ticket.opened", str(ticket["ticket_id"]), told, at)


async def _write(connection: AsyncConnection, kind: Kind, subject: str, data: Mapping[str, Any], at: str) -> None:
    """One message for each webhook that there is now. All have the same id."""
    targets = (await connection.scalars(EVERY_WEBHOOK)).all()
    if not targets:
        return
    message = {
        "event_id": f"evt_{digest([kind, subject, at])[:32]}",
        "kind": kind,
        "body": json.dumps({"type": kind, "timestamp": at, "data": data}, ensure_ascii=False),
        "at": at,
        "tries": 0,
        "next_try_at": at,
    }
    await connection.execute(insert(outgoing), [{**message, "target": target} for target in targets])
