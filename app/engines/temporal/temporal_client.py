"""Start, continue, decide and resume a thread on Temporal: the client's side of the engine.

A thread's state lives in its workflow; register, approvals and journal live in the business database, as on the default
engine. The thread's lease makes sure that what is read of an ended workflow is still true when the next one starts.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from shlex import quote
from typing import Any

from langchain_core.messages import HumanMessage
from temporalio.client import Client

from app.engines.compiled_graphs import input_of, input_schema
from app.engines.contract import RunResult, Unwatched, Usage
from app.engines.held_messages import in_turn
from app.engines.langgraph.runner import NEEDS_ATTENTION
from app.engines.pending_decision import refuse_another, undecided
from app.engines.refusals import waits_for_a_decision
from app.engines.run_results import result as result_of
from app.engines.run_results import shown_again
from app.engines.sweep.failed_refunds import reopen_failed
from app.engines.sweep.lost_approvals import close_lost
from app.engines.sweep.mail_retries import send_due
from app.engines.temporal.boundary import Limits, Opening, Standing, Turn, Verdict
from app.engines.temporal.calls import Calls, Over
from app.engines.temporal.temporal_failures import KINDS
from app.engines.temporal.update_refusals import refuse_resume, refuse_turn
from app.engines.thread_records import ThreadRecords
from app.engines.workflow_input import checked
from app.records.threads import NewThread, Thread, called
from nodes.approvals.decision_shapes import read_answer
from nodes.context import Context
from nodes.conversation.messages import of_readable_length
from nodes.ports.approvals import Approval, Decider
from nodes.ports.clock import iso
from nodes.ports.errors import EditRefused, NothingToResume, OtherEngine, ThreadBusy, UnknownThread


@dataclass(frozen=True, kw_only=True)
class TemporalEngine(ThreadRecords):
    """Implements app.engines.contract.Engine on a Temporal server, whose workers open the same installation."""

    calls: Calls
    indexed: bool

    @property
    def client(self) -> Client:
        return self.calls.client

    async def start(
        self, graph: str, values: Mapping[str, Any], *, thread: str | None = None, context: Context | None = None
    ) -> RunResult:
        """Run a workflow on this input, on a new thread or as the next run of a finished one.

        Raises ThreadUnfinished, ThreadBusy, InvalidInput, DependencyDown.
        """
        known = checked(graph, values)
        async with self._registered(thread, graph) as at:
            self._refuse_lost(at)
            refuse_turn(at.called, at.standing)
            return await self._turn(at, known, context=context)

    async def say(
        self, text: str, *, thread: str | None = None, email: str | None = None, context: Context | None = None
    ) -> RunResult:
        """The next message of a support conversation. While an approval is pending, the graph keeps it for later."""
        text, known = of_readable_length(text), checked("support", {"email": email} if email else {})
        async with self._registered(thread, "support") as at:
            thread_id = at.thread["thread_id"]
            self._refuse_lost(at)
            refuse_turn(at.called, at.standing, may_wait=True)

            async def take(message: HumanMessage) -> RunResult:
                return await self._turn(await self._at(thread_id), {**known, "messages": [message]}, context=context)

            return await in_turn(self.threads, thread_id, text, at.standing.values.get("messages") or [], take)

    async def decide(self, thread: str, answer: Mapping[str, Any], *, decider: Decider | None = None) -> RunResult:
        """Answer the pending approval and go on. `decider`: left out, who works at this command line.

        Raises UnknownThread, NothingPending, AlreadyDecided, ApprovalExpired, EditRefused, MayNotDecide, ThreadBusy.
        """
        async with self._leased(await self.threads.find(thread)) as at:
            record = await self._undecided(at)
            refuse_another(answer, record)
            if problem := read_answer(answer, self.services.actions[record["action"]], record["args"])["problem"]:
                raise EditRefused(problem)
            proven = await self.proven(answer, record, decider)
            verdict = Verdict(record["approval_id"], record["args_digest"], proven, self._limits())
            try:
                return await self._update(at, "decide", verdict)
            except Over:  # it expired, or was decided, a moment ago
                await undecided(at.thread, None, self.services.approvals, self.services.clock)
                raise

    async def resume(self, thread: str) -> RunResult:
        """Go on after a failure, or begin a run again that needs attention. Raises UnknownThread, NothingToResume, ThreadBusy."""
        await send_due(self.outbox, self.services, now_at_all=True)
        async with self._leased(await self.threads.find(thread)) as at:
            standing = at.standing
            if standing.status == "waiting":
                await self._refuse_waiting(at)
            if standing.status == "completed" and standing.values.get("outcome") == NEEDS_ATTENTION:
                return await self._turn(at, input_of(at.thread["graph"], standing.values))
            refuse_resume(at.called, standing)
            self._refuse_lost(at)
            return await self._update(at, "resume", self._limits())

    async def sweep(self) -> list[RunResult]:
        """Finish threads whose approval is overdue. Their timers do that by themselves; this waits until it is done."""
        now = iso(self.services.clock.now())
        overdue = [record for record in await self.services.approvals.pending() if record["expires_at"] <= now]
        swept = [await self._expire(record) for record in overdue]
        swept += await reopen_failed(self)
        await send_due(self.outbox, self.services)
        return [result for result in swept if result]

    async def show(self, thread: str) -> RunResult:
        """Where the thread stands; runs nothing. Raises UnknownThread, DependencyDown."""
        at = await self._at((await self.threads.here(thread))["thread_id"])
        return await shown_again(await self._result(at), at.thread, self.services)

    async def delete(self, thread: str) -> None:
        """Forget a thread: its histories on the server, journal, sources, register. Raises UnknownThread, ThreadBusy, DependencyDown."""
        thread_id = await self.threads.find(thread)
        async with self.threads.lease(thread_id):
            await self.calls.delete(thread_id)
            await self.journal.delete(thread_id)
            await self.services.sources.forget(thread_id)
            await self.threads.delete(thread_id)

    @asynccontextmanager
    async def _registered(self, reference: str | None, graph: str) -> AsyncIterator["_At"]:
        """The thread, new or known, under its lease. A new one is registered when there is a worker to run it."""
        thread_id, name = await self.threads.identify(reference)
        await self.calls.worker_needed()
        async with self._leased(thread_id, {"graph": graph, "name": name}) as at:
            yield at

    @asynccontextmanager
    async def _leased(self, thread_id: str, new: NewThread | None = None) -> AsyncIterator["_At"]:
        async with self.threads.lease(thread_id, new=new):
            yield await self._at(thread_id)

    async def _at(self, thread_id: str) -> "_At":
        """Raises UnknownThread, also for a thread that has run, but not here or too long ago."""
        thread = await self.threads.get(thread_id)
        standing, is_open = await self.calls.standing(thread_id)
        if standing is None:
            if await self.journal.entries(thread_id):
                raise UnknownThread(
                    f"Temporal does not know thread {called(thread)} (any more): it ran on another engine, or ended longer ago "
                    "than the namespace keeps workflows. Start a new thread."
                )
            standing = Standing(status="completed", values={})
        return _At(thread, standing, is_open)

    async def _turn(self, at: "_At", values: dict[str, Any], *, context: Context | None = None) -> RunResult:
        turn = Turn(values, dict(context) if context else None, self._limits())
        if at.open:
            try:
                return await self._update(at, "take", turn)
            except Over:  # it closed a moment ago: the next workflow goes on with what it left
                at = await self._at(at.thread["thread_id"])
        graph, thread_id = at.thread["graph"], at.thread["thread_id"]
        opening = Opening(graph=graph, turn=turn, carried=at.standing.values, indexed=self.indexed)
        await self.calls.open(thread_id, opening, talks=_talks(graph))
        try:
            return await self._update(at, "stopped", 0)
        except Over:  # it was too fast for us
            return await self._told(await self._at(thread_id))

    async def _update(self, at: "_At", name: str, *arguments: Any) -> RunResult:
        thread_id = at.thread["thread_id"]
        steps = self.journal.new_entries(thread_id, self.watcher.step)
        await steps.skip()
        tick = None if isinstance(self.watcher, Unwatched) else steps.show
        limit_s = self.settings.run_timeout_s
        standing = await self.calls.update(thread_id, name, *arguments, limit_s=limit_s, tick=tick)
        return await self._told(_At(at.thread, standing, at.open))

    async def _told(self, at: "_At") -> RunResult:
        """The result of a run. What stopped it is raised when it is a setting or an outage, else told."""
        problem = at.standing.problem
        if problem and problem.kind:
            raise KINDS[problem.kind](problem.sentence)
        result = await self._result(at, usage=at.standing.usage)
        if problem:
            goes_on = f"Nothing is lost: `switchboard resume {quote(at.called)}` goes on from the last step."
            result["reply"] = f"{problem.sentence} {goes_on}"
        return result

    async def _result(self, at: "_At", *, usage: Usage | None = None) -> RunResult:
        standing = at.standing
        return await result_of(at.thread, standing.values, self.services, status=standing.status, usage=usage)

    def _refuse_lost(self, at: "_At") -> None:
        """Raises NothingToResume for a workflow that an operator has ended."""
        if at.standing.status == "failed" and not at.open:
            raise NothingToResume(
                f"The workflow of thread {at.called} was ended on Temporal, and its state with it. Start a new thread."
            )

    async def _undecided(self, at: "_At") -> Approval:
        """The record that waits for a decision, or the refusal that fits."""
        awaited = at.standing.awaited["approval_id"] if at.standing.awaited else None
        return await undecided(at.thread, awaited, self.services.approvals, self.services.clock)

    async def _refuse_waiting(self, at: "_At") -> None:
        """A thread that waits goes on by itself only when its approval was settled elsewhere. Raises NothingToResume."""
        assert at.standing.awaited
        record = await self.services.approvals.get(at.standing.awaited["approval_id"])
        if record is None or record["status"] == "pending":
            raise waits_for_a_decision(at.called)

    async def _expire(self, record: Approval) -> RunResult | None:
        """Wait until the thread's timer has let the approval expire. Threads of the other engine are left to it."""
        try:
            async with self._leased(record["thread_id"]) as at:
                awaited = at.standing.awaited
                if at.open and awaited and awaited["approval_id"] == record["approval_id"]:
                    return await self._update(at, "stopped", at.standing.stops)
                if at.open and at.standing.status in ("running", "failed"):
                    return None  # its timer has just rung, or it goes on when it is resumed
                current = await self.services.approvals.get(record["approval_id"])
                if current is None or current["status"] != "pending":
                    return None
                return await close_lost(current, self.services, graph=at.thread["graph"], name=at.thread["name"])
        except OtherEngine:
            return None
        except (ThreadBusy, UnknownThread, Over):
            if await self.threads.some([record["thread_id"]]):
                return None
        return await close_lost(record, self.services, name=None)

    def _limits(self) -> Limits:
        return Limits(self.settings.run_timeout_s, self.settings.research_concurrency)


@dataclass(frozen=True)
class _At:
    """A thread, and where it stood when it was looked at."""

    thread: Thread
    standing: Standing
    open: bool  # its workflow is there to be talked to

    @property
    def called(self) -> str:
        """What a person calls the thread by."""
        return called(self.thread)


def _talks(graph: str) -> bool:
    """A conversation: what it takes is messages."""
    return "messages" in input_schema(graph).__annotations__
