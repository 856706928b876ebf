"""What only the engine on Temporal has: validators, timers, long conversations, encryption, and servers that are not there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from langchain_core.messages import HumanMessage
from pydantic import SecretStr
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from app.composition import open_runner
from app.engines.contract import RunResult
from app.engines.temporal.boundary import Limits, Opening, Standing, Turn, Verdict
from app.engines.temporal.search_attributes import customer
from app.engines.temporal.temporal_client import TemporalEngine
from app.engines.temporal.temporal_engine import open_engine
from app.engines.temporal.worker import Pace
from app.engines.temporal.workflows import Conversation
from app.records.journal import Entry
from app.records.threads import named
from app.settings import Settings
from nodes.ports import install
from nodes.ports.errors import DependencyDown, NotConfigured, NothingPending, NothingToResume, OtherEngine
from tests.app.clients.language.test_chat import USAGE, says, served
from tests.contracts.test_engine import ADA, APPROVE, LARGE, REJECT, SMALL, known, refunds, said, until
from tests.temporal.server import free_port
from tests.temporal.working import QUICK, Gate, at_work, engine_and_worker, process, work, workers_started

pytestmark = pytest.mark.slow

LIMITS = Limits(run_timeout_s=60, max_concurrency=8)


@pytest.fixture
def job() -> str:
    return f"job {uuid4().hex}"


def of(engine: TemporalEngine, result: RunResult) -> WorkflowHandle[Any, Any]:
    return engine.client.get_workflow_handle(result["thread_id"])


# -- decisions are checked before they are written down -----------------------------------------------------------------


async def refused(handle: WorkflowHandle[Any, Any], verdict: Verdict) -> tuple[str, str]:
    """The kind of refusal, and its sentence."""
    with pytest.raises(WorkflowUpdateFailedError) as raised:
        await handle.execute_update("decide", verdict)
    assert isinstance(raised.value.cause, ApplicationError)
    return str(raised.value.cause.type), raised.value.cause.message


async def accepted(handle: WorkflowHandle[Any, Any]) -> int:
    """How many updates the history has."""
    history = await handle.fetch_history()
    kind = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
    return sum(event.event_type == kind for event in history.events)


async def test_a_wrong_decision_never_reaches_the_history(engine: TemporalEngine, job: str) -> None:
    asked = await engine.start("refund", LARGE, thread=job)
    approval, handle = asked["approval"], of(engine, asked)
    assert approval
    good = Verdict(approval["approval_id"], approval["args_digest"], APPROVE, LIMITS)
    before = await accepted(handle)
    wrong = [
        (Verdict("another", good.args_digest, APPROVE, LIMITS), "NothingPending", "another decision"),
        (Verdict(good.approval_id, "0" * 64, APPROVE, LIMITS), "NothingPending", "another decision"),
        (Verdict(good.approval_id, good.args_digest, {"type": "ignore"}, LIMITS), "EditRefused", "still waits"),
    ]
    for verdict, kind, words in wrong:
        refusal = await refused(handle, verdict)
        assert refusal[0] == kind
        assert words in refusal[1]
    assert await accepted(handle) == before

    one, other = await asyncio.gather(
        *(handle.execute_update("decide", good, result_type=Standing) for _ in range(2)), return_exceptions=True
    )
    decided, late = (one, other) if isinstance(one, Standing) else (other, one)
    assert isinstance(decided, Standing)
    assert decided.values["outcome"] == "refunded"
    assert isinstance(late, Exception)
    assert await refunds(engine, "12345") == [14900]


async def test_the_deadline_is_a_timer(on_temporal: Settings, job: str) -> None:
    async with engine_and_worker(on_temporal.model_copy(update={"approval_timeout_s": 1.5})) as engine:
        asked = await engine.start("refund", LARGE, thread=job)
        ended: Standing = await engine.client.get_workflow_handle(asked["thread_id"], result_type=Standing).result()
        assert ended.values["outcome"] == "expired"
        assert (await engine.threads.get(asked["thread_id"]))["outcome"] == "expired"
        assert len(await engine.tickets(job)) == 1


# -- conversations ------------------------------------------------------------------------------------------------------


async def opened(engine: TemporalEngine, job: str, **about: Any) -> WorkflowHandle[Any, Any]:
    """A conversation whose workflow ends sooner than usual."""
    thread_id, name = await engine.threads.identify(job)
    await engine.threads.register(thread_id, graph="support", name=name)
    opening = Opening(graph="support", turn=Turn({"messages": [HumanMessage("hello", id="1")]}, None, LIMITS), **about)
    queue = engine.settings.temporal_task_queue
    await engine.client.start_workflow(Conversation.run, opening, id=thread_id, task_queue=queue)
    handle = engine.client.get_workflow_handle(thread_id)
    await handle.execute_update("stopped", 0)
    return handle


async def test_a_long_conversation_begins_a_fresh_history(engine: TemporalEngine, job: str) -> None:
    handle = await opened(engine, job, turns=2)
    first = (await handle.describe()).run_id
    asked = await engine.say("where is my order 12349? I am grace@example.com", thread=job)
    assert known(asked) == ("completed", "resolved")

    async def fresh() -> bool:
        return (await handle.describe()).run_id != first

    await until(fresh)
    again = await engine.say("where is my order?", thread=job)
    assert (known(again), again["values"]["turn"]) == (("completed", "resolved"), 3)
    assert said(again) == ["hello", "where is my order 12349? I am grace@example.com", "where is my order?"]
    assert "12349" in str(again["reply"])


async def test_a_conversation_that_has_ended_goes_on(engine: TemporalEngine, job: str) -> None:
    handle = await opened(engine, job, idle_s=0.3)
    await handle.result()
    assert said(await engine.say("good morning", thread=job)) == ["hello", "good morning"]


async def test_every_step_can_be_the_first_of_another_worker(on_temporal: Settings, job: str) -> None:
    """Nothing is kept in memory: each time a workflow goes on, it is made again from its history."""
    async with engine_and_worker(on_temporal, pace=Pace(cached=0, sticky_s=QUICK.sticky_s)) as engine:
        assert known(await engine.say("refund order 12345", email=ADA, thread=job)) == ("waiting", None)
        assert known(await engine.decide(job, REJECT)) == ("completed", "rejected")
        assert known(await engine.say("thanks", thread=job)) == ("completed", "resolved")


# -- what can be seen ---------------------------------------------------------------------------------------------------


GRACE = {"order_id": "12348", "email": "grace@example.com"}


class Seen:
    def __init__(self) -> None:
        self.steps: list[tuple[str, str | None]] = []

    def step(self, entry: Entry) -> None:
        self.steps.append((entry["event"], entry["node"]))

    def token(self, text: str) -> None: ...


async def test_progress_and_search(engine: TemporalEngine, on_temporal: Settings, job: str) -> None:
    seen = Seen()
    async with open_engine(on_temporal, watcher=seen) as watched:
        result = await watched.start("refund", SMALL, thread=job)
    assert seen.steps == [(entry["event"], entry["node"]) for entry in await engine.trace(job)]
    by = f"SwitchboardCustomer = '{customer(ADA)}' AND SwitchboardOutcome = 'refunded' AND SwitchboardGraph = 'refund'"

    async def found() -> bool:
        return result["thread_id"] in [one.id async for one in engine.client.list_workflows(by)]

    await until(found)


async def test_what_models_count_is_told(on_temporal: Settings, job: str) -> None:
    with served() as server:
        server.will(says("We have refunded it."))
        server.usage = {**USAGE, "cost": 0.5}
        model = {"model": "tiny", "openai_api_key": SecretStr("none"), "openai_base_url": server.url}
        async with engine_and_worker(on_temporal.model_copy(update=model)) as engine:
            result = await engine.start("refund", SMALL, thread=job)
            assert (await engine.show(job))["usage"]["total_tokens"] == 0
    assert result["usage"]["total_tokens"] == len(server.asked) * USAGE["total_tokens"] > 0
    assert result["usage"]["cost"] == len(server.asked) * 0.5


# -- secrets ------------------------------------------------------------------------------------------------------------


async def test_with_a_key_the_server_reads_nothing(on_temporal: Settings, job: str) -> None:
    secret = on_temporal.model_copy(update={"encryption_key": SecretStr("0123456789abcdef")})
    async with engine_and_worker(secret) as engine:
        asked = await engine.start("refund", LARGE, thread=job)
        assert known(await engine.decide(job, APPROVE)) == ("completed", "refunded")
        assert known(await engine.start("refund", {**SMALL, "order_id": "12361"}, thread=job)) == (
            "completed",
            "escalated",
        )
        history = (await of(engine, asked).fetch_history()).to_json()
        assert "binary/encrypted" in history or "YmluYXJ5L2VuY3J5cHRlZA" in history
        assert "bank of order" not in history
        other = on_temporal.model_copy(update={"encryption_key": SecretStr("another key here")})
        async with open_engine(other) as stranger:
            with pytest.raises(NotConfigured, match="SWITCHBOARD_ENCRYPTION_KEY does not fit"):
                await stranger.show(job)
        async with open_engine(on_temporal) as stranger:
            with pytest.raises(NotConfigured, match="SWITCHBOARD_ENCRYPTION_KEY"):
                await stranger.show(job)


# -- what is not there --------------------------------------------------------------------------------------------------


async def test_a_server_that_is_not_there(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"temporal_address": f"127.0.0.1:{free_port()}"})
    with pytest.raises(DependencyDown, match="temporal server start-dev"):
        async with open_engine(nowhere):
            pass


async def test_a_namespace_that_is_not_there(on_temporal: Settings) -> None:
    nowhere = on_temporal.model_copy(update={"temporal_namespace": "elsewhere"})
    with pytest.raises(NotConfigured, match="SWITCHBOARD_TEMPORAL_NAMESPACE"):
        async with open_engine(nowhere):
            pass


async def test_without_a_worker_nothing_is_started(on_temporal: Settings, job: str) -> None:
    async with impatient(on_temporal) as engine:
        with pytest.raises(DependencyDown, match="Start one with `switchboard worker`"):
            await engine.start("refund", SMALL, thread=job)
        assert await engine.threads.recent() == []


async def test_a_worker_that_has_gone_is_missed_and_the_next_one_goes_on(on_temporal: Settings, job: str) -> None:
    async with impatient(on_temporal) as engine:
        with process(work, on_temporal):
            await workers_started(engine)  # the server remembers it when it is killed
        with pytest.raises(DependencyDown, match="Nothing is lost: start one with `switchboard worker`"):
            await engine.start("refund", LARGE, thread=job)
        with pytest.raises(DependencyDown, match="switchboard worker"):
            await engine.show(job)
    async with engine_and_worker(on_temporal) as engine:

        async def waits() -> bool:
            return bool((await engine.show(job))["status"] == "waiting")

        await until(waits)
        assert known(await engine.decide(job, APPROVE)) == ("completed", "refunded")


async def test_a_thread_of_the_other_engine_is_left_to_it(engine: TemporalEngine, stocked: Settings, job: str) -> None:
    async with open_runner(stocked) as runner:
        await runner.start("refund", LARGE, thread=job)
        for act in (engine.show(job), engine.decide(job, APPROVE), engine.start("refund", SMALL, thread=job)):
            with pytest.raises(OtherEngine, match="runs on the default engine"):
                await act
        assert known(await runner.decide(job, APPROVE)) == ("completed", "refunded")


@asynccontextmanager
async def impatient(settings: Settings) -> AsyncIterator[TemporalEngine]:
    async with open_engine(settings, patience_s=1.5) as engine:
        yield engine


async def test_a_run_that_is_cancelled_on_temporal_can_be_resumed(engine: TemporalEngine, job: str) -> None:
    paying = Gate(engine.services.payments)
    with install(replace(engine.services, payments=paying)):
        run = asyncio.create_task(engine.start("refund", SMALL, thread=job))
        await paying.reached.wait()
        await engine.client.get_workflow_handle(await engine.threads.find(job)).cancel()
        result = await run
    assert known(result) == ("failed", None)
    assert "Stopped on Temporal" in str(result["reply"])
    assert known(await engine.resume(job)) == ("completed", "refunded")
    assert await refunds(engine, "12346") == [3950]


async def test_a_workflow_that_was_terminated_is_told_from_one_that_failed(engine: TemporalEngine, job: str) -> None:
    asked = await engine.start("refund", LARGE, thread=job)
    await of(engine, asked).terminate()
    assert known(await engine.show(job)) == ("failed", None)
    with pytest.raises(NothingToResume, match="was ended on Temporal"):
        await engine.resume(job)
    with pytest.raises(NothingPending):
        await engine.decide(job, APPROVE)


async def test_of_two_who_go_on_with_a_thread_at_once_both_are_answered(engine: TemporalEngine, job: str) -> None:
    """Straight at the workflow, as if no lease kept them apart: the end of one run and the beginning of the next meet."""
    asked = await engine.start("refund", LARGE, thread=job)
    assert asked["approval"]
    verdict = Verdict(asked["approval"]["approval_id"], asked["approval"]["args_digest"], REJECT, LIMITS)
    turn = Turn({**SMALL}, None, LIMITS)
    handle = of(engine, asked)

    async def next_run() -> Standing:
        while True:
            try:
                standing: Standing = await handle.execute_update("take", turn, result_type=Standing)
            except WorkflowUpdateFailedError:  # not yet
                continue
            return standing

    decided, *_ = await asyncio.gather(
        handle.execute_update("decide", verdict, result_type=Standing), either(next_run())
    )
    assert decided.values["outcome"] == "rejected"
    ended = await engine.client.get_workflow_handle(asked["thread_id"], result_type=Standing).result()
    assert ended.status == "completed"


async def either(next_run: Any) -> None:
    """The workflow may end before it takes another run; then it says so."""
    with suppress(RPCError):
        assert (await next_run).values["outcome"] == "refunded"


async def test_a_key_that_the_workers_do_not_have_is_named(on_temporal: Settings, job: str) -> None:
    keyed = on_temporal.model_copy(update={"encryption_key": SecretStr("k" * 16)})
    async with at_work(on_temporal), open_engine(keyed, patience_s=3.0) as engine:
        with pytest.raises(DependencyDown, match="SWITCHBOARD_ENCRYPTION_KEY"):
            await engine.start("refund", SMALL, thread=job)
        await engine.client.get_workflow_handle(named(job)).terminate()


# -- two engines on one home -----------------------------------------------------------------------------------------


async def test_a_thread_belongs_to_the_engine_it_began_on(
    on_temporal: Settings, engine: TemporalEngine, job: str
) -> None:
    there, asks, here = f"{job} there", f"{job} asks", f"{job} here"
    await engine.start("refund", SMALL, thread=there)
    await engine.start("refund", LARGE, thread=asks)
    async with open_runner(on_temporal.model_copy(update={"engine": "langgraph"})) as default:
        others: list[Callable[[], Awaitable[Any]]] = [
            lambda: default.start("refund", GRACE, thread=there),
            lambda: default.show(there),
            lambda: default.resume(asks),
            lambda: default.decide(asks, APPROVE),
            lambda: default.archive.history(there),
            lambda: default.archive.delete(asks),
        ]
        for ask in others:
            with pytest.raises(OtherEngine, match="runs on Temporal: use `--engine temporal`"):
                await ask()
        assert await default.sweep() == []
        await default.start("refund", SMALL, thread=here)
        with pytest.raises(OtherEngine, match="runs on the default engine"):
            await engine.start("refund", GRACE, thread=here)
    assert [one["thread_id"] for one in await engine.pending()] == [named(asks)]
    assert (await engine.decide(asks, APPROVE))["outcome"] == "refunded"
