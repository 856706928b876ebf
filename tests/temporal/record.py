"""Histories of workflows, recorded from real runs, for the test that replays them.

python -m tests.temporal.record          writes tests/data/histories anew
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from app.engines.temporal.temporal_client import TemporalEngine
from app.settings import Settings
from nodes.ports import install
from nodes.ports.errors import NotConfigured
from tests.app.engines.test_runner import broken
from tests.contracts.test_engine import ADA, APPROVE, LARGE, REJECT, SMALL, until
from tests.temporal.server import running
from tests.temporal.working import engine_and_worker

HISTORIES = Path(__file__).parent.parent / "data" / "histories"
APPROVAL_S = 3
MACHINES = ("identity", "stackTrace")

Scenario = Callable[[TemporalEngine, str], Awaitable[Any]]


async def refund_expired(engine: TemporalEngine, job: str) -> None:
    await engine.start("refund", {**LARGE, "amount_cents": 14100}, thread=job)

    async def over() -> bool:
        return bool((await engine.show(job))["outcome"] == "expired")

    await until(over)


async def refund_rejected(engine: TemporalEngine, job: str) -> None:
    await engine.start("refund", {**LARGE, "amount_cents": 14200}, thread=job)
    await engine.decide(job, REJECT)


async def refund_approved(engine: TemporalEngine, job: str) -> None:
    await engine.start("refund", LARGE, thread=job)
    await engine.decide(job, {"type": "edit", "args": {"amount": "120.00"}, "by": "Mia"})


async def refund_waiting(engine: TemporalEngine, job: str) -> None:
    """Still open."""
    await engine.start("refund", {"order_id": "20009", "email": "chiara.eriksen@example.com"}, thread=job)


async def refund_resumed(engine: TemporalEngine, job: str) -> None:
    missing = NotConfigured("SWITCHBOARD_SOMETHING is not set.")
    with install(broken(engine.services, "payments", "refund", missing)), suppress(NotConfigured):
        await engine.start("refund", SMALL, thread=job)
    await engine.resume(job)


async def refund_escalated(engine: TemporalEngine, job: str) -> None:
    await engine.start("refund", {"order_id": "12361", "email": ADA}, thread=job)


async def support_conversation(engine: TemporalEngine, job: str) -> None:
    """Still open."""
    await engine.say("where is my order?", thread=job)
    await engine.say("12349, grace@example.com", thread=job)
    await engine.say("how long may I take to return an item?", thread=job)
    await engine.say("get me a manager", thread=job)


async def support_approved(engine: TemporalEngine, job: str) -> None:
    await engine.say("I want my money back for order 20016, bruno.fontaine@example.com", thread=job)
    await engine.say("hello?", thread=job)
    if (await engine.show(job))["status"] == "waiting":
        await engine.decide(job, APPROVE)
    await engine.say("thanks", thread=job)


async def answer_twice(engine: TemporalEngine, job: str) -> None:
    """The second run carries on the state of the first."""
    await engine.start("answer", {"question": "how long may I take to return an item?"}, thread=job)
    await engine.start("answer", {"question": "who painted the Mona Lisa?"}, thread=job)


async def research_report(engine: TemporalEngine, job: str) -> None:
    await engine.start("research", {"topic": "returns, refunds and warranty"}, thread=job)


async def writing_text(engine: TemporalEngine, job: str) -> None:
    await engine.start("writing", {"brief": "Announce the new return window of 60 days to customers."}, thread=job)


async def fulfilment_done(engine: TemporalEngine, job: str) -> None:
    await engine.start("fulfilment", {"order_id": "12351"}, thread=job)


async def fulfilment_undone(engine: TemporalEngine, job: str) -> None:
    await engine.start("fulfilment", {"order_id": "12352"}, thread=job)


async def fulfilment_stuck(engine: TemporalEngine, job: str) -> None:
    await engine.start("fulfilment", {"order_id": "12369"}, thread=job)
    await engine.resume(job)


RECORDED: tuple[Any, ...] = (
    refund_expired,
    refund_rejected,
    refund_approved,
    refund_waiting,
    refund_resumed,
    refund_escalated,
    support_conversation,
    support_approved,
    answer_twice,
    research_report,
    writing_text,
    fulfilment_done,
    fulfilment_undone,
    fulfilment_stuck,
)
SCENARIOS: dict[str, Scenario] = {scenario.__name__: scenario for scenario in RECORDED}


def anonymous(recorded: Any) -> Any:
    """Without the machine that recorded it: names of processes, places of files."""
    if isinstance(recorded, list):
        return [anonymous(one) for one in recorded]
    if isinstance(recorded, dict):
        return {name: anonymous(value) for name, value in recorded.items() if name not in MACHINES}
    return recorded


async def record(folder: Path, names: Sequence[str]) -> None:
    with running(folder) as server:
        settings = Settings(
            home=folder / "home", temporal_address=server.address, approval_timeout_s=APPROVAL_S, engine="temporal"
        )
        async with engine_and_worker(settings) as engine:
            for name in names:
                await SCENARIOS[name](engine, name)
                thread_id = await engine.threads.find(name)
                history = await engine.client.get_workflow_handle(thread_id).fetch_history()
                text = json.dumps(anonymous(history.to_json_dict()), sort_keys=True, separators=(",", ":"))
                text = text.replace(engine.client.identity, "recorder")
                (HISTORIES / f"{name}.json").write_text(f"{text}\n")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as chosen:
        HISTORIES.mkdir(parents=True, exist_ok=True)
        asyncio.run(record(Path(chosen), sys.argv[1:] or list(SCENARIOS)))
