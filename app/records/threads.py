"""The register of threads, and the lease that lets one process at a time run a thread.

LangGraph's saver knows checkpoints, not threads; and nothing in it stops two processes from resuming one thread at once.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, Required, cast

from sqlalchemy import ColumnElement, RowMapping, Select, delete, exists, func, insert, or_, select, tuple_, update
from typing_extensions import TypedDict, Unpack

from app.clients.database.database import Database
from app.clients.database.schema import approvals, held_messages, provider_refunds, threads, tickets
from app.clients.database.sqlite_connection import AsyncConnection
from app.clients.database.text_cipher import TextCipher
from app.clients.webhooks.webhook_events import thread_event
from app.records.owners import died_here
from app.records.owners import owner as new_owner
from app.records.people import acting
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import AmbiguousThread, DependencyDown, InvalidInput, OtherEngine, ThreadBusy, UnknownThread

NAMES = uuid.UUID("6f0b2a0e-8d0c-5d5e-9b57-2f1f6f0f7a11")
"""Namespace of the uuid5 that a thread's own name is mapped to."""

LONGEST_SHOWN = 80  # characters of a reference that is unknown
SHORTEST_PREFIX = 4
SHORTEST_PREFIX_TO_GO_ON = 8
"""A new run takes a shorter word for a name: by chance, it might begin the id of somebody else's thread."""
SHORTEST_SHOWN = SHORTEST_PREFIX_TO_GO_ON

PAGE = 500
"""How many threads are asked for at once."""

Status = Literal["completed", "waiting", "failed", "running"]


EngineName = Literal["langgraph", "temporal", "steps"]

ELSEWHERE: dict[EngineName, str] = {
    "langgraph": "runs on the default engine: use `--engine langgraph`.",
    "temporal": "runs on Temporal: use `--engine temporal`.",
    "steps": "ran on the steps engine, which keeps nothing of it: start a new thread.",
}


class Thread(TypedDict):
    thread_id: str
    name: str | None
    graph: str
    engine: EngineName
    status: Status
    outcome: str | None
    order_id: str | None
    email: str | None
    created_at: str
    updated_at: str


class NewThread(TypedDict, total=False):
    """How a thread is registered when it does not exist: the order and the customer are those that `about` names."""

    graph: Required[str]
    name: str | None
    about: Mapping[str, Any]


class Wanted(TypedDict, total=False):
    """Which threads are looked for; `since` and `until` are ISO times of the last activity."""

    status: Status | None
    outcome: str | None
    graph: str | None
    order_id: str | None
    email: str | None
    since: str | None
    until: str | None
    opened_by: str | None
    sort: str | None  # a field of Thread, "-" before it: the other way round; left out: most recently active first
    limit: int | None


class Threads:
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
        self._cipher = cipher or TextCipher()
        self._database = database
        self._clock = clock
        self.engine = engine
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
        if as_id := _uuid(reference):
            return as_id, None
        return named(reference), reference

    async def find(self, reference: str, *, shortest_prefix: int = SHORTEST_PREFIX) -> str:
        """The id of the thread known by this id, name or unique prefix. Raises UnknownThread, AmbiguousThread."""
        try:
            exact = _uuid(reference) or named(reference)
        except UnicodeEncodeError as error:
            raise _unknown(reference) from error
        condition = threads.c.thread_id == exact
        if shortest_prefix <= len(reference) < len(exact):
            condition = or_(condition, threads.c.thread_id.startswith(reference.lower(), autoescape=True))

        async def known(connection: AsyncConnection) -> Sequence[str]:
            return (await connection.scalars(select(threads.c.thread_id).where(condition).limit(10))).all()

        found = await self._database.ask(known)
        if exact in found:
            return exact
        if not found:
            raise _unknown(reference)
        if len(found) > 1:
            raise AmbiguousThread(f"{reference!r} fits {len(found)} threads. Type more of the id.")
        return str(found[0])

    async def get(self, thread_id: str) -> Thread:
        """Raises UnknownThread."""
        found = await self._listed(select(threads).where(threads.c.thread_id == thread_id))
        if not found:
            raise _unknown(thread_id)
        return found[0]

    async def opener(self, thread_id: str) -> str | None:
        """The person whose thread it is: who started it first, if that is known."""

        async def found(connection: AsyncConnection) -> str | None:
            query = select(threads.c.opened_by).where(threads.c.thread_id == thread_id)
            return cast("str | None", await connection.scalar(query))

        return await self._database.ask(found)

    async def here(self, reference: str) -> Thread:
        """The thread known by this reference, if this engine can look at it. Raises as `find`, and OtherEngine."""
        thread = await self.get(await self.find(reference))
        if thread["engine"] not in (self.engine, "steps"):
            raise OtherEngine(f"Thread {called(thread)} {ELSEWHERE[thread['engine']]}")
        return thread

    async def recent(self, **wanted: Unpack[Wanted]) -> list[Thread]:
        """Most recently active first, or sorted by a field."""
        status, sort, limit = wanted.get("status"), wanted.get("sort") or "-updated_at", wanted.get("limit")
        query = select(threads).where(*_conditions(wanted)).order_by(*_order(sort))
        if status not in ("failed", "running"):
            return await self._listed(query.limit(limit))
        queries = [query.where(threads.c.status == "running")]  # or failed: only a look at the process tells
        if status == "failed":
            queries.append(query.where(threads.c.status == "failed").limit(limit))
        return _sorted([one for one in await self._listed(*queries) if one["status"] == status], sort)[:limit]

    async def some(self, thread_ids: Collection[str]) -> list[Thread]:
        """Those of these threads that exist, in no order."""
        pages = _pages(list(thread_ids))
        return [
            one for page in pages for one in await self._listed(select(threads).where(threads.c.thread_id.in_(page)))
        ]

    async def _listed(self, *queries: Select[Any]) -> list[Thread]:
        async def listed(connection: AsyncConnection) -> list[Thread]:
            return [self._thread(row) for query in queries for row in (await connection.execute(query)).mappings()]

        return await self._database.ask(listed)

    async def short_ids(self, thread_ids: Collection[str]) -> dict[str, str]:
        """Of each id the beginning that no other thread's id has."""
        other = threads.alias()
        before = select(func.max(other.c.thread_id)).where(other.c.thread_id < threads.c.thread_id).scalar_subquery()
        after = select(func.min(other.c.thread_id)).where(other.c.thread_id > threads.c.thread_id).scalar_subquery()
        query = select(threads.c.thread_id, before, after)
        async with self._database.read() as connection:
            pages = [query.where(threads.c.thread_id.in_(page)) for page in _pages(list(thread_ids))]
            rows = [row for page in pages for row in (await connection.execute(page)).all()]
        return {own: _beginning(own, [one for one in neighbours if one]) for own, *neighbours in rows}

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

        async def registered(connection: AsyncConnection) -> None:
            await self._register(connection, thread_id, row)

        await self._database.write(registered)

    async def _register(self, connection: AsyncConnection, thread_id: str, row: Mapping[str, Any]) -> None:
        this, by, now = threads.c.thread_id == thread_id, acting.get(), iso(self._clock.now())
        known = await connection.scalar(select(threads.c.graph).where(this))
        if known is None:
            new = {"engine": self.engine, "opened_by": by, "started_by": by, "created_at": now, "updated_at": now}
            await connection.execute(insert(threads).values(thread_id=thread_id, **new, **row))
        elif known != row["graph"]:
            raise InvalidInput(
                f"That thread belongs to the workflow {known!r}, not {row['graph']!r}. Choose another --thread."
            )
        elif by:
            await connection.execute(update(threads).where(this).values(started_by=by))

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
            await self._change(connection, threads.c.thread_id == thread_id, changed)

        await self._database.write(noted)
        if lease:
            lease.note, lease.says_running = None, True

    async def abandoned(self) -> list[Thread]:
        """Threads of this engine that say they are running, and that no living process runs."""
        query = select(threads).where(threads.c.status == "running", threads.c.engine == self.engine)
        return [thread for thread in await self._listed(query) if thread["status"] == "failed"]

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
        return [thread for thread in await self._listed(query) if thread["status"] == "failed"]

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
        return await self._listed(query)

    async def correct(self, thread: Thread, *, status: Status, outcome: str | None) -> None:
        """Write down where the thread stands, unless it has been used again since it was looked at."""
        unchanged = (threads.c.thread_id == thread["thread_id"]) & (threads.c.updated_at == thread["updated_at"])

        async def corrected(connection: AsyncConnection) -> None:
            await self._change(connection, unchanged, {"status": status, "outcome": outcome})

        await self._database.write(corrected)

    async def _change(
        self, connection: AsyncConnection, which: ColumnElement[bool], changed: Mapping[str, Any]
    ) -> None:
        """With the event, when the thread has ended or failed by that."""
        before = (await connection.execute(select(threads).where(which))).mappings().first()
        if before is None:
            return
        await connection.execute(update(threads).where(which).values(changed))
        if (before["status"], before["outcome"]) != (changed["status"], changed["outcome"]):
            now = iso(self._clock.now())
            after = {**before, **changed}
            await thread_event(connection, after, status=after["status"], outcome=after["outcome"], at=now)

    async def delete(self, thread_id: str) -> None:
        async with self._database.begin() as connection:
            await connection.execute(delete(held_messages).where(held_messages.c.thread_id == thread_id))
            await connection.execute(delete(threads).where(threads.c.thread_id == thread_id))

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
            ~_payout_failed(),
        )
        page = await self._listed(first := old.order_by(threads.c.updated_at, threads.c.thread_id).limit(PAGE))
        while page:
            for thread in page:
                if thread["status"] != "running":
                    yield thread
            page = await self._listed(first.where(place > (page[-1]["updated_at"], page[-1]["thread_id"])))

    async def hold(self, thread_id: str, text: str) -> None:
        """Keep a message that came while the thread could not take it."""

        async def held(connection: AsyncConnection) -> None:
            await connection.execute(
                insert(held_messages).values(
                    thread_id=thread_id, text=self._cipher.seal(text), at=iso(self._clock.now())
                )
            )

        await self._database.write(held)

    async def held(self, thread_id: str) -> dict[str, str]:
        """Held messages, oldest first, by an id that each keeps: a graph that has seen one takes it for the same."""
        query = (
            select(held_messages.c.held_id, held_messages.c.at, held_messages.c.text)
            .where(held_messages.c.thread_id == thread_id)
            .order_by(held_messages.c.held_id)
        )

        async def found(connection: AsyncConnection) -> dict[str, str]:
            return {
                f"held-{row.held_id}-{row.at}": self._cipher.open(row.text) for row in await connection.execute(query)
            }

        return await self._database.ask(found)

    async def release(self, known_as: str) -> None:
        """Forget a held message, once the graph has it."""
        held_id = int(known_as.split("-")[1])

        async def released(connection: AsyncConnection) -> None:
            await connection.execute(delete(held_messages).where(held_messages.c.held_id == held_id))

        await self._database.write(released)

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
        query = select(threads).where(threads.c.thread_id == thread_id).with_for_update()

        async def taken(connection: AsyncConnection) -> Thread:
            if new:
                found_by = _found_by(new.get("about") or {})
                known = {"graph": new["graph"], "name": new.get("name"), "status": "running", **found_by}
                await self._register(connection, thread_id, known)
            row = (await connection.execute(query)).mappings().first()
            if row is None:
                raise _unknown(thread_id)
            if row["engine"] not in engines:
                raise OtherEngine(f"Thread {row['name'] or thread_id} {ELSEWHERE[row['engine']]}")
            if row["lease_owner"] and self._alive(row):
                raise ThreadBusy(
                    f"Another process ({row['lease_owner'].rpartition('/')[0]}) is working on this thread. "
                    "Wait for it to finish, then try again."
                )
            taken = await connection.execute(self._held_by(thread_id, owner).returning(threads))
            return self._thread(taken.mappings().one())

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
        mine = self._held_by(thread_id, owner).where(threads.c.lease_owner == owner)

        async def renewed(connection: AsyncConnection) -> bool:
            return bool((await connection.execute(mine)).rowcount)

        return await self._database.write(renewed)

    async def _release(self, lease: "_Lease") -> None:
        async def released(connection: AsyncConnection) -> None:
            await self._write_note(connection, lease)
            await connection.execute(update(threads).where(_mine(lease)).values(lease_owner=None, lease_until=None))

        await self._database.write(released)

    async def _write_note(self, connection: AsyncConnection, lease: "_Lease") -> None:
        if lease.note:
            await self._change(connection, _mine(lease), lease.note)

    def _held_by(self, thread_id: str, owner: str) -> Any:
        until = iso(self._clock.now() + timedelta(seconds=self._lease_s))
        return update(threads).where(threads.c.thread_id == thread_id).values(lease_owner=owner, lease_until=until)

    def _alive(self, row: RowMapping) -> bool:
        return str(row["lease_until"]) > iso(self._clock.now()) and not died_here(str(row["lease_owner"]))

    def _thread(self, row: RowMapping) -> Thread:
        """A thread that says "running" and that nobody runs has crashed: shown as failed."""
        status: Status = row["status"]
        if status == "running" and not (row["lease_owner"] and self._alive(row)):
            status = "failed"
        return Thread(
            thread_id=row["thread_id"],
            name=row["name"],
            graph=row["graph"],
            engine=row["engine"],
            status=status,
            outcome=row["outcome"],
            order_id=row["order_id"],
            email=row["customer"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
        )


@dataclass
class _Lease:
    """A thread that this process runs, and what is to be written down about it when the lease ends."""

    thread_id: str
    owner: str
    says_running: bool
    note: dict[str, Any] | None = None


def _mine(lease: _Lease) -> ColumnElement[bool]:
    return (threads.c.thread_id == lease.thread_id) & (threads.c.lease_owner == lease.owner)


def _payout_failed() -> ColumnElement[bool]:
    """Whether an open ticket asks people to pay a refund of this thread that has failed."""
    return (
        exists()
        .where(
            provider_refunds.c.thread_id == threads.c.thread_id,
            tickets.c.ticket_id == provider_refunds.c.ticket_id,
            tickets.c.status == "open",
        )
        .correlate(threads)
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    status, email, outcome = wanted.get("status"), wanted.get("email"), wanted.get("outcome")
    equal = {
        threads.c.graph: wanted.get("graph"),
        threads.c.outcome: outcome if outcome != "needs_attention" else None,
        threads.c.order_id: wanted.get("order_id"),
        threads.c.opened_by: wanted.get("opened_by"),
        threads.c.customer: email and email.strip().lower(),
        threads.c.status: status if status in ("completed", "waiting") else None,
    }
    found = [column == value for column, value in equal.items() if value]
    if outcome == "needs_attention":
        found.append(or_(threads.c.outcome == outcome, _payout_failed()))
    if since := wanted.get("since"):
        found.append(threads.c.updated_at >= since)
    if until := wanted.get("until"):
        found.append(threads.c.updated_at <= until)
    return found


def _order(sort: str) -> list[ColumnElement[Any]]:
    name = sort.removeprefix("-")
    key = func.coalesce(threads.c["customer" if name == "email" else name], "")
    if name == "updated_at":
        return [threads.c.updated_at.desc() if sort != name else threads.c.updated_at]
    return [key.desc() if sort != name else key, threads.c.updated_at.desc()]


def _sorted(listed: list[Thread], sort: str) -> list[Thread]:
    """As `_order`, of what two queries found."""
    name = sort.removeprefix("-")
    latest = sorted(listed, key=lambda one: one["updated_at"], reverse=True)
    return sorted(latest, key=lambda one: str(one.get(name) or ""), reverse=sort != name)


def _pages(found: list[str]) -> list[list[str]]:
    return [found[start : start + PAGE] for start in range(0, len(found), PAGE)]


def _found_by(values: Mapping[str, Any]) -> dict[str, str]:
    """What is not known yet keeps what was known."""
    order_id, email = str(values.get("order_id") or ""), str(values.get("email") or "")
    found = {"order_id": order_id, "customer": email.strip().lower()}
    return {name: value for name, value in found.items() if value}


def _beginning(own: str, others: Collection[str]) -> str:
    lengths = range(SHORTEST_SHOWN, len(own))
    return next((own[:one] for one in lengths if not any(other.startswith(own[:one]) for other in others)), own)


def called(thread: Thread) -> str:
    """What a person calls the thread by, and can type again."""
    return thread["name"] or thread["thread_id"]


def new_thread_id() -> str:
    return str(uuid.uuid4())


def named(name: str) -> str:
    """The thread id that stands for a name of the user's own."""
    return str(uuid.uuid5(NAMES, name))


def _uuid(text: str) -> str | None:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def _unknown(reference: str) -> UnknownThread:
    return UnknownThread(f"There is no thread {reference[:LONGEST_SHOWN]!r}. `switchboard threads` lists them.")
