"""`approve` and `reject` while a server runs on the home: the server decides and goes on, and the command waits for it.

Loads no engine: neither LangGraph nor LangChain.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from sqlalchemy import func, select

from app.approvals.sign_in import decider_at
from app.clients.database.database import Database
from app.clients.database.schema import journal
from app.clients.database.text_cipher import TextCipher
from app.records.handovers import Handovers
from app.records.installation import open_business
from app.records.people import People
from app.records.threads import Threads
from app.settings import Settings
from app.system_clock import SystemClock
from nodes.ports import errors
from nodes.ports.clock import parse
from nodes.ports.errors import AlreadyDecided, NothingPending, NothingToResume, SwitchboardError

if TYPE_CHECKING:
    from app.engines.contract import Engine, RunResult
    from app.records.journal import Entry

EVERY_S = 0.05

Left = Literal["untouched", "begun"]
"""No server carries it out: none has begun; or one has, and died: it may have decided, or not."""


async def hand_over(
    settings: Settings, thread: str, answer: Mapping[str, Any], *, watch: "Callable[[Entry], None]"
) -> "RunResult | Left":
    """Where the thread stands after the decision, or how it is left to the command. Raises what `decide` raises."""
    if settings.engine != "langgraph":
        return "untouched"
    clock = SystemClock()
    async with open_business(settings, engine=settings.engine, clock=clock) as database:
        waiting = Handovers(database, clock, TextCipher(settings.encryption_key))
        if not await waiting.server_lives():
            return "untouched"
        thread_id = await Threads(database, clock, lease_s=settings.lease_s).find(thread)
        steps = _Steps(database, thread_id, watch)
        await steps.skip()
        handover_id = await waiting.ask(thread_id, answer, await decider_at(People(database, clock), settings))
        while (told := await waiting.answer(handover_id)) is None:
            await steps.show()
            if left := await waiting.taken_back(handover_id):
                return left
            await asyncio.sleep(EVERY_S)
        await steps.show()
    if "error" in told:
        raise _error(told["error"], told["message"])
    return cast("RunResult", told["result"])


async def decide_after_all(engine: "Engine", thread: str, answer: Mapping[str, Any], since: datetime) -> "RunResult":
    """Decide what a server had begun for this command when it died; and go on, if the server had decided it already.

    `since`: when the command began.
    """
    try:
        return await engine.decide(thread, answer)
    except (AlreadyDecided, NothingPending):
        record = await engine.services.approvals.latest(await engine.threads.find(thread))
        if record is None or not record["decided_at"] or parse(record["decided_at"]) < since:
            raise
    with suppress(NothingToResume):
        return await engine.resume(thread)
    return await engine.show(thread)


class _Steps:
    """The thread's steps, as the journal gets them."""

    def __init__(self, database: Database, thread_id: str, watch: "Callable[[Entry], None]") -> None:
        self._database = database
        self._mine = journal.c.thread_id == thread_id
        self._watch = watch
        self._seen = 0

    async def skip(self) -> None:
        async with self._database.read() as connection:
            self._seen = await connection.scalar(select(func.max(journal.c.entry_id)).where(self._mine)) or 0

    async def show(self) -> None:
        query = select(journal).where(self._mine, journal.c.entry_id > self._seen).order_by(journal.c.entry_id)
        async with self._database.read() as connection:
            rows = (await connection.execute(query)).mappings().all()
        for row in rows:
            self._seen = row["entry_id"]
            self._watch(cast("Entry", dict(row)))


def _error(name: str, message: str) -> SwitchboardError:
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, SwitchboardError):
        return kind(message)
    return SwitchboardError(message)
