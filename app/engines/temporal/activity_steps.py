"""Around every step that runs as an activity: the journal, heartbeats, and the one answer to "may it be tried again?"."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, cast
from uuid import uuid4

from langchain_core.messages import BaseMessage
from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from app.engines.run_results import registered_outcome
from app.engines.temporal.boundary import Happening
from app.engines.temporal.graph_run import RUN_ID
from app.engines.temporal.model_usage import counted_for_workflow
from app.engines.temporal.temporal_failures import sent
from app.engines.temporal.workflows import RECORD
from app.records.journal import Entry, Event, Journal, measured, redacted, told, went_without
from app.records.journal import entry as begun
from app.records.threads import Threads
from graphs.policies import TABLE, Kind, worth_another_try
from nodes.ports import Services
from nodes.ports.clock import iso


class Recorder:
    """Writes down what happens to runs and steps."""

    def __init__(self, journal: Journal, threads: Threads, services: Services) -> None:
        self._journal = journal
        self._threads = threads
        self._services = services

    @activity.defn(name=RECORD)
    async def record(self, happening: Happening) -> None:
        """Repeatable: what is written twice is a line twice."""
        entry = begun(happening.graph, happening.thread_id, happening.run_id)
        entry["event"], entry["node"], entry["step"] = cast("Event", happening.event), happening.node, happening.step
        entry["duration_ms"], entry["error"] = happening.duration_ms, happening.error and redacted(happening.error)
        await self.write(entry)
        if happening.status:
            outcome = await registered_outcome(happening.thread_id, happening.outcome, self._services)
            await self._threads.note(
                happening.thread_id, status=happening.status, outcome=outcome, about=happening.values
            )

    async def write(self, entry: Entry) -> None:
        """Finishes also for a step that is being cancelled: other entries may be written together with it."""
        entry["at"] = iso(self._journal.now())
        await asyncio.shield(asyncio.create_task(self._journal.write(entry.copy())))


class StepInterceptor(Interceptor):
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Step(next, self._recorder)


class _Step(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, recorder: Recorder) -> None:
        super().__init__(next)
        self._recorder = recorder

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        call = input.args[0] if input.args else None
        config = getattr(call, "langgraph_config", None)
        if config is None:
            return await super().execute_activity(input)
        about, attempt = config["metadata"], activity.info().attempt
        entry = self._entry(config, call)
        entry["event"] = "start" if attempt == 1 else "retry"
        await self._recorder.write(entry)
        began = time.monotonic()
        try:
            async with (
                _signs_of_life(),
                counted_for_workflow(),
                asyncio.timeout(TABLE[cast("Kind", about["kind"])].timeout_s),
            ):
                output = await super().execute_activity(input)
        except BaseException as error:
            entry["event"], entry["error"] = "failure", told(error)
            entry["duration_ms"] = round((time.monotonic() - began) * 1000)
            await self._recorder.write(entry)
            if isinstance(error, Exception):
                tries_left = attempt < TABLE[cast("Kind", about["kind"])].attempts
                raise sent(error, final=not (tries_left and worth_another_try(error))) from error
            raise
        waits = output.langgraph_interrupts is not None
        entry["event"] = "interrupt" if waits else "end"
        entry["duration_ms"] = round((time.monotonic() - began) * 1000)
        if not waits:
            _identify(output.result)
            entry["output_bytes"], entry["output_digest"] = measured(output.result)
            entry["error"] = went_without(output.result)
        await self._recorder.write(entry)
        return output

    def _entry(self, config: dict[str, Any], call: Any) -> Entry:
        about = config["metadata"]
        graph, _, node = activity.info().activity_type.partition(".")
        inputs = call.args[0] if call.args else None
        thread_id = config["configurable"]["thread_id"]
        entry = begun(graph, thread_id, str(about.get(RUN_ID, "")), inputs)
        entry["node"], entry["step"], entry["attempt"] = node, about.get("langgraph_step"), activity.info().attempt
        return entry


def _identify(result: Any) -> None:
    """New messages get their ids here, where they are recorded; a workflow that is replayed would make other ids."""
    if isinstance(result, dict):
        for message in result.get("messages") or []:
            if isinstance(message, BaseMessage):
                message.id = message.id or str(uuid4())


@asynccontextmanager
async def _signs_of_life() -> AsyncIterator[None]:
    """While the block runs, heartbeats tell Temporal that this worker is alive, and tell us when the step is no longer wanted."""
    beat = asyncio.create_task(_beat())
    try:
        yield
    finally:
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat


async def _beat() -> None:
    allowed = activity.info().heartbeat_timeout
    if allowed is None:
        return
    while True:
        activity.heartbeat()
        await asyncio.sleep(allowed.total_seconds() / 3)
