"""What a person can do with a thread, on every engine: the same results, refusals and effects."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import uuid4

import pytest

from app.composition import open_runner
from app.engines.contract import Engine, RunResult
from app.settings import Settings
from nodes.ports import Services, install
from nodes.ports.errors import (
    AlreadyDecided,
    ApprovalExpired,
    EditRefused,
    InvalidInput,
    NotConfigured,
    NothingPending,
    NothingToResume,
    ThreadUnfinished,
    UnknownThread,
)
from tests.app.engines.test_runner import broken
from tests.temporal.conftest import filled_shop, on_temporal, stocked, temporal_server
from tests.temporal.working import engine_and_worker

__all__ = ["filled_shop", "on_temporal", "stocked", "temporal_server"]

ADA = "ada@example.com"
SMALL = {"order_id": "12346", "email": ADA}
LARGE = {"order_id": "12345", "email": ADA}
APPROVE = {"type": "approve", "by": "Mia"}
REJECT = {"type": "reject", "message": "worn", "by": "Mia"}

WAIT_S = 300


@pytest.fixture(params=["langgraph", "temporal"])
def shop_home(request: pytest.FixtureRequest) -> Settings:
    """The settings of an engine's home."""
    settings: Settings = request.getfixturevalue("on_temporal" if request.param == "temporal" else "stocked")
    return settings


def opened(settings: Settings) -> AbstractAsyncContextManager[Any]:
    return engine_and_worker(settings) if settings.engine == "temporal" else open_runner(settings)


@pytest.fixture
async def engine(shop_home: Settings) -> AsyncIterator[Engine]:
    async with opened(shop_home) as engine:
        yield engine


@pytest.fixture
def job() -> str:
    """A thread's name that nobody has used."""
    return f"job {uuid4().hex}"


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Ask again until it is so."""
    end = time.monotonic() + WAIT_S
    while not await true():
        assert time.monotonic() < end, "it did not come true"
        await asyncio.sleep(0.05)


def services(engine: Any) -> Services:
    found: Services = engine.services
    return found


async def refunds(engine: Engine, order_id: str) -> list[int]:
    order = await services(engine).orders.find(order_id)
    assert order
    return [refund["amount_cents"] for refund in order["refunds"]]


async def steps(engine: Engine, thread: str) -> list[tuple[str, str | None, int | None]]:
    return [(entry["event"], entry["node"], entry["attempt"]) for entry in await engine.trace(thread)]


def mails(settings: Settings) -> int:
    return len(list(settings.outbox.glob("*.eml")))


def known(result: RunResult) -> tuple[str, str | None]:
    return result["status"], result["outcome"]


# -- refunds ------------------------------------------------------------------------------------------------------------


async def test_a_small_refund_is_paid_at_once(engine: Engine, shop_home: Settings, job: str) -> None:
    result = await engine.start("refund", SMALL, thread=job)
    assert known(result) == ("completed", "refunded")
    assert (result["name"], result["graph"], result["approval"]) == (job, "refund", None)
    assert "We have refunded $39.50 for order 12346" in str(result["reply"])
    assert json.loads(json.dumps(result)) == result == await engine.show(job)
    assert await refunds(engine, "12346") == [3950]
    assert mails(shop_home) == 1
    done = [("start", 1), ("end", 1)]
    nodes = (
        "look_for_approval",
        "verify_identity",
        "check_eligibility",
        "process_refund",
        "send_confirmation",
        "respond",
    )
    walked = [(event, node, attempt) for node in nodes for event, attempt in done]
    assert await steps(engine, job) == [("run_start", None, None), *walked, ("run_end", None, None)]


async def test_a_large_refund_waits_and_is_paid_when_approved(engine: Engine, shop_home: Settings, job: str) -> None:
    asked = await engine.start("refund", LARGE, thread=job)
    assert known(asked) == ("waiting", None)
    assert asked["approval"]
    assert asked["approval"]["args"]["amount_cents"] == 14900
    assert [one["approval_id"] for one in await engine.pending()] == [asked["approval"]["approval_id"]]
    assert await engine.show(job) == asked
    assert [one["name"] for one in await engine.recent(order_id="12345", email=ADA)] == [job]
    assert await refunds(engine, "12345") == []

    paid = await engine.decide(job, APPROVE)
    assert known(paid) == ("completed", "refunded")
    assert paid["approval"]
    assert (paid["approval"]["status"], paid["approval"]["decided_by"]) == ("approved", "Mia")
    assert await engine.show(job) == paid
    assert await engine.pending() == []
    assert await refunds(engine, "12345") == [14900]
    assert mails(shop_home) == 2
    assert [event for event, node, _ in await steps(engine, job) if node in (None, "await_approval")] == [
        *("run_start", "start", "interrupt", "run_end"),
        *("run_resume", "start", "end", "run_end"),
    ]


async def test_less_is_approved(engine: Engine, job: str) -> None:
    await engine.start("refund", LARGE, thread=job)
    for amount, problem in (("149.01", "lower"), ("-1", "-1")):
        with pytest.raises(EditRefused, match=problem):
            await engine.decide(job, {"type": "edit", "args": {"amount": amount}})
    result = await engine.decide(job, {"type": "edit", "args": {"amount": "80.00"}, "by": "Mia"})
    assert (known(result), result["values"]["refunded_cents"]) == (("completed", "refunded"), 8000)
    assert await refunds(engine, "12345") == [8000]


async def test_a_rejection_pays_nothing(engine: Engine, job: str) -> None:
    await engine.start("refund", LARGE, thread=job)
    result = await engine.decide(job, REJECT)
    assert known(result) == ("completed", "rejected")
    assert "worn" in str(result["reply"])
    with pytest.raises(AlreadyDecided, match="rejected by Mia"):
        await engine.decide(job, APPROVE)
    with pytest.raises(NothingToResume, match="nothing left"):
        await engine.resume(job)
    assert await refunds(engine, "12345") == []


async def test_an_approval_expires(shop_home: Settings, job: str) -> None:
    async with opened(shop_home.model_copy(update={"approval_timeout_s": 1.5})) as engine:
        assert known(await engine.start("refund", LARGE, thread=job)) == ("waiting", None)

        async def swept() -> bool:
            await engine.sweep()
            return bool((await engine.show(job))["status"] == "completed")

        await until(swept)
        result = await engine.show(job)
        assert known(result) == ("completed", "expired")
        assert result["approval"]
        assert result["approval"]["status"] == "expired"
        with pytest.raises(ApprovalExpired, match="nothing can be approved after"):
            await engine.decide(job, APPROVE)
        assert len(await engine.tickets(job)) == 1
        assert await engine.sweep() == []
        assert await refunds(engine, "12345") == []


async def test_a_thread_takes_a_next_run_that_knows_of_the_last(engine: Engine, job: str) -> None:
    first = await engine.start("refund", SMALL, thread=job)
    again = await engine.start("refund", {**SMALL, "order_id": "12348", "email": "grace@example.com"}, thread=job)
    assert (known(again), again["thread_id"]) == (("completed", "refunded"), first["thread_id"])
    assert again["values"]["refund_no"] == 2
    assert len(again["values"]["messages"]) == 2
    assert known(await engine.start("refund", SMALL, thread=job)) == ("completed", "declined")
    assert await refunds(engine, "12346") == [3950]
    assert sum(await refunds(engine, "12348")) == 25000


# -- refusals -----------------------------------------------------------------------------------------------------------


async def test_what_cannot_be_done_is_refused(engine: Engine, job: str) -> None:
    for act in (engine.show, engine.trace, engine.resume, engine.tickets, lambda name: engine.decide(name, APPROVE)):
        with pytest.raises(UnknownThread, match="switchboard threads"):
            await act(job)
    with pytest.raises(InvalidInput, match="email cannot be 'nobody'"):
        await engine.start("refund", {**SMALL, "email": "nobody"}, thread=job)
    await engine.start("refund", SMALL, thread=job)
    with pytest.raises(NothingPending, match="switchboard pending"):
        await engine.decide(job, APPROVE)
    with pytest.raises(InvalidInput, match="workflow 'refund'"):
        await engine.say("hello", thread=job)


async def test_a_thread_that_waits_takes_nothing_but_a_decision(engine: Engine, job: str) -> None:
    asked = await engine.start("refund", LARGE, thread=job)
    with pytest.raises(ThreadUnfinished, match="switchboard approve"):
        await engine.start("refund", SMALL, thread=job)
    with pytest.raises(NothingToResume, match="switchboard approve"):
        await engine.resume(job)
    for answer in ({"type": "ignore"}, {"type": "expire"}, {"type": "decided"}, {}):
        with pytest.raises(EditRefused):
            await engine.decide(job, answer)
    assert await engine.show(job) == asked


# -- conversations ------------------------------------------------------------------------------------------------------


def said(result: RunResult) -> list[str]:
    return [message["content"] for message in result["values"]["messages"] if message["type"] == "human"]


async def test_a_conversation_goes_on_turn_by_turn(engine: Engine, job: str) -> None:
    asks = await engine.say("where is my order?", thread=job)
    assert known(asks) == ("completed", "needs_information")
    knows = await engine.say("it is 12349, grace@example.com", thread=job)
    assert known(knows) == ("completed", "resolved")
    assert "12349" in str(knows["reply"])
    assert known(await engine.say("how long may I take to return an item?", thread=job)) == ("completed", "answered")
    human = await engine.say("get me a manager", thread=job)
    assert (known(human), human["values"]["turn"]) == (("completed", "escalated"), 4)
    assert len(await engine.tickets(job)) == 1
    assert [message["type"] for message in human["values"]["messages"]] == ["human", "ai"] * 4


async def test_messages_that_come_too_early_are_read_afterwards(engine: Engine, job: str) -> None:
    asked = await engine.say("refund order 12345", email=ADA, thread=job)
    assert known(asked) == ("waiting", None)
    await engine.say("are you there?", thread=job)
    held = await engine.say("get me a manager", thread=job)
    assert held["approval"]
    remarks = [remark["text"] for remark in held["approval"].pop("remarks")]
    assert sorted(remarks) == ["are you there?", "get me a manager"]
    assert (held["status"], held["approval"]) == ("waiting", asked["approval"])
    assert "$149.00 for order 12345 still waits" in str(held["reply"])
    assert [ticket["reason"] for ticket in await engine.tickets(job)] == [
        "The customer asks for a human while an approval is pending."
    ]
    assert known(await engine.decide(job, APPROVE)) == ("completed", "refunded")
    after = await engine.say("thanks", thread=job)
    assert said(after) == ["refund order 12345", "get me a manager", "are you there?", "thanks"]
    assert after["values"]["turn"] == 3, "the ticket took care of the call for a manager"
    assert said(await engine.say("thanks again", thread=job)) == [*said(after), "thanks again"]


# -- the other workflows ------------------------------------------------------------------------------------------------


async def test_a_question_is_answered_or_not(engine: Engine, job: str) -> None:
    result = await engine.start("answer", {"question": "how long may I take to return an item?"}, thread=job)
    assert known(result) == ("completed", "answered")
    assert result["values"]["citations"]
    assert known(await engine.start("answer", {"question": "who painted the Mona Lisa?"}, thread=job)) == (
        "completed",
        "unanswered",
    )


async def test_a_text_is_written(engine: Engine, job: str) -> None:
    brief = {"brief": "Announce the new return window of 60 days to customers in 30 to 80 words.", "max_words": 80}
    result = await engine.start("writing", brief, thread=job)
    assert result["status"] == "completed"
    assert result["outcome"] in ("accepted", "exhausted")
    assert result["values"]["rounds"]


@pytest.mark.parametrize(("order_id", "outcome"), [("12351", "fulfilled"), ("12352", "compensated")])
async def test_an_order_is_fulfilled_or_all_is_undone(engine: Engine, job: str, order_id: str, outcome: str) -> None:
    result = await engine.start("fulfilment", {"order_id": order_id}, thread=job)
    assert known(result) == ("completed", outcome)
    failing = [(event, node) for event, node, _ in await steps(engine, job) if node == "failure path"]
    assert failing == ([] if outcome == "fulfilled" else [("start", "failure path"), ("end", "failure path")])


async def test_what_could_not_be_undone_is_tried_again(engine: Engine, job: str) -> None:
    stuck = await engine.start("fulfilment", {"order_id": "12369"}, thread=job)
    assert known(stuck) == ("completed", "needs_attention")
    again = await engine.resume(job)
    assert known(again) == ("completed", "needs_attention")
    assert again["values"]["cause"] == stuck["values"]["cause"]
    assert len(await engine.tickets(job)) == 1


# -- runs that go wrong -------------------------------------------------------------------------------------------------


async def test_a_missing_setting_stops_the_run_which_goes_on_when_it_is_there(engine: Engine, job: str) -> None:
    missing = NotConfigured("SWITCHBOARD_SOMETHING is not set.")
    with install(broken(services(engine), "payments", "refund", missing)):
        with pytest.raises(NotConfigured, match="SOMETHING"):
            await engine.start("refund", SMALL, thread=job)
        assert (await engine.show(job))["status"] == "failed"
        with pytest.raises(ThreadUnfinished, match="switchboard resume"):
            await engine.start("refund", SMALL, thread=job)
        with pytest.raises(NothingPending):
            await engine.decide(job, APPROVE)
        with pytest.raises(NotConfigured, match="SOMETHING"):
            await engine.resume(job)
    assert known(await engine.resume(job)) == ("completed", "refunded")
    assert await refunds(engine, "12346") == [3950]
    assert await engine.tickets(job) == []


async def test_what_nobody_foresaw_is_a_case_for_people(engine: Engine, job: str) -> None:
    with install(broken(services(engine), "payments", "refund", ZeroDivisionError("a bug"))):
        result = await engine.start("refund", SMALL, thread=job)
    assert known(result) == ("completed", "escalated")
    assert result["values"]["failure"] == {"node": "process_refund", "kind": "ZeroDivisionError", "message": "a bug"}
    failures = [(node, attempt) for event, node, attempt in await steps(engine, job) if event == "failure"]
    assert failures == [("process_refund", 1)]
    assert await refunds(engine, "12346") == []


async def test_when_nobody_can_be_told_the_run_fails_and_can_be_tried_again(engine: Engine, job: str) -> None:
    with install(broken(services(engine), "tickets", "open", RuntimeError("no room for ada@example.com"))):
        result = await engine.start("refund", {**SMALL, "order_id": "12361"}, thread=job)
    assert result["status"] == "failed"
    assert "No ticket could be opened: no room for <e-mail>" in str(result["reply"])
    assert known(await engine.resume(job)) == ("completed", "escalated")
    assert len(await engine.tickets(job)) == 1


async def test_a_run_that_takes_too_long_is_stopped_and_goes_on_later(shop_home: Settings, job: str) -> None:
    async with opened(shop_home.model_copy(update={"run_timeout_s": 2.0})) as engine:
        with install(broken(services(engine), "payments", "refund", asyncio.Event())):
            result = await engine.start("refund", SMALL, thread=job)
        assert known(result) == ("failed", None)
        assert "longer than 2 s (SWITCHBOARD_RUN_TIMEOUT_S)" in str(result["reply"])
        assert known(await engine.resume(job)) == ("completed", "refunded")
        assert await refunds(engine, "12346") == [3950]
