"""`approve` and `reject` while a server runs on the home: the server decides and goes on, and the command waits for it.

Loads no engine: neither LangGraph nor LangChain; and of a home in order no SQLAlchemy.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from app.approvals.sign_in import decider_at
from app.clients.database.plain_sql import PlainDatabase
from app.clients.database.text_cipher import TextCipher
from app.records.delegated_decisions import DelegatedDecisions
from app.records.journal_entries import Entry, NewEntries
from app.records.people import People
from app.records.plain_home import plain_home
from app.records.register import Register
from app.settings import Settings
from app.system_clock import SystemClock
from nodes.ports import errors
from nodes.ports.clock import parse
from nodes.ports.errors import AlreadyDecided, NothingPending, NothingToResume, SwitchboardError

if TYPE_CHECKING:
    from app.engines.contract import Engine, RunResult

EVERY_S = 0.05

Left = Literal["untouched", "begun"]
"""No server carries it out: none has begun; or one has, and died: it may have decided, or not."""


async def delegate(
    settings: Settings, thread: str, answer: Mapping[str, Any], *, watch: Callable[[Entry], None]
) -> "RunResult | Left":
    """Where the thread stands after the decision, or how it is left to the command. Raises what `decide` raises."""
    if settings.engine != "langgraph":
        return "untouched"
    clock = SystemClock()
    async with _business(settings) as database:
        waiting = DelegatedDecisions(database, clock, TextCipher(settings.encryption_key))
        if not await waiting.server_lives():
            return "untouched"
        thread_id = await Register(database, clock).find(thread)
        steps = NewEntries(database, thread_id, watch)
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


@asynccontextmanager
async def _business(settings: Settings) -> AsyncIterator[PlainDatabase]:
    async with plain_home(settings) as database:
        if database:
            yield database
            return
    from app.records.installation import open_business

    async with open_business(settings) as whole:
        yield whole


def _error(name: str, message: str) -> SwitchboardError:
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, SwitchboardError):
        return kind(message)
    return SwitchboardError(message)
