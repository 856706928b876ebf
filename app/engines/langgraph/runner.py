"""Start, continue, decide and resume a thread on LangGraph: the default engine.

Every way into a graph goes through here: it takes the thread's lease, checks that what is asked makes sense now, streams
the graph with `durability="sync"`, and writes down where the thread stands.
"""

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from shlex import quote
from typing import Any, cast

from langchain_core.messages import AIMessageChunk, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.base.id import uuid6
from langgraph.errors import GraphDrained, GraphRecursionError, InvalidUpdateError
from langgraph.runtime import RunControl
from langgraph.types import Command, StateSnapshot
from typing_extensions import Unpack

from app.clients.language.model_text import Growing
from app.engines.compiled_graphs import (
    Graph,
    StepGone,
    compiled,
    config_of,
    input_of,
    refuse_unknown_steps,
    unfinished,
)
from app.engines.contract import RunResult, Usage
from app.engines.held_messages import in_turn
from app.engines.langgraph.archive import Archive
from app.engines.langgraph.journal_callbacks import JournalHandler
from app.engines.langgraph.leased_thread import LeasedThread, expects, nothing_saved, status_of
from app.engines.langgraph.stop_signals import ended_by_signals
from app.engines.langgraph.whole_checkpoint import whole
from app.engines.pending_decision import refuse_another, undecided
from app.engines.refusals import has_nothing_left, has_to_be_decided, has_to_be_resumed, waits_for_a_decision
from app.engines.run_results import registered_outcome, shown_again
from app.engines.run_results import result as result_of
from app.engines.stop_sentences import why
from app.engines.sweep.failed_refunds import reopen_failed
from app.engines.sweep.lost_approvals import close_lost, withdraw
from app.engines.sweep.mail_retries import send_due
from app.engines.thread_records import ThreadRecords
from app.engines.usage import counted
from app.engines.workflow_input import checked
from app.records.checkpoint_outages import is_outage
from app.records.checkpoints import unreadable
from app.records.threads import NewThread, Status, Thread, Wanted
from nodes.approvals.decision_shapes import read_answer
from nodes.context import Context
from nodes.conversation.messages import of_readable_length
from nodes.ports.approvals import Approval, Decider
from nodes.ports.clock import iso
from nodes.ports.errors import (
    DependencyDown,
    EditRefused,
    NotConfigured,
    NothingToResume,
    OtherEngine,
    ThreadBusy,
    ThreadUnfinished,
    UnknownThread,
)

# Under `max_concurrency` a step that waits its turn is a coroutine not yet begun. When the run is stopped first, LangGraph
# drops it, and Python would warn about that on the user's screen.
warnings.filterwarnings(
    "ignore", r"coroutine '(arun_with_retry|\w*(Loop|Saver)\.\w+)' was never awaited", RuntimeWarning
)

RECURSION_LIMIT = 200
SPEAKING = "respond"
"""The step whose words the customer reads as they come."""
NEEDS_ATTENTION = "needs_attention"
"""The outcome of a run that is over, and that `resume` begins again: its first step sees how far it came."""


@dataclass(frozen=True, kw_only=True)
class Runner(ThreadRecords):
    """Implements app.engines.contract.Engine on LangGraph and a checkpoint saver."""

    saver: BaseCheckpointSaver[Any]
    signals: bool = True
    """Whether SIGINT, SIGTERM and SIGHUP end a run at its next step; off where they belong to somebody else."""

    @property
    def archive(self) -> Archive:
        return Archive(self.threads, self.journal, self.saver, self.services.sources)

    async def start(
        self, graph: str, values: Mapping[str, Any], *, thread: str | None = None, context: Context | None = None
    ) -> RunResult:
        """Run a workflow on this input, on a new thread or as the next run of a finished one.

        Raises ThreadUnfinished, ThreadBusy, InvalidInput.
        """
        known = checked(graph, values)
        thread_id, name = await self.threads.identify(thread)
        async with self._leased(thread_id, {"graph": graph, "name": name, "about": known}) as at:
            if at.snapshot.interrupts:
                raise has_to_be_decided(at.called)
            self._refuse_unfinished(at)
            return await self._run(at, known, context=context)

    async def say(
        self, text: str, *, thread: str | None = None, email: str | None = None, context: Context | None = None
    ) -> RunResult:
        """The next message of a support conversation. While an approval is pending, the graph keeps it for later."""
        text, known = of_readable_length(text), checked("support", {"email": email} if email else {})
        thread_id, name = await self.threads.identify(thread)
        async with self._leased(thread_id, {"graph": "support", "name": name, "about": known}) as at:
            if not at.snapshot.interrupts:
                self._refuse_unfinished(at)

            async def take(message: HumanMessage) -> RunResult:
                return await self._run(at, {**known, "messages": [message]}, context=context)

            return await in_turn(self.threads, thread_id, text, at.snapshot.values.get("messages") or [], take)

    async def decide(self, thread: str, answer: Mapping[str, Any], *, decider: Decider | None = None) -> RunResult:
        """Answer the pending approval and go on. `decider`: left out, who works at this command line.

        Raises UnknownThread, NothingPending, AlreadyDecided, ApprovalExpired, EditRefused, MayNotDecide, ThreadBusy.
        """
        thread_id = await self.threads.find(thread)
        async with self._leased(thread_id) as at:
            record = await self._undecided(at)
            refuse_another(answer, record)
            decision = read_answer(answer, self.services.actions[record["action"]], record["args"])
            if decision["problem"]:
                raise EditRefused(decision["problem"])
            return await self._answer(at, await self.proven(answer, record, decider))

    async def resume(self, thread: str) -> RunResult:
        """Go on after a crash, a stop or a failure. Raises UnknownThread, NothingToResume, ThreadBusy."""
        thread_id = await self.threads.find(thread)
        await send_due(self.outbox, self.services, now_at_all=True)
        async with self._leased(thread_id) as at:
            if at.awaited:
                record = await self.services.approvals.get(at.awaited)
                if record and record["status"] != "pending":  # decided on another thread: this one is a fork of it
                    return await self._answer(at, {"type": "decided"})
                raise waits_for_a_decision(at.called)
            if unfinished(at.snapshot):
                return await self._go_on(at)
            if at.snapshot.values.get("outcome") == NEEDS_ATTENTION:
                return await self._run(at, input_of(at.thread["graph"], at.snapshot.values))
            await self._corrected(at.thread, at.snapshot)
            raise _nothing_left(at)

    async def sweep(self) -> list[RunResult]:
        """Let every overdue approval expire, finish its thread, close approvals whose thread does not wait any more, go on
        with threads whose approval was decided without them, open cases again whose refund has failed, and send mails that
        are due. Threads that are busy are left for the next sweep."""
        swept = await self._each(self.expire(record) for record in await self.overdue())
        swept += await self._each(self._close_if_lost(record) for record in await self.services.approvals.pending())
        failed, waiting = await self.recent(status="failed"), await self.recent(status="waiting")
        swept += await self._each(self._finish_decided(thread, {"pending", "approved"}) for thread in failed)
        swept += await self._each(self.finish_decided(thread) for thread in waiting)
        swept += await reopen_failed(self)
        await send_due(self.outbox, self.services)
        return swept

    async def overdue(self) -> list[Approval]:
        now = iso(self.services.clock.now())
        return [record for record in await self.services.approvals.pending() if record["expires_at"] <= now]

    async def finish_decided(self, thread: Thread) -> RunResult | None:
        """Go on with a thread that waits for an approval which has ended. None: it is busy, or does not wait for one."""
        return await self._finish_decided(thread, {"pending"})

    async def recover(self, thread: Thread) -> RunResult:
        """Go on with the run of a process that died. What that did not write down is corrected. Raises ThreadBusy."""
        async with self._leased(thread["thread_id"]) as at:
            if unfinished(at.snapshot) and not at.snapshot.interrupts:
                return await self._go_on(at)
            status = status_of(at.snapshot, "failed")
            outcome = await self._outcome(at.thread, at.snapshot, status)
            await self.threads.correct(at.thread, status=status, outcome=outcome)
            return await self._result(at.thread, at.snapshot, status=status)

    @staticmethod
    async def _each(runs: Iterable[Awaitable[RunResult | None]]) -> list[RunResult]:
        """One after the other; what did not run is left out."""
        return [result for run in runs if (result := await run)]

    async def show(self, thread: str) -> RunResult:
        """Where the thread stands; runs nothing. Raises UnknownThread."""
        known = await self.threads.here(thread)
        snapshot = await self._snapshot(known["graph"], known["thread_id"])
        if known["status"] == "failed":
            known = await self._corrected(known, snapshot)
        shown = await self._result(known, snapshot, status=status_of(snapshot, known["status"]))
        return await shown_again(shown, known, self.services)

    async def recent(self, **wanted: Unpack[Wanted]) -> list[Thread]:
        """Threads, most recently active first. What a process that died did not write down is corrected."""
        for thread in await self.threads.abandoned():
            with suppress(StepGone):
                await self._corrected(thread, await self._snapshot(thread["graph"], thread["thread_id"]))
        return await super().recent(**wanted)

    @asynccontextmanager
    async def _leased(self, thread_id: str, new: NewThread | None = None) -> AsyncIterator[LeasedThread]:
        async with self.threads.lease(thread_id, new=new) as thread:
            yield LeasedThread(thread, await self._snapshot(thread["graph"], thread_id))

    async def _snapshot(self, graph: str, thread_id: str) -> StateSnapshot:
        """Raises StepGone, DependencyDown."""
        ready, config = compiled(graph, saver=self.saver), config_of(thread_id)
        try:
            if (saved := await self.saver.aget_tuple(config)) is None:
                return nothing_saved(config)
            refuse_unknown_steps(ready, saved)
            return await self._state(ready, thread_id)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise DependencyDown(unreadable(error)) from error

    async def _state(self, graph: Graph, thread_id: str) -> StateSnapshot:
        """Where the thread stands.

        When somebody has jumped into a waiting thread, two steps may have written the same key at once, which nothing can
        read. Such a thread goes back to where it had a single step to run.
        """
        try:
            return await graph.aget_state(config_of(thread_id))
        except InvalidUpdateError:
            history = [one async for one in graph.aget_state_history(config_of(thread_id))]
            await self._begin_again_at(graph, next(one.config for one in history if len(one.tasks) == 1))
            return await graph.aget_state(config_of(thread_id))

    async def _run(
        self, at: LeasedThread, values: dict[str, Any] | Command[Any] | None, *, context: Context | None = None
    ) -> RunResult:
        """Stream the graph to its end, its next interrupt, or its failure; then write down which."""
        thread_id, graph = at.thread["thread_id"], compiled(at.thread["graph"], saver=self.saver)
        config: RunnableConfig = {
            **config_of(thread_id),
            "recursion_limit": RECURSION_LIMIT,
            "max_concurrency": self.settings.research_concurrency,
            "callbacks": [JournalHandler(self.journal, watch=self.watcher.step)],
        }
        await self.threads.note(thread_id, status="running", about=values if isinstance(values, dict) else None)
        with counted() as counter:  # what raises leaves "running", and run by nobody: that is failed
            problem = await self._stream(graph, values, config, context)
        snapshot = await self._state(graph, thread_id)
        status: Status = "failed" if problem else status_of(snapshot, "failed")
        result = await self._result(at.thread, snapshot, status=status, usage=counter.usage)
        if problem:
            goes_on = f"Nothing is lost: `switchboard resume {quote(at.called)}` goes on from the last step."
            result["reply"] = f"{problem} {goes_on if unfinished(snapshot) else 'Start again.'}"
        outcome = await registered_outcome(thread_id, result["outcome"], self.services)
        await self.threads.note(thread_id, status=result["status"], outcome=outcome, about=result["values"])
        return result

    @property
    def _may_speak(self) -> bool:
        """Whether a chat model may write a reply. To listen for one costs every step a tenth of its time."""
        ours_alone = self.settings.services is None and self.settings.model is None
        return not ours_alone or self.services.language is not self.services.rules

    async def _stream(self, graph: Graph, values: Any, config: RunnableConfig, context: Context | None) -> str | None:
        """What stopped the run, as a sentence; None when nothing did."""
        control, growing = RunControl(), Growing()
        try:
            with ended_by_signals(control) if self.signals else nullcontext():
                async with asyncio.timeout(self.settings.run_timeout_s):
                    async for part in graph.astream(
                        values,
                        config,
                        context=context,
                        stream_mode=["messages"] if self._may_speak else [],
                        durability="sync",
                        control=control,
                    ):
                        chunk, about = cast("tuple[str, tuple[Any, dict[str, Any]]]", part)[1]
                        speaks = about["langgraph_node"] == SPEAKING and isinstance(chunk, AIMessageChunk)
                        if speaks and (said := growing.with_piece(chunk.id or "", str(chunk.text))):
                            self.watcher.token(said)
        except GraphDrained:
            return "Stopped, as you asked."
        except NotConfigured:
            raise
        except GraphRecursionError:
            return f"The run took more than {RECURSION_LIMIT} steps."
        except Exception as error:
            if is_outage(error):
                raise
            return why(error, self.settings.run_timeout_s)
        return None

    async def _go_on(self, at: LeasedThread) -> RunResult:
        """Run what is left, from the last checkpoint."""
        if any(task.error and task.result for task in at.snapshot.tasks):
            # A step that was cancelled between its own writes and its router's has both writes and an error. LangGraph
            # takes it for done and has nothing to go to.
            graph = compiled(at.thread["graph"], saver=self.saver)
            await self._begin_again_at(graph, config_of(at.thread["thread_id"]))
        return await self._run(at, None)

    async def _begin_again_at(self, graph: Graph, config: RunnableConfig) -> None:
        """Make this checkpoint the newest once more, without the writes of its steps.

        The steps are run again: each of their effects has its idempotency key.
        """
        found = await self.saver.aget_tuple(config)
        if found is None:
            return
        saved = await whole(found, graph, self.saver)
        saved.checkpoint["id"] = str(uuid6(clock_seq=-2))
        place: RunnableConfig = {"configurable": {"checkpoint_ns": "", **saved.config["configurable"]}}
        await self.saver.aput(place, saved.checkpoint, saved.metadata, saved.checkpoint["channel_versions"])

    async def _answer(self, at: LeasedThread, answer: Mapping[str, Any]) -> RunResult:
        """Resume by interrupt id, never by position."""
        waiting = at.snapshot.interrupts[0]
        return await self._run(at, Command(resume={waiting.id: dict(answer)}))

    async def _undecided(self, at: LeasedThread) -> Approval:
        """The record that waits for a decision, or the refusal that fits."""
        return await undecided(at.thread, at.awaited, self.services.approvals, self.services.clock)

    async def expire(self, record: Approval) -> RunResult | None:
        """Let an overdue approval expire, and finish its thread. None: the thread is busy, or lost."""
        thread_id = record["thread_id"]
        try:
            async with self._leased(thread_id) as at:
                if at.snapshot.interrupts:
                    return await self._answer(at, {"type": "expire"})
                if unfinished(at.snapshot):  # an earlier sweep, or a decision, died right after it was answered
                    return await self._go_on(at)
        except (ThreadBusy, OtherEngine, UnknownThread, StepGone):
            pass
        return None

    async def _close_if_lost(self, record: Approval) -> RunResult | None:
        """Close an approval that cannot be decided any more: its thread is gone, or does not wait for it."""
        thread_id = record["thread_id"]
        try:
            thread = await self.threads.get(thread_id)
        except UnknownThread:
            return await close_lost(record, self.services, name=None)
        if thread["engine"] != self.threads.engine:
            return None
        try:
            if expects(await self._snapshot(thread["graph"], thread_id), record):
                return None
            async with self._leased(thread_id) as at:  # it may have gone on since we looked
                current = await self.services.approvals.get(record["approval_id"])
                if expects(at.snapshot, record) or not current or current["status"] != "pending":
                    return None
                closed = await close_lost(record, self.services, graph=thread["graph"], name=thread["name"])
                if not at.snapshot.interrupts:
                    await self.threads.note(thread_id, status="completed", outcome=closed["outcome"])
                return closed
        except (ThreadBusy, UnknownThread, StepGone):
            return None

    async def delete(self, thread: str, *, force: bool = False, by: str = "unknown") -> str:
        """Forget a thread. `force`: also one whose approval is pending, which is withdrawn first, and people are told.

        Raises UnknownThread, ThreadBusy, ThreadUnfinished.
        """

        async def let_go(thread_id: str) -> None:
            record = await self.services.approvals.waiting(thread_id)
            if record is None:
                return
            if not force:
                raise ThreadUnfinished(
                    f"Thread {thread} waits for an approval: `switchboard approve {quote(thread)}` or `switchboard reject {quote(thread)} "
                    f"--reason ...` first, or `switchboard delete {quote(thread)} --force`, which withdraws the request and tells "
                    "the approver and the customer."
                )
            await withdraw(record, self.services, by=by, reason="Its conversation was deleted.")

        return await self.archive.delete(thread, before=let_go)

    async def _finish_decided(self, thread: Thread, but: Collection[str]) -> RunResult | None:
        """Go on with a thread whose approval has ended outside its run, or in a run that died before it could say so.

        `but`: how an approval has not ended yet, or what `resume` goes on with.
        """
        approval = await self.services.approvals.latest(thread["thread_id"])
        if thread["engine"] != self.threads.engine or approval is None or approval["status"] in but:
            return None
        try:
            async with self._leased(thread["thread_id"]) as at:
                if at.awaited == approval["approval_id"]:
                    return await self._answer(at, {"type": "decided"})
                if unfinished(at.snapshot) and not at.snapshot.interrupts:
                    return await self._go_on(at)
        except (ThreadBusy, UnknownThread, StepGone):
            pass
        return None

    async def _corrected(self, thread: Thread, snapshot: StateSnapshot) -> Thread:
        """The thread as its checkpoint has it, and the register brought up to that: the process that ran it died
        between its last checkpoint and its note."""
        status = status_of(snapshot, thread["status"])
        if status == thread["status"]:
            return thread
        outcome = await self._outcome(thread, snapshot, status)
        await self.threads.correct(thread, status=status, outcome=outcome)
        return {**thread, "status": status, "outcome": outcome}

    async def _outcome(self, thread: Thread, snapshot: StateSnapshot, status: Status) -> str | None:
        """What the register says of a thread that stands so."""
        outcome = snapshot.values.get("outcome") if status == "completed" else None
        return await registered_outcome(thread["thread_id"], outcome, self.services)

    async def _result(
        self, thread: Thread, snapshot: StateSnapshot, *, status: Status, usage: Usage | None = None
    ) -> RunResult:
        return await result_of(thread, snapshot.values, self.services, status=status, usage=usage)

    def _refuse_unfinished(self, at: LeasedThread) -> None:
        if unfinished(at.snapshot):
            raise has_to_be_resumed(at.called)


def _nothing_left(at: LeasedThread) -> NothingToResume:
    if at.snapshot.values:
        return has_nothing_left(at.called)
    return NothingToResume(
        f"Thread {at.called} stopped before its first step was saved. Start it again with the same command."
    )
