"""The no-framework engine as the command line sees it: runs `answer` and `support` in this process, and saves nothing.

The thread gets an id, for its tickets and its journal; it cannot be continued, resumed or decided.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, NoReturn

from langchain_core.messages import HumanMessage

from app.engines.contract import RunResult, Usage
from app.engines.run_results import result
from app.engines.steps.orchestrator import Transition
from app.engines.steps.pipelines import refuse_others, run
from app.engines.stop_sentences import why
from app.engines.thread_records import ThreadRecords
from app.engines.usage import counted
from app.engines.workflow_input import checked
from app.records.journal import Entry, Event, told
from app.records.journal import entry as begun
from app.records.threads import Thread
from nodes.context import Context
from nodes.conversation.messages import of_readable_length
from nodes.ports.approvals import Decider
from nodes.ports.clock import iso
from nodes.ports.errors import NotConfigured, NothingToResume

EVENTS: Mapping[str, Event] = {"start": "start", "retry": "retry", "end": "end", "failure": "failure"}


@dataclass(frozen=True, kw_only=True)
class PipelineEngine(ThreadRecords):
    """Implements app.engines.contract.Engine as far as an engine can that saves nothing."""

    async def start(
        self, graph: str, values: Mapping[str, Any], *, thread: str | None = None, context: Context | None = None
    ) -> RunResult:
        """One run, on a new thread.

        Raises NotConfigured for what this engine does not do, InvalidInput, NothingToResume, ThreadBusy.
        """
        refuse_others(graph)
        checked(graph, values)
        async with self._new(graph, thread) as known:
            return await self._run(known, values, context)

    async def say(
        self, text: str, *, thread: str | None = None, email: str | None = None, context: Context | None = None
    ) -> RunResult:
        """A conversation of one message."""
        values = {"messages": [HumanMessage(of_readable_length(text))], **({"email": email} if email else {})}
        return await self.start("support", values, thread=thread, context=context)

    async def decide(self, thread: str, answer: Mapping[str, Any], *, decider: Decider | None = None) -> RunResult:
        self._refuse("decides")

    async def resume(self, thread: str) -> RunResult:
        self._refuse("resumes")

    async def sweep(self) -> list[RunResult]:
        self._refuse("expires")

    async def show(self, thread: str) -> RunResult:
        known = await self.threads.here(thread)
        return await result(known, {}, self.services, status=known["status"])

    @asynccontextmanager
    async def _new(self, graph: str, reference: str | None) -> AsyncIterator[Thread]:
        """A thread that has not run yet, under lease. Of two callers that begin one at once, the second is refused."""
        exists = NothingToResume(
            f"Thread {reference} exists, and the steps engine cannot go on with a thread: it saves nothing. "
            "Leave --thread out, or use --engine langgraph."
        )
        thread_id, name = await self.threads.identify(reference)
        if await self.threads.some([thread_id]):
            raise exists
        async with self.threads.lease(thread_id, new={"graph": graph, "name": name}) as thread:
            if await self.journal.entries(thread_id):
                raise exists
            yield thread

    async def _run(self, known: Thread, values: Mapping[str, Any], context: Context | None) -> RunResult:
        thread_id = known["thread_id"]
        with counted() as counter:
            try:
                async with self._journaled(known) as told, asyncio.timeout(self.settings.run_timeout_s):
                    state = await run(known["graph"], values, context=context, thread_id=thread_id, progress=told)
            except BaseException as error:
                await self.threads.note(thread_id, status="failed")
                if isinstance(error, NotConfigured) or not isinstance(error, Exception):
                    raise
                return await self._failed(known, why(error, self.settings.run_timeout_s), counter.usage)
        await self.threads.note(thread_id, status="completed", outcome=state.get("outcome"), about=state)
        return await result(known, state, self.services, status="completed", usage=counter.usage)

    async def _failed(self, known: Thread, problem: str, usage: Usage) -> RunResult:
        found = await result(known, {}, self.services, status="failed", usage=usage)
        found["reply"] = f"{problem} This engine saves nothing: start again."
        return found

    @asynccontextmanager
    async def _journaled(self, known: Thread) -> AsyncIterator[Any]:
        """The run's lines in the journal; what comes back writes those of its steps."""

        async def write(event: Event, transition: Transition | None = None, error: str | None = None) -> None:
            entry = _entry(known, event, transition, error, iso(self.services.clock.now()))
            await self.journal.write(entry)
            self.watcher.step(entry)

        async def step(transition: Transition) -> None:
            if transition.event in EVENTS:
                await write(EVENTS[transition.event], transition, told(transition.error) if transition.error else None)

        await write("run_start")
        try:
            yield step
        except BaseException as error:
            await write("run_error", error=told(error))
            raise
        await write("run_end")

    def _refuse(self, what: str) -> NoReturn:
        raise NotConfigured(f"The steps engine {what} nothing: it saves no thread. Use --engine langgraph.")


def _entry(known: Thread, event: Event, transition: Transition | None, error: str | None, at: str) -> Entry:
    """A thread of this engine runs once: its id is the run's too."""
    entry = begun(known["graph"], known["thread_id"], known["thread_id"])
    entry["event"], entry["error"], entry["at"] = event, error, at
    if transition:
        entry["node"], entry["attempt"] = transition.step, transition.attempt
        entry["duration_ms"] = None if transition.duration_s is None else round(transition.duration_s * 1000)
    return entry
