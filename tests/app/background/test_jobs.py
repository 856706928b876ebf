"""What a server keeps going, job by job: two of them on one home do nothing twice, and an error of one thread ends nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, cast

import pytest
from sqlalchemy import update

from app.background.jobs import PAUSES, Jobs
from app.background.loop import jobs_of, keeping_going
from app.clients.database.database import Database
from app.clients.database.owners import owner
from app.clients.database.schema import threads
from app.clients.webhooks.receivers import Receivers
from app.composition import open_runner
from app.engines.contract import Unwatched
from app.engines.langgraph.runner import Runner
from app.records.journal import Entry
from app.settings import Settings
from nodes.ports import install
from nodes.ports.approvals import Approval
from nodes.ports.errors import ThreadBusy
from tests.app.engines.test_runner import LARGE, SMALL
from tests.contracts.conftest import Watch
from tests.processes import begin, end
from tests.recovery.crashing import refund_and_die

KILLED = -9


class Server:
    """A process that keeps things going, with its own connections."""

    def __init__(self, runner: Runner, database: Database) -> None:
        self.runner = runner
        self.jobs: Jobs = jobs_of(runner, database)

    async def work(self) -> None:
        """Every job, once; until all that it has begun is over."""
        for job in (self.jobs.expire, self.jobs.finish_decided, self.jobs.recover, self.jobs.notice, self.jobs.tell):
            await job()
            await self.jobs.settled()


@pytest.fixture
async def opened(home: Settings, clock: Watch) -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


class RunEnd(Unwatched):
    def __init__(self) -> None:
        self.seen = asyncio.Event()

    def step(self, entry: Entry) -> None:
        if entry["event"] == "run_end":
            self.seen.set()


async def server(opened: AsyncExitStack, settings: Settings, clock: Watch) -> Server:
    runner = await opened.enter_async_context(open_runner(settings, clock=clock, signals=False))
    database = Database(settings.business_url)
    opened.push_async_callback(database.aclose)
    return Server(runner, database)


async def refunds(runner: Runner, order_id: str) -> list[int]:
    order = await runner.services.orders.find(order_id)
    assert order
    return [refund["amount_cents"] for refund in order["refunds"]]


async def asked(runner: Runner) -> Approval:
    approval = (await runner.start("refund", LARGE, thread="job"))["approval"]
    assert approval
    return approval


async def record_approval(runner: Runner, record: Approval) -> None:
    """As a command does that leaves the rest to a server."""
    await runner.services.approvals.decide(
        record["approval_id"],
        decision_id="d1",
        args_digest=record["args_digest"],
        verdict="approved",
        granted=record["args"],
        by="Mia",
        reason="",
    )


async def die(runner: Runner, thread_id: str, *, lease: bool = True) -> None:
    """Make the register say what a killed process leaves behind."""
    host, _, told = owner().rsplit("/", 2)
    left = {"lease_owner": f"{host}/999999999/{told}", "lease_until": "9999"} if lease else {}
    dead = update(threads).where(threads.c.thread_id == thread_id)
    await runner.threads._database.execute(dead.values(status="running", **left))


async def test_a_deadline_is_kept_by_two_servers_once(opened: AsyncExitStack, home: Settings, clock: Watch) -> None:
    one, two = await server(opened, home, clock), await server(opened, home, clock)
    record = await asked(one.runner)
    clock.advance(seconds=299)
    await asyncio.gather(one.work(), two.work())
    assert (await one.runner.show("job"))["status"] == "waiting"
    clock.advance(seconds=2)
    await asyncio.gather(one.work(), two.work())
    result = await one.runner.show("job")
    assert (result["status"], result["outcome"]) == ("completed", "expired")
    assert result["approval"]
    assert result["approval"]["approval_id"] == record["approval_id"]
    assert len(await one.runner.services.tickets.list()) == 1
    assert await refunds(one.runner, "12345") == []


async def test_a_decision_that_was_only_recorded_is_carried_out_once(
    opened: AsyncExitStack, home: Settings, clock: Watch
) -> None:
    one, two = await server(opened, home, clock), await server(opened, home, clock)
    await record_approval(one.runner, await asked(one.runner))
    await asyncio.gather(one.work(), two.work())
    assert (await one.runner.show("job"))["outcome"] == "refunded"
    assert await refunds(one.runner, "12345") == [14900]


async def test_what_a_killed_process_had_begun_goes_on_in_a_server(opened: AsyncExitStack, settings: Settings) -> None:
    """A real process, killed right after it has paid; the loop as it runs, and the real clock."""
    values = {**SMALL, "amount_cents": None, "reason": ""}
    ended = RunEnd()
    runner = await opened.enter_async_context(open_runner(settings, signals=False, watcher=ended))
    assert end(begin(refund_and_die, settings.home, "payments", "refund", "after", values)) == KILLED
    database = Database(settings.business_url)
    opened.push_async_callback(database.aclose)
    async with keeping_going(runner, database):
        await ended.seen.wait()
    assert (await runner.show("job"))["outcome"] == "refunded"
    assert await refunds(runner, "12346") == [3950]
    assert len(list(settings.outbox.glob("*.eml"))) == 1


class Hanging:
    """Payments that never answer: whoever calls them is ended before."""

    def __init__(self) -> None:
        self.tries = 0
        self.entered = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        async def hangs(*args: Any, **kwargs: Any) -> Any:
            self.tries += 1
            self.entered.set()
            await asyncio.Event().wait()

        return hangs


async def test_a_run_that_dies_each_time_is_given_up_with_one_ticket(
    opened: AsyncExitStack, home: Settings, clock: Watch
) -> None:
    one, two = await server(opened, home, clock), await server(opened, home, clock)
    paying = Hanging()
    with install(replace(one.runner.services, payments=paying)):
        first = asyncio.create_task(one.runner.start("refund", SMALL, thread="job"))
        await paying.entered.wait()
        first.cancel()
        await asyncio.wait([first])
        thread_id = await one.runner.threads.find("job")
        for number, pause in enumerate(PAUSES):
            await die(one.runner, thread_id)
            paying.entered.clear()
            await asyncio.gather(one.jobs.recover(), two.jobs.recover())
            await paying.entered.wait()
            await asyncio.gather(one.jobs.end(), two.jobs.end())
            assert paying.tries == number + 2, "once for each death, though there are two servers"
            await die(one.runner, thread_id)
            clock.advance(pause / 2)
            await asyncio.gather(one.work(), two.work())
            assert paying.tries == number + 2, "not at once again"
            clock.advance(pause / 2)
        await asyncio.gather(one.work(), two.work())
        assert paying.tries == 1 + len(PAUSES)
    (ticket,) = await one.runner.services.tickets.list()
    assert "switchboard resume job" in ticket["summary"]
    assert (await one.runner.threads.get(thread_id))["status"] == "failed"
    result = await one.runner.resume("job")  # the cause is gone
    assert (result["status"], result["outcome"]) == ("completed", "refunded")
    assert await refunds(one.runner, "12346") == [3950]


async def test_a_thread_that_a_command_is_about_to_lease_is_left_alone(
    opened: AsyncExitStack, home: Settings, clock: Watch
) -> None:
    one = await server(opened, home, clock)
    await one.runner.threads.register("8d3b6c7e-0000-4000-8000-000000000000", graph="refund")
    assert await one.runner.threads.dead_runs() == []
    clock.advance(seconds=home.lease_s + 1)
    await one.work()
    known = await one.runner.threads.get("8d3b6c7e-0000-4000-8000-000000000000")
    assert known["status"] == "failed", "nothing of it was saved, so there is nothing to go on with"
    assert await one.runner.threads.dead_runs() == []


async def test_one_thread_that_cannot_be_read_stops_no_other(
    opened: AsyncExitStack, home: Settings, clock: Watch
) -> None:
    one = await server(opened, home, clock)
    await asked(one.runner)
    broken = await one.runner.start("refund", {"order_id": "12371", "email": "hedy@example.com"}, thread="other")
    this = update(threads).where(threads.c.thread_id == broken["thread_id"])
    await one.runner.threads._database.execute(this.values(graph="no such graph", status="waiting"))
    clock.advance(seconds=301)
    await one.work()
    assert (await one.runner.show("job"))["outcome"] == "expired"


async def test_a_busy_thread_is_left_to_its_holder(opened: AsyncExitStack, home: Settings, clock: Watch) -> None:
    one = await server(opened, home, clock)
    record = await asked(one.runner)
    async with one.runner.threads.lease(record["thread_id"]):
        await record_approval(one.runner, record)
        await one.work()
        assert await refunds(one.runner, "12345") == []
    await one.work()
    assert await refunds(one.runner, "12345") == [14900]


async def test_approvers_are_told_once_in_chats_and_reminded_before_the_deadline(
    opened: AsyncExitStack, home: Settings, clock: Watch
) -> None:
    from apprise.decorators import notify

    told: list[tuple[str, str]] = []

    def hear(body: str, title: str, *args: Any, **kwargs: Any) -> None:
        told.append((title, body))

    for chat in ("swbone", "swbtwo"):
        cast("Any", notify)(on=chat)(hear)
    settings = home.model_copy(
        update={
            "notify": Settings(notify="swbone://a, swbtwo://b").notify,  # type: ignore[arg-type]
            "approval_reminders_s": (120.0, 30.0),
            "base_url": "https://desk.example/",
        }
    )
    one, two = await server(opened, settings, clock), await server(opened, settings, clock)
    record = await asked(one.runner)
    await asyncio.gather(one.work(), two.work())
    await one.work()
    assert [title for title, _ in told] == ["Approval needed: Refund $149.00 for order 12345"] * 2
    assert all(f"https://desk.example/approvals/{record['approval_id']}" in text for _, text in told)
    mails = len(list(home.outbox.glob("*.eml")))
    for seconds in (100, 100, 50, 40):  # of 300: before the first reminder, after it, again, after the second
        clock.advance(seconds=seconds)
        await asyncio.gather(one.work(), two.work())
    assert sum(title.startswith("Still to be decided") for title, _ in told) == 4, "each chat twice"
    assert len(list(home.outbox.glob("*.eml"))) == mails + 2
    clock.advance(seconds=11)
    await one.work()
    assert len(told) == 6
    link = f"https://desk.example/approvals/{record['approval_id']}"
    assert sum(link in file.read_text() for file in home.outbox.glob("*.eml")) == 3


async def test_a_webhook_hears_of_what_commands_have_done(opened: AsyncExitStack, home: Settings, clock: Watch) -> None:
    import httpx

    got: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        got.append(json.loads(request.content)["type"])
        return httpx.Response(200)

    one = await server(opened, home, clock)
    receivers = Receivers(one.runner.threads._database, clock, transport=httpx.MockTransport(answer))
    await receivers.endpoints.add("https://shop.example/hooks")
    served = replace(one.jobs, receivers=receivers)
    record = await asked(one.runner)
    with pytest.raises(ThreadBusy):
        async with one.runner.threads.lease(record["thread_id"]):
            await one.runner.decide("job", {"type": "approve", "by": "Mia"})
    await one.runner.decide("job", {"type": "approve", "by": "Mia"})
    await served.tell()
    await served.settled()
    assert sorted(got) == ["approval.decided", "approval.requested", "thread.completed"]


async def test_pruning_forgets_what_is_over_for_long(opened: AsyncExitStack, home: Settings, clock: Watch) -> None:
    one = await server(opened, home.model_copy(update={"prune_after_days": 30.0}), clock)
    await one.runner.start("refund", SMALL, thread="old")
    waiting = await asked(one.runner)
    clock.advance(days=31)
    await one.jobs.prune()
    assert [thread["thread_id"] for thread in await one.runner.recent()] == [waiting["thread_id"]]
