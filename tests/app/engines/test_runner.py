"""What the runner lets a person do with a thread, and what becomes of a run that goes wrong."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from typing_extensions import TypedDict

import app
from app.composition import open_runner
from app.engines.contract import RunResult
from app.engines.langgraph.runner import RECURSION_LIMIT, Runner
from app.records.threads import Thread, Threads
from app.settings import Settings
from nodes.ports import Services, install
from nodes.ports.clock import iso
from nodes.ports.errors import (
    AlreadyDecided,
    ApprovalExpired,
    EditRefused,
    InvalidInput,
    NotConfigured,
    NothingPending,
    NothingToResume,
    SwitchboardError,
    ThreadBusy,
    ThreadUnfinished,
    UnknownThread,
)
from tests.contracts.conftest import Watch

ADA = "ada@example.com"
SMALL = {"order_id": "12346", "email": ADA}
LARGE = {"order_id": "12345", "email": ADA}
APPROVE = {"type": "approve", "by": "Mia"}
REJECT = {"type": "reject", "message": "worn", "by": "Mia"}


@pytest.fixture
async def runner(home: Settings, clock: Watch) -> AsyncIterator[Runner]:
    async with open_runner(home, clock=clock) as runner:
        yield runner


class Broken:
    """A service of which one method raises, or never answers."""

    def __init__(self, service: Any, method: str, failure: Exception | asyncio.Event) -> None:
        self._service = service
        self._method = method
        self._failure = failure

    def __getattr__(self, name: str) -> Any:
        if name != self._method:
            return getattr(self._service, name)
        return self._fail

    async def _fail(self, *args: Any, **kwargs: Any) -> None:
        if isinstance(self._failure, Exception):
            raise self._failure
        await self._failure.wait()


def broken(services: Services, service: str, method: str, failure: Exception | asyncio.Event) -> Services:
    changed: dict[str, Any] = {service: Broken(getattr(services, service), method, failure)}
    return replace(services, **changed)


async def refunded(runner: Runner, order_id: str) -> list[int]:
    order = await runner.services.orders.find(order_id)
    assert order
    return [refund["amount_cents"] for refund in order["refunds"]]


# -- refusals ---------------------------------------------------------------------------------------------------------


async def nothing(runner: Runner, clock: Watch) -> None:
    """No thread at all."""


async def waiting(runner: Runner, clock: Watch) -> None:
    assert (await runner.start("refund", LARGE, thread="job"))["status"] == "waiting"


async def overdue(runner: Runner, clock: Watch) -> None:
    await waiting(runner, clock)
    clock.advance(timedelta(minutes=5))


async def expired(runner: Runner, clock: Watch) -> None:
    await overdue(runner, clock)
    assert [result["outcome"] for result in await runner.sweep()] == ["expired"]


async def approved(runner: Runner, clock: Watch) -> None:
    await waiting(runner, clock)
    assert (await runner.decide("job", APPROVE))["outcome"] == "refunded"


async def rejected(runner: Runner, clock: Watch) -> None:
    await waiting(runner, clock)
    assert (await runner.decide("job", REJECT))["outcome"] == "rejected"


async def done(runner: Runner, clock: Watch) -> None:
    assert (await runner.start("refund", SMALL, thread="job"))["status"] == "completed"


async def failed(runner: Runner, clock: Watch) -> None:
    with install(broken(runner.services, "orders", "find", NotConfigured("no shop"))), pytest.raises(NotConfigured):
        await runner.start("refund", SMALL, thread="job")


async def talking(runner: Runner, clock: Watch) -> None:
    assert (await runner.say("where is my order?", thread="job"))["status"] == "completed"


State = Callable[[Runner, Watch], Awaitable[None]]
Act = Callable[[Runner], Awaitable[Any]]


def edit(**args: Any) -> Act:
    return lambda runner: runner.decide("job", {"type": "edit", "args": args})


def decide(answer: dict[str, Any]) -> Act:
    return lambda runner: runner.decide("job", answer)


def start(**values: Any) -> Act:
    return lambda runner: runner.start("refund", {**LARGE, **values}, thread="job")


def say(text: str, **about: Any) -> Act:
    return lambda runner: runner.say(text, thread="job", **about)


REFUSALS: list[tuple[State, Act, type[Exception], str]] = [
    (nothing, lambda runner: runner.show("job"), UnknownThread, "switchboard threads"),
    (nothing, lambda runner: runner.resume("job"), UnknownThread, "switchboard threads"),
    (nothing, lambda runner: runner.trace("job"), UnknownThread, "switchboard threads"),
    (nothing, lambda runner: runner.archive.history("job"), UnknownThread, "switchboard threads"),
    (nothing, lambda runner: runner.archive.delete("job"), UnknownThread, "switchboard threads"),
    (nothing, lambda runner: runner.archive.fork("job", "x"), UnknownThread, "switchboard threads"),
    (nothing, decide(APPROVE), UnknownThread, "switchboard threads"),
    (nothing, start(email="nobody"), InvalidInput, "email cannot be 'nobody'"),
    (nothing, start(amount_cents=0), InvalidInput, "amount_cents cannot be '0'"),
    (nothing, start(order_id=""), InvalidInput, "order_id"),
    (nothing, say("hello", email="nobody"), InvalidInput, "email cannot be 'nobody'"),
    # a pending approval is never dropped by new input
    (waiting, start(), ThreadUnfinished, "switchboard approve"),
    (waiting, lambda runner: runner.resume("job"), NothingToResume, "switchboard approve"),
    (waiting, edit(amount="149.01"), EditRefused, "lower"),
    (waiting, edit(amount="-1"), EditRefused, "-1"),
    (waiting, edit(amount="80.00", order_id="12346"), EditRefused, "order id"),
    (waiting, edit(amount="80.00", currency="JPY"), EditRefused, "currency"),
    (waiting, decide({"type": "ignore"}), EditRefused, "still waits"),
    (waiting, decide({"type": "expire"}), EditRefused, "not passed"),
    (waiting, decide({"type": "decided"}), EditRefused, "not a decision"),
    (waiting, decide({}), EditRefused, "not a decision"),
    (waiting, lambda runner: runner.archive.fork("job", "nowhere"), NothingToResume, "switchboard history"),
    (waiting, say("hello"), InvalidInput, "workflow 'refund'"),
    # after the deadline nothing is approved, also not before the sweep has come by
    (overdue, decide(APPROVE), ApprovalExpired, "switchboard sweep"),
    (overdue, decide(REJECT), ApprovalExpired, "switchboard sweep"),
    (overdue, lambda runner: runner.resume("job"), NothingToResume, "switchboard approve"),
    (expired, decide(APPROVE), ApprovalExpired, "tells what became of it"),
    (expired, lambda runner: runner.resume("job"), NothingToResume, "nothing left"),
    (approved, decide(APPROVE), AlreadyDecided, "approved by Mia"),
    (approved, decide(REJECT), AlreadyDecided, "approved by Mia"),
    (rejected, decide(APPROVE), AlreadyDecided, "rejected by Mia"),
    (done, decide(APPROVE), NothingPending, "switchboard pending"),
    (done, lambda runner: runner.resume("job"), NothingToResume, "nothing left"),
    (done, lambda runner: runner.archive.fork("job", "nowhere"), NothingToResume, "switchboard history"),
    (failed, start(), ThreadUnfinished, "switchboard resume"),
    (failed, decide(APPROVE), NothingPending, "switchboard pending"),
    (talking, start(), InvalidInput, "workflow 'support'"),
]


async def seen(runner: Runner) -> list[Any]:
    """All that a person can see of every thread."""
    return [
        (await runner.show(thread["thread_id"]), await runner.archive.history(thread["thread_id"]))
        for thread in await runner.threads.recent()
    ]


@pytest.mark.parametrize(("state", "act", "error", "words"), REFUSALS)
async def test_a_refusal_says_what_to_do_and_changes_nothing(
    runner: Runner, clock: Watch, state: State, act: Act, error: type[Exception], words: str
) -> None:
    await state(runner, clock)
    before, paid = await seen(runner), await refunded(runner, "12345")
    with pytest.raises(error, match=words):
        await act(runner)
    assert await seen(runner) == before
    assert await refunded(runner, "12345") == paid


@pytest.mark.parametrize(
    "act", [start(), decide(APPROVE), lambda runner: runner.resume("job"), lambda runner: runner.archive.delete("job")]
)
async def test_a_thread_that_is_at_work_elsewhere_is_left_alone(runner: Runner, clock: Watch, act: Act) -> None:
    await waiting(runner, clock)
    thread_id = await runner.threads.find("job")
    async with runner.threads.lease(thread_id):
        with pytest.raises(ThreadBusy):
            await act(runner)
    assert (await runner.show("job"))["status"] == "waiting"


NAMED: list[tuple[State, Act]] = [
    (waiting, start()),
    (waiting, lambda runner: runner.resume("job")),
    (done, lambda runner: runner.resume("job")),
    (done, lambda runner: runner.archive.fork("job", "nowhere")),
    (failed, start()),
]


@pytest.mark.parametrize(("state", "act"), NAMED)
async def test_a_refusal_calls_the_thread_by_its_name(runner: Runner, clock: Watch, state: State, act: Act) -> None:
    await state(runner, clock)
    with pytest.raises(SwitchboardError, match=r"Thread job .*`switchboard \w+ job") as refused:
        await act(runner)
    assert await runner.threads.find("job") not in str(refused.value)


# -- a run that goes wrong --------------------------------------------------------------------------------------------


async def test_a_run_that_takes_too_long_is_stopped_and_goes_on_later(home: Settings, clock: Watch) -> None:
    async with open_runner(home.model_copy(update={"run_timeout_s": 2.0}), clock=clock) as hurried:
        with install(broken(hurried.services, "payments", "refund", asyncio.Event())):
            result = await hurried.start("refund", SMALL, thread="job")
    assert (result["status"], result["outcome"]) == ("failed", None)
    assert "longer than 2 s (SWITCHBOARD_RUN_TIMEOUT_S)" in str(result["reply"])
    assert "switchboard resume job" in str(result["reply"])
    async with open_runner(home, clock=clock) as runner:
        assert [thread["status"] for thread in await runner.threads.recent()] == ["failed"]
        assert (await runner.resume("job"))["outcome"] == "refunded"
        assert await refunded(runner, "12346") == [3950]


class Hanging:
    """A service of which one method tells that it was called, and never answers."""

    def __init__(self, service: Any, method: str) -> None:
        self._service = service
        self._method = method
        self.called = asyncio.Event()

    def __getattr__(self, name: str) -> Any:
        if name != self._method:
            return getattr(self._service, name)
        return self._hang

    async def _hang(self, *args: Any, **kwargs: Any) -> None:
        self.called.set()
        await asyncio.Event().wait()


TOPIC = {"topic": "How long do I have to return an item?"}


@asynccontextmanager
async def studying(runner: Runner) -> AsyncIterator["asyncio.Task[RunResult]"]:
    """Research in the middle of its fan-out, where it stays."""
    hanging = Hanging(runner.services.language, "study")
    with install(replace(runner.services, language=cast("Any", hanging))):
        run = asyncio.create_task(runner.start("research", TOPIC, thread="job"))
        called = asyncio.create_task(hanging.called.wait())
        await asyncio.wait([run, called], return_when=asyncio.FIRST_COMPLETED)
        assert called.done(), run.result()
        yield run


@pytest.mark.parametrize("numbers", [[signal.SIGINT] * 2, [signal.SIGTERM] * 2, [signal.SIGINT]])
async def test_a_step_that_hangs_ends_at_the_second_signal_or_a_little_later_and_the_run_goes_on(
    runner: Runner, numbers: list[int]
) -> None:
    async with studying(runner) as run:
        for number in numbers:
            os.kill(os.getpid(), number)
        result = await run
    assert (result["status"], result["outcome"]) == ("failed", None)
    assert str(result["reply"]).startswith("Stopped, as you asked. Nothing is lost: `switchboard resume job`")
    assert run.cancelling() == 0
    assert [thread["status"] for thread in await runner.threads.recent()] == ["failed"]
    assert (await runner.resume("job"))["outcome"] == "report_ready"


async def test_any_other_cancellation_cancels_the_run(runner: Runner) -> None:
    async with studying(runner) as run:
        os.kill(os.getpid(), signal.SIGINT)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    assert (await runner.resume("job"))["outcome"] == "report_ready"


BREAKDOWNS = [
    # a setting or a database that is missing: no ticket, the run waits until that is repaired
    ("orders", "find", SMALL, "refunded"),
    ("payments", "refund", SMALL, "refunded"),
    ("approvals", "ask", LARGE, None),
    ("tickets", "open", {**SMALL, "order_id": "12361"}, "escalated"),
]


@pytest.mark.parametrize(("service", "method", "values", "outcome"), BREAKDOWNS)
async def test_a_missing_setting_stops_the_run_which_goes_on_when_it_is_there(
    runner: Runner, service: str, method: str, values: dict[str, Any], outcome: str | None
) -> None:
    missing = NotConfigured("SWITCHBOARD_SOMETHING is not set.")
    with install(broken(runner.services, service, method, missing)), pytest.raises(NotConfigured, match="SOMETHING"):
        await runner.start("refund", values, thread="job")
    assert (await runner.show("job"))["status"] == "failed"
    assert await runner.services.tickets.list() == []
    assert (await runner.resume("job"))["outcome"] == outcome


async def test_when_nobody_can_be_told_the_run_fails_and_can_be_tried_again(runner: Runner) -> None:
    unforeseen = broken(runner.services, "tickets", "open", RuntimeError("no room for ada@example.com"))
    with install(unforeseen):
        result = await runner.start("refund", {**SMALL, "order_id": "12361"}, thread="job")
    assert result["status"] == "failed"
    assert "No ticket could be opened: no room for <e-mail>" in str(result["reply"])
    assert (await runner.resume("job"))["outcome"] == "escalated"
    assert len(await runner.services.tickets.list()) == 1


async def test_what_nobody_foresaw_is_a_case_for_people(runner: Runner) -> None:
    with install(broken(runner.services, "payments", "refund", ZeroDivisionError("a bug"))):
        result = await runner.start("refund", SMALL)
    assert result["outcome"] == "escalated"
    (ticket,) = await runner.services.tickets.list()
    assert "process_refund" in ticket["reason"]
    assert await refunded(runner, "12346") == []


ROOT = Path(app.__file__).parent.parent
STOPPED_WHILE_ONE_STEP_WAITS = """
import asyncio
from typing import TypedDict
from langgraph.graph import START, StateGraph
from langgraph.types import Send
import app.engines.langgraph.runner

class State(TypedDict, total=False):
    pass

async def main():
    begun = asyncio.Event()

    async def step(state):
        begun.set()
        await asyncio.Event().wait()

    graph = StateGraph(State)
    graph.add_node("step", step)
    graph.add_conditional_edges(START, lambda state: [Send("step", {}) for _ in range(3)], ["step"])
    run = asyncio.create_task(graph.compile().ainvoke({}, {"max_concurrency": 1}))
    await begun.wait()
    run.cancel()
    await asyncio.wait([run])

asyncio.run(main())
"""


def test_a_run_that_is_stopped_while_a_step_waits_its_turn_prints_no_warning() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", STOPPED_WHILE_ONE_STEP_WAITS], check=True, capture_output=True, text=True, cwd=ROOT
    )
    assert (ran.stdout, ran.stderr) == ("", "")


class Rounds(TypedDict, total=False):
    rounds: int


async def go_round(state: Rounds) -> Rounds:
    return {"rounds": state.get("rounds", 0) + 1}


async def explode(state: Rounds) -> Rounds:
    raise ArithmeticError(f"round, asked ada@example.com {state}")


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (go_round, f"more than {RECURSION_LIMIT} steps"),
        (explode, "failed unexpectedly (ArithmeticError: round, asked <e-mail> {})"),
    ],
)
async def test_a_graph_with_a_mistake_ends_in_a_sentence(runner: Runner, step: Any, words: str) -> None:
    g = StateGraph(Rounds)
    g.add_node("step", step)
    g.add_edge(START, "step")
    g.add_edge("step", "step")
    config: RunnableConfig = {"recursion_limit": RECURSION_LIMIT, "configurable": {"thread_id": "mistake"}}
    problem = await runner._stream(g.compile(checkpointer=InMemorySaver()), {}, config, None)
    assert words in str(problem)


# -- messages that come while an approval is pending --------------------------------------------------------------------


def said(result: RunResult) -> list[str]:
    return [message["content"] for message in result["values"]["messages"] if message["type"] == "human"]


async def test_messages_that_come_too_early_are_read_afterwards(runner: Runner) -> None:
    asked = await runner.say("refund order 12345", email=ADA, thread="talk")
    assert asked["status"] == "waiting"
    for text in ("are you there?", "get me a manager"):
        held = await runner.say(text, thread="talk")
        assert held["status"] == "waiting"
        assert held["approval"]
        assert text in [remark["text"] for remark in held["approval"].pop("remarks")]
        assert held["approval"] == asked["approval"]
        assert "$149.00 for order 12345 still waits" in str(held["reply"])
        assert said(held)[-1] == text
    assert [ticket["reason"] for ticket in await runner.services.tickets.list()] == [
        "The customer asks for a human while an approval is pending."
    ]
    assert (await runner.decide("talk", APPROVE))["outcome"] == "refunded"
    after = await runner.say("thanks", thread="talk")
    assert said(after) == ["refund order 12345", "get me a manager", "are you there?", "thanks"]
    assert after["values"]["turn"] == 3, "the ticket took care of the call for a manager"
    assert said(await runner.say("thanks again", thread="talk")) == [*said(after), "thanks again"]


async def test_messages_are_read_once_also_when_the_run_breaks_down(runner: Runner) -> None:
    await runner.say("refund order 12345", email=ADA, thread="talk")
    await runner.say("and where is my order 12346?", thread="talk")
    await runner.decide("talk", APPROVE)
    with (
        install(broken(runner.services, "language", "understand", NotConfigured("no model"))),
        pytest.raises(NotConfigured),
    ):
        await runner.say("please answer", thread="talk")
    await runner.resume("talk")
    assert said(await runner.say("thanks", thread="talk")) == [
        "refund order 12345",
        "and where is my order 12346?",
        "please answer",
        "thanks",
    ]


# -- sweep, fork, delete, prune -----------------------------------------------------------------------------------------


async def test_a_sweep_takes_what_is_overdue_and_not_busy(runner: Runner, clock: Watch) -> None:
    await runner.start("refund", {**LARGE, "amount_cents": 14000}, thread="overdue")
    await runner.start("refund", {**LARGE, "amount_cents": 14100}, thread="busy")
    gone = await runner.start("refund", {**LARGE, "amount_cents": 14200}, thread="gone")
    await runner.archive.delete("gone")
    clock.advance(timedelta(minutes=4))
    await runner.start("refund", {**LARGE, "amount_cents": 14300}, thread="young")
    clock.advance(timedelta(minutes=1))
    async with runner.threads.lease(await runner.threads.find("busy")):
        swept = [(result["name"], result["outcome"]) for result in await runner.sweep()]
        assert swept == [("overdue", "expired"), (None, "expired")]
    assert gone["approval"]
    forgotten = await runner.services.approvals.get(gone["approval"]["approval_id"])
    assert forgotten
    assert forgotten["status"] == "expired"
    assert [result["name"] for result in await runner.sweep()] == ["busy"]
    assert await runner.sweep() == []
    assert [approval["args"]["amount_cents"] for approval in await runner.pending()] == [14300]
    assert len(await runner.services.tickets.list()) == 3
    assert await refunded(runner, "12345") == []


async def fork_where_it_waits(runner: Runner) -> str:
    waits = next(one for one in await runner.archive.history("job") if one["next"] == ["await_approval"])
    return await runner.archive.fork("job", waits["checkpoint_id"])


async def test_a_fork_of_a_decided_thread_takes_the_same_decision_and_pays_nothing_twice(
    runner: Runner, clock: Watch
) -> None:
    await waiting(runner, clock)
    fork = await fork_where_it_waits(runner)
    assert (await runner.resume(fork))["status"] == "waiting"
    assert (await runner.decide("job", {"type": "edit", "args": {"amount": "80.00"}}))["outcome"] == "refunded"
    with pytest.raises(AlreadyDecided):
        await runner.decide(fork, REJECT)
    result = await runner.resume(fork)
    assert (result["outcome"], result["values"]["refunded_cents"]) == ("refunded", 8000)
    assert await refunded(runner, "12345") == [8000]


async def test_a_fork_of_an_expired_thread_expires(runner: Runner, clock: Watch) -> None:
    await waiting(runner, clock)
    fork = await fork_where_it_waits(runner)
    await runner.resume(fork)
    clock.advance(timedelta(minutes=5))
    await runner.sweep()
    assert (await runner.resume(fork))["outcome"] == "expired"
    assert await refunded(runner, "12345") == []


async def test_a_fork_leaves_its_origin_as_it_was(runner: Runner, clock: Watch) -> None:
    await approved(runner, clock)
    before = await runner.show("job")
    first = (await runner.archive.history("job"))[-1]
    fork = await runner.archive.fork("job", first["checkpoint_id"])
    forked = await runner.show(fork)
    assert (forked["status"], forked["graph"], forked["name"]) == ("failed", "refund", None)
    assert fork != before["thread_id"]
    result = await runner.resume(fork)
    assert result["outcome"] == "refunded"  # by its origin: the fork finds that receipt
    assert await runner.show("job") == before
    assert await refunded(runner, "12345") == [14900]


async def test_a_fork_keeps_the_texts_that_its_origin_has_read(runner: Runner) -> None:
    await runner.start("research", TOPIC, thread="job")
    chosen = next(one for one in await runner.archive.history("job") if one["next"] == ["write_report"])
    fork = await runner.archive.fork("job", chosen["checkpoint_id"])
    await runner.archive.delete("job")
    assert (await runner.resume(fork))["outcome"] == "report_ready"


async def test_a_deleted_thread_leaves_only_the_books(runner: Runner, clock: Watch) -> None:
    await approved(runner, clock)
    thread_id = await runner.archive.delete("job")
    assert await runner.threads.recent() == []
    assert await runner.journal.entries(thread_id) == []
    assert await runner.saver.aget_tuple({"configurable": {"thread_id": thread_id}}) is None
    assert await refunded(runner, "12345") == [14900]
    assert await runner.services.approvals.latest(thread_id)
    assert (await runner.start("refund", LARGE, thread="job"))["outcome"] == "declined"


async def test_prune_takes_what_is_over_and_old(runner: Runner, clock: Watch) -> None:
    await done(runner, clock)
    await runner.start("refund", LARGE, thread="waiting")
    clock.advance(timedelta(days=31))
    await runner.start("refund", {**SMALL, "order_id": "12350"}, thread="young")
    month = (clock.now() - timedelta(days=30)).isoformat().replace("+00:00", ".000000Z")

    async def names() -> set[str | None]:
        return {thread["name"] for thread in await runner.threads.recent()}

    assert [thread["name"] async for thread in runner.archive.prune(before=month, dry_run=True)] == ["job"]
    assert await names() == {"job", "waiting", "young"}
    size = on_disk(runner)
    assert [thread["name"] async for thread in runner.archive.prune(before=month)] == ["job"]
    assert on_disk(runner) < size
    assert await names() == {"waiting", "young"}
    assert [thread async for thread in runner.archive.prune(before=month)] == []


async def test_prune_leaves_alone_what_is_in_use(runner: Runner, clock: Watch) -> None:
    for name in ("busy", "first", "again", "last"):
        await runner.start("refund", SMALL, thread=name)
    clock.advance(timedelta(days=1))
    before = iso(clock.now())
    seen_before = [thread async for thread in runner.archive.prune(before=before, dry_run=True)]
    await runner.start("refund", SMALL, thread="again")
    archive = replace(runner.archive, threads=cast("Any", SeenBefore(runner.threads, seen_before)))
    async with runner.threads.lease(await runner.threads.find("busy")):
        assert {thread["name"] async for thread in archive.prune(before=before)} == {"first", "last"}
    assert {thread["name"] for thread in await runner.threads.recent()} == {"busy", "again"}


class SeenBefore:
    """The register of threads, whose list of idle ones is out of date."""

    def __init__(self, threads: Threads, idle: list[Thread]) -> None:
        self._threads = threads
        self._idle = idle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._threads, name)

    async def idle_since(self, moment: str) -> AsyncIterator[Thread]:
        for thread in self._idle:
            yield thread


def on_disk(runner: Runner) -> int:
    return sum(file.stat().st_size for file in runner.settings.home.glob("checkpoints.db*"))


# -- looking ------------------------------------------------------------------------------------------------------------


async def test_a_new_run_on_a_finished_thread(runner: Runner, clock: Watch) -> None:
    await done(runner, clock)
    again = await runner.start("refund", SMALL, thread="job")
    assert (again["outcome"], again["name"]) == ("declined", "job")
    assert len(await runner.threads.recent()) == 1


async def test_looking_runs_nothing(runner: Runner, clock: Watch) -> None:
    await waiting(runner, clock)
    entries = await runner.trace("job")
    shown = await runner.show("job")
    assert shown["usage"]["total_tokens"] == 0
    assert (await runner.archive.history("job"))[0]["next"] == ["await_approval"]
    assert await runner.trace("job") == entries
    assert await runner.show("job") == shown


@asynccontextmanager
async def opened(home: Settings, clock: Watch) -> AsyncIterator[tuple[Runner, Runner]]:
    async with open_runner(home, clock=clock) as one, open_runner(home, clock=clock) as other:
        yield one, other


async def test_what_one_runner_starts_another_decides(home: Settings, clock: Watch) -> None:
    async with opened(home, clock) as (one, other):
        await waiting(one, clock)
        assert (await other.decide("job", APPROVE))["outcome"] == "refunded"
        assert (await one.show("job"))["outcome"] == "refunded"
