"""The register of threads, and the lease that lets one process at a time run a thread.

LangGraph's saver knows checkpoints, not threads; and nothing in it stops two processes from resuming one thread at once.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple, Required

from sqlalchemy import ColumnElement, Select, Update, bindparam, delete, insert, or_, select, text, tuple_, update
from typing_extensions import TypedDict

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.owners import owner as new_owner
from app.clients.database.schema import approvals, held_messages, threads
from app.clients.database.text_cipher import TextCipher
from app.clients.webhooks.webhook_events import thread_event
from app.records.people import acting
from app.records.register import (
    NAMES,
    PAGE,
    PAYOUT_FAILED,
    SHORTEST_PREFIX_TO_GO_ON,
    EngineName,
    Register,
    Status,
    Thread,
    Wanted,
    as_uuid,
    called,
    named,
    new_thread_id,
    unknown,
)
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import DependencyDown, InvalidInput, OtherEngine, ThreadBusy, UnknownThread

__all__ = [
    "NAMES",
    "PAGE",
    "EngineName",
    "NewThread",
    "Status",
    "Thread",
    "Threads",
    "Wanted",
    "called",
    "named",
    "new_thread_id",
]


class NewThread(TypedDict, total=False):
    """How a thread is registered when it does not exist: the order and the customer are those that `about` names."""

    graph: Required[str]
    name: str | None
    about: Mapping[str, Any]


class _Rows(NamedTuple):
    """Statements about some rows, made once: to put one together takes SQLAlchemy longer than to run it."""

    found: Select[Any]
    changed: Update


def _rows(which: ColumnElement[bool]) -> _Rows:
    return _Rows(select(threads).where(which).with_for_update(), update(threads).where(which))


_IS_THIS = threads.c.thread_id == bindparam("this_thread")
NEW = insert(threads)
THIS = _rows(_IS_THIS)
MINE = _rows(_IS_THIS & (threads.c.lease_owner == bindparam("this_owner")))
UNCHANGED = _rows(_IS_THIS & (threads.c.updated_at == bindparam("last_updated")))

FREE = {"lease_owner": None, "lease_until": None}
ELSEWHERE: dict[EngineName, str] = {
    "langgraph": "runs on the default engine: use `--engine langgraph`.",
    "temporal": "runs on Temporal: use `--engine temporal`.",
    "steps": "ran on the steps engine, which keeps nothing of it: start a new thread.",
}


class Threads(Register):
    """Every thread that was ever started, its last known status, and who runs it now.

    A thread belongs to the engine that it was started on: another one would run it without its state.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        lease_s: float,
        engine: EngineName = "langgraph",
        cipher: TextCipher | None = None,
    ) -> None:
        """`engine`: the one that uses this register."""
        super().__init__(database, clock, engine=engine)
        self._cipher = cipher or TextCipher()
        self._database = database
        self._lease_s = lease_s
        self._leases: dict[str, _Lease] = {}

    async def identify(self, reference: str | None) -> tuple[str, str | None]:
        """The (thread id, name) that `--thread` means, whether or not the thread exists yet. None: a new one."""
        if reference is None:
            return new_thread_id(), None
        try:
            return await self.find(reference, shortest_prefix=SHORTEST_PREFIX_TO_GO_ON), None
        except UnknownThread:
            pass
        if as_id := as_uuid(reference):
            return as_id, None
        return named(reference), reference

    async def opener(self, thread_id: str) -> str | None:
        """The person whose thread it is: who started it first, if that is known."""
        query = "SELECT opened_by FROM threads WHERE thread_id = :thread_id"
        found = await self._database.rows(query, {"thread_id": thread_id})
        return found[0]["opened_by"] if found else None

    async def here(self, reference: str) -> Thread:
        """The thread known by this reference, if this engine can look at it. Raises as `find`, and OtherEngine."""
        thread = await self.get(await self.find(reference))
        if thread["engine"] not in (self.engine, "steps"):
            raise _elsewhere(called(thread), thread["engine"])
        return thread

    async def register(
        self,
        thread_id: str,
        *,
        graph: str,
        name: str | None = None,
        status: Status = "running",
        origin: str | None = None,
    ) -> None:
        """Note that a thread exists and is at work. `origin`: the thread that it is a fork of.

        Raises InvalidInput when it belongs to another graph.
        """
        row = {"graph": graph, "name": name, "status": status, "origin": origin}
        await self._database.write(lambda connection: self._register(connection, thread_id, row))

    async def _register(self, connection: AsyncConnection, thread_id: str, row: Mapping[str, Any]) -> None:
        by, now = acting.get(), iso(self._clock.now())
        known = (await connection.execute(THIS.found, {"this_thread": thread_id})).mappings().first()
        if known is None:
            new = {"engine": self.engine, "opened_by": by, "started_by": by, "created_at": now, "updated_at": now}
            await connection.execute(NEW, {"thread_id": thread_id, **new, **row})
        elif known["graph"] != row["graph"]:
            raise InvalidInput(
                f"That thread belongs to the workflow {known['graph']!r}, not {row['graph']!r}. Choose another --thread."
            )
        elif by:
            await connection.execute(THIS.changed, {"this_thread": thread_id, "started_by": by})

    async def note(
        self, thread_id: str, *, status: Status, outcome: str | None = None, about: Mapping[str, Any] | None = None
    ) -> None:
        """Write down where the thread stands, and the order and customer that its values (`about`) name.

        Under a lease of this process, that a run is over is written when the lease ends.
        """
        stands = {"status": status, "outcome": outcome, "updated_at": iso(self._clock.now())}
        over = {} if status == "running" else {"recoveries": 0, "recover_at": None}
        changed: dict[str, Any] = {**stands, **over, **_found_by(about or {})}
        lease = self._leases.get(thread_id)
        if lease and status == "running" and lease.says_running:
            return
        if lease and status != "running":
            lease.note, lease.says_running = changed, False
            return

        async def noted(connection: AsyncConnection) -> None:
            if lease:
                await self._write_note(connection, lease)
            await self._change(connection, THIS, {"this_thread": thread_id}, changed)

        await self._database.write(noted)
        if lease:
            lease.note, lease.says_running = None, True

    async def dead_runs(self) -> list[Thread]:
        """Abandoned threads whose run is to go on now.

        A lease that died with its process is enough. Without one, a command may be about to take it: such a thread has to
        be silent for as long as a lease lasts.
        """
        now = self._clock.now()
        silent = iso(now - timedelta(seconds=self._lease_s))
        query = select(threads).where(
            threads.c.status == "running",
            threads.c.engine == self.engine,
            or_(threads.c.recover_at.is_(None), threads.c.recover_at <= iso(now)),
            or_(threads.c.lease_owner.is_not(None), threads.c.updated_at <= silent),
        )
        return [thread for thread in await self._found(query) if thread["status"] == "failed"]

    async def begin_recovery(self, thread_id: str, pauses: Sequence[timedelta]) -> bool | None:
        """Count a try to go on with a dead run, before it begins: what kills this process too is not tried for ever.

        `pauses`: how long no other try is made after the first, the second, ... True: it may begin now. False: others have
        begun it, or it is over. None: it was tried as often as there are pauses.
        """
        now = self._clock.now()
        this = threads.c.thread_id == thread_id

        async def begun(connection: AsyncConnection) -> bool | None:
            row = (await connection.execute(select(threads).where(this))).mappings().first()
            if row is None or self._thread(row)["status"] != "failed" or row["status"] != "running":
                return False
            if row["recover_at"] and row["recover_at"] > iso(now):
                return False
            if row["recoveries"] >= len(pauses):
                return None
            counted = {"recoveries": row["recoveries"] + 1, "recover_at": iso(now + pauses[row["recoveries"]])}
            await connection.execute(update(threads).where(this).values(counted))
            return True

        return await self._database.write(begun)

    async def decided(self) -> list[Thread]:
        """Threads of this engine that wait for an approval which is decided, withdrawn or expired."""
        asked = select(approvals.c.thread_id, approvals.c.status)
        pending = asked.where(approvals.c.thread_id == threads.c.thread_id, approvals.c.status == "pending").exists()
        ended = asked.where(approvals.c.thread_id == threads.c.thread_id, approvals.c.status != "pending").exists()
        query = select(threads).where(threads.c.status == "waiting", threads.c.engine == self.engine, ~pending, ended)
        return await self._found(query)

    async def correct(self, thread: Thread, *, status: Status, outcome: str | None) -> None:
        """Write down where the thread stands, unless it has been used again since it was looked at."""
        which = {"this_thread": thread["thread_id"], "last_updated": thread["updated_at"]}

        stands = {"status": status, "outcome": outcome}
        await self._database.write(lambda connection: self._change(connection, UNCHANGED, which, stands))

    async def _change(
        self, connection: AsyncConnection, rows: _Rows, which: Mapping[str, str], changed: Mapping[str, Any]
    ) -> None:
        """With the event, when the thread has ended or failed by that."""
        before = (await connection.execute(rows.found, which)).mappings().first()
        if before is None:
            return
        await connection.execute(rows.changed, {**which, **changed})
        if (before["status"], before["outcome"]) != (changed["status"], changed["outcome"]):
            now = iso(self._clock.now())
            after = {**before, **changed}
            await thread_event(connection, after, status=after["status"], outcome=after["outcome"], at=now)

    async def delete(self, thread_id: str) -> None:
        async def deleted(connection: AsyncConnection) -> None:
            for table in (held_messages, threads):
                await connection.execute(delete(table).where(table.c.thread_id == thread_id))

        await self._database.write(deleted)

    async def idle_since(self, moment: str) -> AsyncIterator[Thread]:
        """Threads that are over and were last active before this ISO time, oldest first. Those that wait for a human are kept.

        They are read page by page: any of them may be deleted meanwhile.
        """
        place = tuple_(threads.c.updated_at, threads.c.thread_id)
        old = select(threads).where(
            threads.c.updated_at < moment,
            threads.c.status.in_(["completed", "failed", "running"]),
            threads.c.engine.in_([self.engine, "steps"]),
            threads.c.outcome.is_distinct_from("needs_attention"),
            text(f"NOT {PAYOUT_FAILED}"),
        )
        page = await self._found(first := old.order_by(threads.c.updated_at, threads.c.thread_id).limit(PAGE))
        while page:
            for thread in page:
                if thread["status"] != "running":
                    yield thread
            page = await self._found(first.where(place > (page[-1]["updated_at"], page[-1]["thread_id"])))

    async def _found(self, query: Select[Any]) -> list[Thread]:
        return [self._thread(row) for row in await self._database.fetch(query)]

    async def hold(self, thread_id: str, text: str) -> None:
        """Keep a message that came while the thread could not take it."""
        row = {"thread_id": thread_id, "text": self._cipher.seal(text), "at": iso(self._clock.now())}
        await self._database.execute(insert(held_messages).values(row))

    async def held(self, thread_id: str) -> dict[str, str]:
        """Held messages, oldest first, by an id that each keeps: a graph that has seen one takes it for the same."""
        query = (
            select(held_messages.c.held_id, held_messages.c.at, held_messages.c.text)
            .where(held_messages.c.thread_id == thread_id)
            .order_by(held_messages.c.held_id)
        )
        rows = await self._database.fetch(query)
        return {f"held-{row['held_id']}-{row['at']}": self._cipher.open(row["text"]) for row in rows}

    async def release(self, known_as: str) -> None:
        """Forget a held message, once the graph has it."""
        held_id = int(known_as.split("-")[1])
        await self._database.execute(delete(held_messages).where(held_messages.c.held_id == held_id))

    @asynccontextmanager
    async def lease(
        self, thread_id: str, *, new: NewThread | None = None, to_forget: bool = False
    ) -> AsyncIterator[Thread]:
        """Be the only runner of this thread, in any process, until the block ends. The thread, as it is then.

        `new`: it is registered first, if it does not exist. `to_forget`: what the steps engine has run, and nobody goes on
        with, is leased too.

        A holder that dies frees the lease: at once when it ran on this machine, after `lease_s` when on another.
        A holder that cannot renew the lease is cancelled: another process may run the thread by then.
        Raises UnknownThread, InvalidInput, OtherEngine, and ThreadBusy, also for a lease that was lost.
        """
        owner = new_owner()
        thread = await self._take(thread_id, new, owner, {self.engine, "steps"} if to_forget else {self.engine})
        lease = self._leases[thread_id] = _Lease(thread_id, owner, says_running=thread["status"] == "running")
        holder = asyncio.current_task()
        keeper = asyncio.create_task(self._keep(thread_id, owner, holder))
        try:
            yield thread
        except asyncio.CancelledError:
            if not (holder and keeper.done()):
                raise
            holder.uncancel()
            raise ThreadBusy(
                f"This process lost its hold on thread {thread_id}, and stopped: another one may be working on it. "
                f"`switchboard show {thread_id}` tells where it stands."
            ) from None
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            if self._leases.get(thread_id) is lease:
                del self._leases[thread_id]
            try:
                await self._release(lease)
            except DependencyDown:
                if lease.note:  # the lease alone ends by itself
                    raise

    async def _take(self, thread_id: str, new: NewThread | None, owner: str, engines: Collection[str]) -> Thread:
        async def taken(connection: AsyncConnection) -> Thread:
            if new:
                found_by = _found_by(new.get("about") or {})
                known = {"graph": new["graph"], "name": new.get("name"), "status": "running", **found_by}
                await self._register(connection, thread_id, known)
            row = (await connection.execute(THIS.found, {"this_thread": thread_id})).mappings().first()
            if row is None:
                raise unknown(thread_id)
            if row["engine"] not in engines:
                raise _elsewhere(row["name"] or thread_id, row["engine"])
            if row["lease_owner"] and self._alive(row):
                raise ThreadBusy(
                    f"Another process ({row['lease_owner'].rpartition('/')[0]}) is working on this thread. "
                    "Wait for it to finish, then try again."
                )
            held = self._held_by(owner)
            await connection.execute(THIS.changed, {"this_thread": thread_id, **held})
            return self._thread({**row, **held})

        return await self._database.write(taken)

    async def _keep(self, thread_id: str, owner: str, holder: "asyncio.Task[Any] | None") -> None:
        """Renew the lease until cancelled; cancel the holder when it is lost, or could not be renewed in time."""
        loop = asyncio.get_running_loop()
        renewed_at = loop.time()
        while True:
            await asyncio.sleep(self._lease_s / 3)
            asked_at = loop.time()
            try:
                if not await self._renew(thread_id, owner):
                    break
                renewed_at = asked_at
            except DependencyDown:  # it may be back before the time is up
                if loop.time() - renewed_at >= self._lease_s:
                    break
        if holder:
            holder.cancel("the lease was lost")

    async def _renew(self, thread_id: str, owner: str) -> bool:
        mine = {"this_thread": thread_id, "this_owner": owner}
        return bool(await self._database.execute(MINE.changed, {**mine, **self._held_by(owner)}))

    async def _release(self, lease: "_Lease") -> None:
        async def released(connection: AsyncConnection) -> None:
            if lease.note:
                await self._change(connection, MINE, lease.rows, {**lease.note, **FREE})
            else:
                await connection.execute(MINE.changed, {**lease.rows, **FREE})

        await self._database.write(released)

    async def _write_note(self, connection: AsyncConnection, lease: "_Lease") -> None:
        if lease.note:
            await self._change(connection, MINE, lease.rows, lease.note)

    def _held_by(self, owner: str) -> dict[str, str]:
        return {"lease_owner": owner, "lease_until": iso(self._clock.now() + timedelta(seconds=self._lease_s))}


@dataclass
class _Lease:
    """A thread that this process runs, and what is to be written down about it when the lease ends."""

    thread_id: str
    owner: str
    says_running: bool
    note: dict[str, Any] | None = None

    @property
    def rows(self) -> dict[str, str]:
        return {"this_thread": self.thread_id, "this_owner": self.owner}


def _elsewhere(called: str, engine: EngineName) -> OtherEngine:
    return OtherEngine(f"Thread {called} {ELSEWHERE[engine]}", engine)


def _found_by(values: Mapping[str, Any]) -> dict[str, str]:
    """What is not known yet keeps what was known."""
    order_id, email = str(values.get("order_id") or ""), str(values.get("email") or "")
    found = {"order_id": order_id, "customer": email.strip().lower()}
    return {name: value for name, value in found.items() if value}
