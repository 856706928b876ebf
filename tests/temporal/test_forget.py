"""A customer whose threads ran on Temporal is forgotten there too."""

from uuid import uuid4

import pytest
from temporalio.service import RPCError, RPCStatusCode

from app.composition import open_runner
from app.engines.forget import forget
from app.engines.temporal.temporal_client import TemporalEngine
from app.settings import Settings
from nodes.ports.errors import ThreadUnfinished
from tests.contracts.test_engine import LARGE, SMALL, until
from tests.temporal.server import free_port

pytestmark = pytest.mark.slow


async def is_gone(engine: TemporalEngine, thread_id: str) -> bool:
    try:
        await engine.client.get_workflow_handle(thread_id).describe()
    except RPCError as error:
        return error.status == RPCStatusCode.NOT_FOUND
    return False


async def test_histories_are_deleted_and_what_waits_is_refused(engine: TemporalEngine, on_temporal: Settings) -> None:
    job = await engine.start("refund", SMALL, thread=f"job {uuid4().hex}")
    again = await engine.start("refund", SMALL, thread=job["thread_id"])
    talk = await engine.say("where is my order 12345?", email="ada@example.com")
    here = on_temporal.model_copy(update={"engine": "langgraph"})
    async with open_runner(here) as runner:
        away = on_temporal.model_copy(update={"engine": "langgraph", "temporal_address": f"localhost:{free_port()}"})
        async with open_runner(away) as cut_off:
            listed = await cut_off.recent(email="ada@example.com")
            kept = await forget(cut_off, "ada@example.com", dry_run=True)
        assert sorted(one["order_id"] or "" for one in listed) == ["12345", "12346"]
        assert (kept["threads"], "Threads on Temporal stay" in kept["left"][1]) == ([], True)

        report = await forget(runner, "ada@example.com", dry_run=False)
        assert len(report["threads"]) == 2
        assert await runner.recent() == []
        for one in (again, talk):
            await until(lambda one=one: is_gone(engine, one["thread_id"]))  # type: ignore[misc]
        waits = await engine.start("refund", LARGE, thread=f"job {uuid4().hex}")
        with pytest.raises(ThreadUnfinished, match="waits for an approval"):
            await forget(runner, "ada@example.com", dry_run=False)
        assert not await is_gone(engine, waits["thread_id"])
