"""The register: what a thread is called, who runs it now, and what is kept for it. On every database."""

import asyncio
import os
import signal
import socket
import uuid
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from app.clients.database.connection import AsyncConnection, Body
from app.clients.database.database import Database
from app.clients.database.schema import threads
from app.records.threads import PAGE, Status, Threads, named
from app.system_clock import SystemClock
from nodes.ports.clock import iso
from nodes.ports.errors import AmbiguousThread, DependencyDown, InvalidInput, ThreadBusy, UnknownThread
from tests.contracts.conftest import NOW, Watch
from tests.processes import CONTEXT, begin
from tests.stored import open_database

A, B, C = (
    "abcd1234-0000-4000-8000-000000000001",
    "abcd5678-0000-4000-8000-000000000002",
    "ffff0000-0000-4000-8000-000000000003",
)
LEASE_S = 30.0
SHORT_S = 0.3
LONG_S = 60.0
"""How long a test waits for what must happen; never reached when all is well."""


@pytest.fixture
def register(database: Database, clock: Watch) -> Threads:
    return Threads(database, clock, lease_s=LEASE_S)


@pytest.fixture
async def filled(register: Threads) -> Threads:
    for thread_id in (A, B, C):
        await register.register(thread_id, graph="refund")
    for name in ("conv-123", "50%_off", "abcd"):
        await register.register(named(name), graph="support", name=name)
    return register


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "thread_id"),
    [
        (A, A),
        (A.upper(), A),
        (A.replace("-", ""), A),
        ("abcd1", A),
        ("ABCD5678-0", B),
        ("ffff", C),
        ("conv-123", named("conv-123")),
        ("50%_off", named("50%_off")),
        ("abcd", named("abcd")),  # a name goes before the two ids that it also begins
    ],
)
async def test_a_thread_is_found_by_id_beginning_and_name(filled: Threads, reference: str, thread_id: str) -> None:
    assert await filled.find(reference) == thread_id


@pytest.mark.parametrize(
    "reference",
    [
        "fff",  # too short to be a beginning
        "",
        "%",
        "%%%%",
        "____",
        "ffff%",
        "ffff____",
        "f_ff",
        "ff%00",
        "f_f_f_f_",  # without its underscores it would be the beginning of an id
        "ffff\\",
        "ffff/",
        "50%",
        "50X_off",
        "50%%off",
        "Conv-123",  # names are taken as they are
        " conv-123",
        "' OR 1=1 --",
        str(uuid.UUID(int=5)),
    ],
)
async def test_what_fits_no_thread_finds_none(filled: Threads, reference: str) -> None:
    with pytest.raises(UnknownThread, match="switchboard threads"):
        await filled.find(reference)


async def test_a_beginning_of_two_ids_is_ambiguous(register: Threads) -> None:
    for thread_id in (A, B):
        await register.register(thread_id, graph="refund")
    with pytest.raises(AmbiguousThread, match="fits 2 threads"):
        await register.find("abcd")


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (A, (A, None)),
        ("abcd1234", (A, None)),
        ("conv-123", (named("conv-123"), None)),
        ("conv-124", (named("conv-124"), "conv-124")),
        ("ffff____", (named("ffff____"), "ffff____")),
        ("%%%%%%%%", (named("%%%%%%%%"), "%%%%%%%%")),
        # a customer number must not lead into the thread of somebody whose id happens to begin with it
        ("ffff000", (named("ffff000"), "ffff000")),
        ("{0A3F1B2C-0000-4000-8000-000000000009}", ("0a3f1b2c-0000-4000-8000-000000000009", None)),
    ],
)
async def test_a_run_goes_on_with_what_is_there_and_begins_what_is_not(
    filled: Threads, reference: str, expected: tuple[str, str | None]
) -> None:
    assert await filled.identify(reference) == expected


async def test_without_a_reference_every_thread_is_new(register: Threads) -> None:
    (first, _), (second, name) = await register.identify(None), await register.identify(None)
    assert uuid.UUID(first).version == 4
    assert first != second
    assert name is None


async def test_a_thread_belongs_to_one_graph_and_keeps_its_beginning(register: Threads, clock: Watch) -> None:
    await register.register(A, graph="refund", name="mine")
    clock.advance(timedelta(hours=1))
    await register.register(A, graph="refund", name="other")
    with pytest.raises(InvalidInput, match="refund"):
        await register.register(A, graph="support")
    thread = await register.get(A)
    assert (thread["graph"], thread["name"], thread["created_at"]) == ("refund", "mine", iso(NOW))


# -- where a thread stands --------------------------------------------------------------------------------------------


async def test_the_latest_come_first_and_can_be_chosen(filled: Threads, clock: Watch) -> None:
    stands: list[tuple[str, Status, str | None]] = [
        (C, "waiting", None),
        (A, "completed", "refunded"),
        (B, "failed", None),
    ]
    for thread_id, status, outcome in stands:
        clock.advance(timedelta(minutes=1))
        await filled.note(thread_id, status=status, outcome=outcome)

    async def ids(**choice: Any) -> list[str]:
        return [thread["thread_id"] for thread in await filled.recent(**choice)]

    assert await ids(graph="refund") == [B, A, C]
    assert await ids(status="waiting") == [C]
    assert await ids(graph="refund", limit=2) == [B, A]
    assert await ids(graph="refund", status="completed", limit=1) == [A]
    assert await ids(graph="answer") == []
    assert (await filled.get(A))["outcome"] == "refunded"


async def test_threads_are_found_by_order_customer_outcome_and_time(filled: Threads, clock: Watch) -> None:
    about = {A: {"order_id": "1", "email": "Ada@Example.com "}, B: {"order_id": "2", "email": "ada@example.com"}, C: {}}
    for thread_id, values in about.items():
        clock.advance(timedelta(minutes=1))
        await filled.note(thread_id, status="completed", outcome=f"o-{values.get('order_id')}", about=values)
    await filled.note(B, status="completed", outcome="o-2", about={"order_id": "", "email": None})

    async def ids(**choice: Any) -> list[str]:
        return [thread["thread_id"] for thread in await filled.recent(**choice)]

    assert await ids(order_id="1") == [A]
    assert set(await ids(email="ADA@example.com")) == {A, B}
    assert await ids(email="ada@example.com", outcome="o-2") == [B]
    assert await ids(until=iso(NOW + timedelta(minutes=1)), outcome="o-1") == [A]
    assert await ids(until=iso(NOW + timedelta(minutes=1)), outcome="o-2") == []
    assert set(await ids(since=iso(NOW + timedelta(minutes=2)))) == {B, C}
    assert [(one["order_id"], one["email"]) for one in await filled.recent(order_id="2")] == [("2", "ada@example.com")]


async def test_a_short_id_is_the_beginning_that_no_other_thread_has(register: Threads) -> None:
    alike = [f"aaaaaaaa-aaaa-4aaa-8aaa-00000000000{digit}" for digit in (1, 2)]
    for thread_id in (*alike, A):
        await register.register(thread_id, graph="refund")
    short = await register.short_ids([*alike, A])
    assert short == {alike[0]: alike[0], alike[1]: alike[1], A: A[:8]}
    assert {await register.find(one) for one in short.values()} == {*alike, A}


async def test_a_thread_that_runs_without_a_runner_has_failed(register: Threads, clock: Watch) -> None:
    await register.register(A, graph="refund")
    assert (await register.get(A))["status"] == "failed"
    async with register.lease(A):
        assert (await register.get(A))["status"] == "running"
        assert [thread["status"] for thread in await register.recent(status="running")] == ["running"]
    assert (await register.get(A))["status"] == "failed"
    assert await register.recent(status="running") == []


async def test_threads_are_sorted_by_any_field(filled: Threads, clock: Watch) -> None:
    about: dict[str, tuple[Status, dict[str, str]]] = {
        A: ("completed", {"order_id": "2"}),
        B: ("failed", {"order_id": "10"}),
        C: ("running", {}),
    }
    for thread_id, (status, values) in about.items():
        clock.advance(timedelta(minutes=1))
        await filled.note(thread_id, status=status, about=values)

    async def ids(**choice: Any) -> list[str]:
        found = [thread["thread_id"] for thread in await filled.recent(**choice)]
        return [one for one in found if one in about]

    assert await ids() == [C, B, A]
    assert await ids(sort="updated_at") == [A, B, C]
    assert await ids(sort="order_id") == [C, B, A]
    assert await ids(sort="-order_id") == [A, B, C]
    assert await ids(sort="email") == [C, B, A]
    assert await ids(status="failed") == [C, B]
    assert await ids(status="failed", limit=1) == [C]
    assert await ids(status="failed", sort="-order_id") == [B, C]
    assert await ids(status="running") == []
    async with filled.lease(C):
        assert await ids(status="failed") == [B]
        assert await ids(status="running") == [C]


async def many(database: Database, number: int) -> None:
    """So many threads that are over, all of one customer, of the minutes after NOW."""
    made = {"graph": "support", "status": "completed", "customer": "ada@example.com", "created_at": iso(NOW)}
    rows = [
        {**made, "thread_id": named(str(one)), "order_id": str(one), "updated_at": iso(NOW + timedelta(minutes=one))}
        for one in range(number)
    ]
    await database.execute(insert(threads), rows)


async def test_idle_threads_are_read_page_by_page_while_they_are_deleted(database: Database, register: Threads) -> None:
    await many(database, 2 * PAGE + 1)
    moment = iso(NOW + timedelta(minutes=2 * PAGE))
    seen = []
    async for thread in register.idle_since(moment):
        seen.append(thread["order_id"])
        await register.delete(thread["thread_id"])
    assert seen == [str(one) for one in range(2 * PAGE)]
    assert [thread["order_id"] for thread in await register.recent()] == [str(2 * PAGE)]


async def test_any_number_of_threads_has_short_ids(database: Database, register: Threads) -> None:
    await many(database, PAGE + 1)
    ids = [named(str(one)) for one in range(PAGE + 1)]
    assert set(await register.short_ids(ids)) == set(ids) == {one["thread_id"] for one in await register.some(ids)}


async def test_a_page_of_a_long_list_costs_what_it_costs_of_a_short_one(tmp_path: Path, clock: Watch) -> None:
    """Counted in instructions of SQLite's machine, which no other program slows down."""

    async def instructions(number: int, **wanted: Any) -> int:
        async with open_database(f"sqlite:///{tmp_path / f'{number}.db'}") as database:
            register, count = Threads(database, clock, lease_s=LEASE_S), 0
            if not await register.recent(limit=1):
                await many(database, number)

            def counted() -> int:
                nonlocal count
                count += 1
                return 0

            async def count_from_now_on(connection: AsyncConnection) -> None:
                driver: Any = await connection.run_sync(lambda opened: opened.connection.driver_connection)
                driver.set_progress_handler(counted, 1)

            await database.ask(count_from_now_on)  # the only connection: the register gets the same
            assert await register.recent(**wanted)
            await register.abandoned()
            await register.short_ids([named("1")])
            return count

    choices: list[dict[str, Any]] = [
        {},
        {"email": "ada@example.com"},
        {"order_id": "1"},
        {"graph": "support"},
        {"status": "completed"},
    ]
    for choice in choices:
        few, lots = [await instructions(number, limit=21, **choice) for number in (30, 3_000)]
        assert 0 < lots <= 2 * few, choice


async def test_only_what_is_over_and_old_may_be_pruned(register: Threads, clock: Watch) -> None:
    table: list[tuple[Status, bool]] = [("completed", True), ("failed", True), ("waiting", False), ("running", True)]
    for status, _ in table:
        await register.register(named(status), graph="refund", name=status)
        await register.note(named(status), status=status)
    clock.advance(timedelta(days=1))
    await register.register(named("young"), graph="refund", name="young")
    await register.note(named("young"), status="completed")

    async def old(moment: datetime) -> set[str | None]:
        return {thread["name"] async for thread in register.idle_since(iso(moment))}

    assert await old(clock.now()) == {name for name, over in table if over}
    assert await old(NOW) == set()
    async with register.lease(named("running")):
        await register.note(named("running"), status="running")
        assert "running" not in await old(clock.now() + timedelta(days=1))


async def test_an_unknown_thread(register: Threads) -> None:
    with pytest.raises(UnknownThread):
        await register.get(A)
    await register.delete(A)
    await register.note(A, status="failed")
    assert await register.recent() == []


# -- messages that have to wait ---------------------------------------------------------------------------------------


async def test_messages_are_kept_in_order_until_they_are_released(filled: Threads) -> None:
    for thread_id, text in ((A, "one"), (B, "elsewhere"), (A, "two"), (A, "one")):
        await filled.hold(thread_id, text)
    held = await filled.held(A)
    assert list(held.values()) == ["one", "two", "one"]
    assert await filled.held(A) == held
    first, *others = held
    await filled.release(first)
    assert list(await filled.held(A)) == others
    assert list((await filled.held(B)).values()) == ["elsewhere"]


async def test_an_id_of_a_message_is_never_given_again(filled: Threads, clock: Watch) -> None:
    seen: set[str] = set()
    for text in ("one", "two", "three"):
        await filled.hold(A, text)
        seen |= set(await filled.held(A))
        for known_as in await filled.held(A):
            await filled.release(known_as)
        clock.advance(timedelta(seconds=1))
    assert len(seen) == 3


async def test_a_deleted_thread_takes_its_messages_along(filled: Threads) -> None:
    await filled.hold(A, "one")
    await filled.delete(A)
    with pytest.raises(UnknownThread):
        await filled.find(A)
    await filled.register(A, graph="refund")
    assert await filled.held(A) == {}


# -- the lease --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lease:
    owner: str | None
    until: str | None


async def lease_of(database: Database, thread_id: str = A) -> Lease:
    query = select(threads.c.lease_owner, threads.c.lease_until).where(threads.c.thread_id == thread_id)
    return Lease(*(await database.fetch(query))[0].values())


async def give_to(database: Database, owner: str, until: datetime) -> None:
    """As another process writes it."""
    changed = {"lease_owner": owner, "lease_until": iso(until)}
    await database.execute(update(threads).where(threads.c.thread_id == A).values(changed))


async def takes(register: Threads) -> bool:
    try:
        async with register.lease(A):
            return True
    except ThreadBusy:
        return False


async def test_one_runner_at_a_time(filled: Threads, database: Database) -> None:
    async with filled.lease(A):
        assert not await takes(filled)
        async with filled.lease(B):  # another thread is nobody's business
            assert (await lease_of(database, B)).owner
    assert await lease_of(database) == Lease(None, None)
    assert await takes(filled)


async def test_of_tasks_that_want_it_at_once_one_gets_it(filled: Threads) -> None:
    everybody_tried, tried = asyncio.Event(), 0

    async def want() -> bool:
        nonlocal tried
        try:
            async with filled.lease(A):
                tried += 1
                await asyncio.wait_for(everybody_tried.wait(), LONG_S)
                return True
        except ThreadBusy:
            tried += 1
            return False
        finally:
            if tried == 6:
                everybody_tried.set()

    assert sum(await asyncio.gather(*(want() for _ in range(6)))) == 1


async def test_where_a_run_ended_is_written_with_the_end_of_its_lease(filled: Threads, database: Database) -> None:
    async with filled.lease(A) as thread:
        assert (thread["thread_id"], thread["status"]) == (A, "running")
        await filled.note(A, status="completed", outcome="refunded")
        await filled.note(A, status="running")  # another message, under the same lease
        assert (await filled.get(A))["status"] == "running"
        await filled.note(A, status="waiting")
    assert (await lease_of(database)).owner is None
    assert ((await filled.get(A))["status"], (await filled.get(A))["outcome"]) == ("waiting", None)


async def test_who_has_lost_the_lease_notes_nothing(filled: Threads, database: Database) -> None:
    async with filled.lease(A):
        await filled.note(A, status="completed", outcome="refunded")
        await database.execute(update(threads).where(threads.c.thread_id == A).values(lease_owner="elsewhere/1/x"))
    assert (await lease_of(database)).owner == "elsewhere/1/x"
    assert (await filled.get(A))["outcome"] is None


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyboardInterrupt(), asyncio.CancelledError()])
async def test_an_error_frees_the_lease_and_is_not_changed(
    filled: Threads, database: Database, error: BaseException
) -> None:
    with pytest.raises(type(error)) as met:
        async with filled.lease(A):
            raise error
    assert met.value is error
    assert await lease_of(database) == Lease(None, None)


A_DEAD_PID = 2**22 + 1  # above every limit of Linux

OWNERS = [
    # (who has it, for how many seconds more, is it free?)
    ("elsewhere/1/aa", 1, False),  # nobody can see whether that process lives
    ("elsewhere/1/aa", 0, True),
    ("elsewhere/1/aa", -1, True),
    (f"elsewhere/{A_DEAD_PID}/aa", 1, False),
    (f"{{here}}/{A_DEAD_PID}/aa", 1000, True),  # seen to be dead: its time does not matter
    ("{here}/{me}/aa", 1, False),
    ("{here}/{me}/aa", -1, True),  # alive, and silent for too long
    ("{here}/1/aa", 1, False),  # somebody else's process, which may not be asked
    ("a/host/with/slashes/1/aa", 1, False),
]


@pytest.mark.parametrize(("owner", "seconds", "free"), OWNERS)
async def test_whose_lease_still_counts(
    filled: Threads, database: Database, clock: Watch, owner: str, seconds: int, free: bool
) -> None:
    name = owner.format(here=socket.gethostname(), me=os.getpid())
    await give_to(database, name, clock.now() + timedelta(seconds=seconds))
    assert (await filled.get(A))["status"] == ("failed" if free else "running")
    assert await takes(filled) == free
    clock.advance(timedelta(days=1))
    assert await takes(filled)


async def test_a_refusal_says_who_has_it(filled: Threads, database: Database, clock: Watch) -> None:
    await give_to(database, "elsewhere/77/aa", clock.now() + timedelta(seconds=1))
    with pytest.raises(ThreadBusy, match=r"Another process \(elsewhere/77\)"):
        async with filled.lease(A):
            pass
    assert (await lease_of(database)).owner == "elsewhere/77/aa"


async def hold(url: str, held: Event) -> None:
    """A process that takes the lease and never gives it back."""
    async with open_database(url) as database, Threads(database, SystemClock(), lease_s=3600).lease(A):
        held.set()
        await asyncio.Event().wait()


async def test_a_process_that_is_killed_frees_its_lease_at_once(filled: Threads, shop_url: str, clock: Watch) -> None:
    clock.advance(SystemClock().now() - NOW)
    held = CONTEXT.Event()
    process = begin(hold, shop_url, held)
    assert await asyncio.to_thread(held.wait, LONG_S)
    with pytest.raises(ThreadBusy, match=str(process.pid)):
        async with filled.lease(A):
            pass
    assert process.pid
    os.kill(process.pid, signal.SIGKILL)
    process.join(LONG_S)
    assert await takes(filled)


class Ticking(SystemClock):
    """A clock that tells when it was looked at for the n-th time."""

    def __init__(self, times: int) -> None:
        self._times = times
        self.reached = asyncio.Event()

    def now(self) -> datetime:
        self._times -= 1
        if self._times == 0:
            self.reached.set()
        return super().now()


async def test_a_lease_is_renewed_while_it_is_held(filled: Threads, database: Database) -> None:
    clock = Ticking(4)  # taken, renewed, renewed, and about to be renewed
    short = Threads(database, clock, lease_s=SHORT_S)
    async with short.lease(A):
        taken = await lease_of(database)
        await asyncio.wait_for(clock.reached.wait(), LONG_S)
        renewed = await lease_of(database)
        assert renewed.owner == taken.owner
        assert renewed.until
        assert taken.until
        assert renewed.until > taken.until


async def test_whoever_loses_the_lease_stops(filled: Threads, database: Database) -> None:
    short = Threads(database, SystemClock(), lease_s=SHORT_S)

    async def work() -> None:
        async with short.lease(A):
            await give_to(database, "elsewhere/1/aa", SystemClock().now() + timedelta(hours=1))
            await asyncio.wait_for(asyncio.Event().wait(), LONG_S)

    with pytest.raises(ThreadBusy, match=f"lost its hold on thread {A}"):
        await work()
    assert (await lease_of(database)).owner == "elsewhere/1/aa"
    task = asyncio.current_task()
    assert task
    assert not task.cancelling()


class Unplugged(Database):
    """It does not answer the next few times that somebody wants to write."""

    def __init__(self, database: Database) -> None:
        super().__init__(database.url)
        self.fail = 0.0
        self.failed = asyncio.Event()
        self.answered = asyncio.Event()

    async def write(self, body: Body[Any]) -> Any:
        if self.fail > 0:
            self.fail -= 1
            self.failed.set()
            raise DependencyDown("unplugged")
        answer = await super().write(body)
        if self.failed.is_set():
            self.answered.set()
        return answer


async def test_a_database_that_is_back_in_time_costs_nothing(filled: Threads, database: Database) -> None:
    async with aclosing(Unplugged(database)) as plug, Threads(plug, SystemClock(), lease_s=3.0).lease(A):
        plug.fail = 1
        await asyncio.wait_for(plug.answered.wait(), LONG_S)
    assert await lease_of(database) == Lease(None, None)


async def test_whoever_cannot_renew_the_lease_stops_before_another_may_begin(
    filled: Threads, database: Database
) -> None:
    async def work(plug: Unplugged) -> None:
        async with Threads(plug, SystemClock(), lease_s=SHORT_S).lease(A):
            plug.fail = float("inf")
            await asyncio.wait_for(asyncio.Event().wait(), LONG_S)

    async with aclosing(Unplugged(database)) as plug:
        with pytest.raises(ThreadBusy, match="lost its hold"):
            await work(plug)
        assert plug.failed.is_set()


async def test_who_is_cancelled_while_holding_a_lease_is_just_cancelled(filled: Threads, database: Database) -> None:
    held = asyncio.Event()

    async def work() -> None:
        async with filled.lease(A):
            held.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.wait_for(held.wait(), LONG_S)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await lease_of(database) == Lease(None, None)
