"""Everything about one thread, as one JSON or HTML file: for an audit, a lawyer, or a customer who asks."""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from typing_extensions import TypedDict

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import approvals, outbox, payments, refunds
from app.engines.contract import Engine, RunResult
from app.engines.langgraph.runner import Runner
from app.exports.report_files import check_place, write_whole
from app.exports.thread_html import html
from app.records.journal import Entry
from app.records.threads import Thread
from app.settings import Settings
from nodes.ports.clock import iso
from nodes.ports.errors import InvalidInput
from nodes.ports.tickets import Ticket

FORMATS = (".json", ".html", ".htm")
IDS = ("refund_id", "key")
"""What a state calls the ids of its effects: of refunds, and of attempts to ship an order."""


class ThreadFile(TypedDict):
    exported_at: str
    thread: Thread
    state: RunResult
    checkpoints: list[Any]
    approvals: list[dict[str, Any]]
    receipts: list[dict[str, Any]]
    mails: list[dict[str, Any]]
    tickets: list[Ticket]
    journal: list[Entry]


def check(path: Path) -> None:
    """Better now than after the work is done. Raises InvalidInput."""
    if path.suffix.lower() not in FORMATS:
        raise InvalidInput(f"A thread is saved as .json or .html; {path.name} has neither ending.")
    check_place(path, "thread")


def write(file: ThreadFile, path: Path) -> None:
    text = json.dumps(file, ensure_ascii=False, indent=2, default=str) if path.suffix.lower() == ".json" else html(file)
    write_whole(f"{text}\n".encode(), path, "thread")


async def collect(engine: Engine, reference: str, settings: Settings) -> ThreadFile:
    """What every store has about the thread. Raises UnknownThread, OtherEngine."""
    state = await engine.show(reference)
    thread_id = state["thread_id"]
    database = Database(settings.business_url)
    try:
        asked = await _rows(database, approvals, approvals.c.thread_id == thread_id, approvals.c.requested_at)
        ids = {one["approval_id"] for one in asked} | await _ids(engine, state)
        receipts = [
            {"kind": kind, **row}
            for kind, ledger in (("payment", payments), ("refund", refunds))
            for row in await _rows(database, ledger, _of(ledger.c.key, ids), ledger.c.at)
        ]
        mails = await _rows(database, outbox, _of(outbox.c.key, ids), outbox.c.sent_at)
    finally:
        await database.aclose()
    return ThreadFile(
        exported_at=iso(engine.services.clock.now()),
        thread=await engine.threads.get(thread_id),
        state=state,
        checkpoints=[*(await engine.archive.history(thread_id))] if isinstance(engine, Runner) else [],
        approvals=asked,
        receipts=receipts,
        mails=mails,
        tickets=await engine.tickets(thread_id),
        journal=await engine.trace(thread_id),
    )


async def _ids(engine: Engine, state: RunResult) -> set[str]:
    """The ids of this thread's effects: from its state, and from every state that it had."""
    states = [state["values"]]
    if isinstance(engine, Runner):
        at: Any = {"configurable": {"thread_id": state["thread_id"]}}
        states += [saved.checkpoint["channel_values"] async for saved in engine.saver.alist(at)]
    return {str(values[name]) for values in states for name in IDS if values.get(name)}


def _of(key: ColumnElement[str], ids: set[str]) -> ColumnElement[bool]:
    """A key is the id of what it is about, and after a colon or a slash what is done about it."""
    return or_(key.in_(ids), *(key.startswith(f"{one}{sign}", autoescape=True) for one in ids for sign in ":/"))


async def _rows(database: Database, table: Any, condition: Any, order: Any) -> list[dict[str, Any]]:
    async def asked(connection: AsyncConnection) -> list[dict[str, Any]]:
        rows = await connection.execute(select(table).where(condition).order_by(order))
        return [dict(row) for row in rows.mappings()]

    return await database.ask(asked)
