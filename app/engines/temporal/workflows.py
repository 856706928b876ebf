"""The workflows: one per kind of run. Each is a loop that waits for work, runs the graph, and says where the thread stands.

    Job            one run, and the decisions in it. Ends when the graph has ended.
    Conversation   turn after turn. Ends when no message has come for a long time; begins a new history when it is long.

Work comes as the input that a workflow starts with, and as updates: `take` (a turn), `decide` (an approval), `resume`.
What cannot be done now is refused by their validators, before anything is written to the history. An approval's deadline
is a timer. A thread that waits or has failed keeps its workflow open.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import wraps
from typing import Any

from langgraph.errors import NodeError
from langgraph.types import Command
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from app.engines.contract import Usage
from app.engines.run_results import no_usage
from app.engines.temporal.boundary import Happening, Limits, Opening, Problem, Standing, Turn, Verdict
from app.engines.temporal.graph_run import GraphRun, identified
from app.engines.temporal.search_attributes import found_by
from app.engines.temporal.temporal_failures import told
from app.engines.temporal.update_refusals import refuse_decision, refuse_resume, refuse_turn
from app.engines.usage import added
from app.records.journal_entries import FAILURE_PATH
from app.records.threads import Status
from nodes.ports.clock import parse

SOONEST = timedelta(seconds=1)
"""Clocks differ: when the step that records a decision still sees time left, the deadline is tried again a second later."""

RECORD = "switchboard.record"
"""The activity that writes the journal and the register."""

RECORD_TRIES = RetryPolicy(initial_interval=timedelta(seconds=0.5), maximum_attempts=5)


@dataclass
class _Work:
    values: dict[str, Any] | Command[Any] | None  # None: go on from the last step
    context: dict[str, Any] | None
    limits: Limits


class Thread:
    """What both kinds of workflow have in common."""

    _talks = False
    """Whether messages come also while an approval is pending."""

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        self._opening = opening
        self._thread_id = workflow.info().workflow_id
        self._status: Status = "running" if opening.turn else "completed"
        self._problem: Problem | None = None
        self._graph: GraphRun | None = None
        self._work: _Work | None = None
        self._limits = Limits(run_timeout_s=0, max_concurrency=1)
        self._decided: str | None = None
        self._stops = 0
        self._run_id = ""
        self._usage = no_usage()
        if opening.turn:
            self._begin(_Work(opening.turn.values, opening.turn.context, opening.turn.limits))

    @workflow.query
    def standing(self) -> Standing:
        """Where the thread stands."""
        interrupt = self._graph.interrupt if self._graph and self._status == "waiting" else None
        return Standing(
            status=self._status,
            values=self._graph.values if self._graph else self._opening.carried,
            awaited=interrupt.value["approval"] if interrupt else None,
            problem=self._problem,
            stops=self._stops,
            usage=self._usage,
        )

    @workflow.signal
    def counted(self, usage: Usage) -> None:
        """What a step's model has counted; also a step that failed."""
        self._usage = added(self._usage, usage)

    @workflow.update
    async def stopped(self, stops: int) -> Standing:
        """Where the thread stands when its run number `stops` + 1 has ended, or waits."""
        return await self._after(stops)

    @workflow.update
    async def take(self, turn: Turn) -> Standing:
        """The next run of a thread that is open; where it stands afterwards."""
        return await self._done(_Work(turn.values, turn.context, turn.limits))

    @take.validator
    def _may_take(self, turn: Turn) -> None:
        refuse_turn(self._thread_id, self.standing(), may_wait=self._talks)

    @workflow.update
    async def decide(self, verdict: Verdict) -> Standing:
        """A human's answer to the approval that waits."""
        self._decided = verdict.approval_id
        return await self._done(_Work(Command(resume=verdict.answer), None, verdict.limits))

    @decide.validator
    def _may_decide(self, verdict: Verdict) -> None:
        refuse_decision(self._thread_id, self.standing(), verdict, workflow.now(), decided=self._decided)

    @workflow.update
    async def resume(self, limits: Limits) -> Standing:
        """Go on after a failure; or after an approval that was settled elsewhere, which its record tells."""
        settled = {"type": "decided"} if self._status == "waiting" else None
        return await self._done(_Work(Command(resume=settled) if settled else None, None, limits))

    @resume.validator
    def _may_resume(self, limits: Limits) -> None:
        refuse_resume(self._thread_id, self.standing())

    def _begin(self, work: _Work) -> None:
        self._work, self._limits, self._status = work, work.limits, "running"

    async def _done(self, work: _Work) -> Standing:
        before = self._stops
        self._begin(work)
        return await self._after(before)

    async def _after(self, stops: int) -> Standing:
        await workflow.wait_condition(lambda: self._stops > stops)
        return self.standing()

    async def _serve(self, *, idle: timedelta) -> None:
        """Work until the thread has been finished for the idle time."""
        opening = self._opening
        self._graph = await GraphRun.made(opening.graph, self._thread_id, opening.carried, self._watched)
        while True:
            if work := await self._next(idle):
                await self._run(self._graph, work)
                if self._status != "completed" or not self._is_full():
                    continue
            await workflow.wait_condition(lambda: self._work is not None or workflow.all_handlers_finished())
            if self._work is None:
                return

    def _is_full(self) -> bool:
        """Whether the history is so long that replaying it is slow."""
        return self._stops >= self._opening.turns or workflow.info().is_continue_as_new_suggested()

    async def _next(self, idle: timedelta) -> _Work | None:
        while self._work is None:
            if self._status == "completed" and not idle:
                return None
            try:
                await workflow.wait_condition(lambda: self._work is not None, timeout=self._patience(idle))
            except TimeoutError:
                if self._status == "waiting":
                    self._begin(_Work(Command(resume={"type": "expire"}), None, self._limits))
                elif workflow.all_handlers_finished():
                    return None
        work, self._work = self._work, None
        return work

    def _patience(self, idle: timedelta) -> timedelta | None:
        """How long to wait for work: until the approval's deadline; for ever after a failure."""
        if self._status == "failed":
            return None
        if awaited := self.standing().awaited:
            return max(parse(awaited["expires_at"]) - workflow.now(), SOONEST)
        return idle

    async def _run(self, graph: GraphRun, work: _Work) -> None:
        began, self._run_id = workflow.now(), str(workflow.uuid4())
        self._problem, self._usage = None, no_usage()
        starts = isinstance(work.values, dict)
        await self._record("run_start" if starts else "run_resume", status="running", values=_found_by(work.values))
        problem = await graph.go(work.values, work.context, work.limits, self._run_id)
        status = graph.status(problem)
        duration_ms = round((workflow.now() - began).total_seconds() * 1000)
        outcome = graph.values.get("outcome") if status == "completed" else None
        error = problem.sentence if problem else None
        event = "run_error" if error else "run_end"
        values = _found_by(graph.values)
        await self._record(event, status=status, outcome=outcome, values=values, duration_ms=duration_ms, error=error)
        self._problem, self._status = (
            problem,
            status,
        )  # only now: until it is written down, the thread takes nothing new
        self._decided = None if status == "waiting" else self._decided
        self._stops += 1

    async def _record(self, event: str, **about: Any) -> None:
        """Write to the business database and the search attributes. The thread goes on when the database cannot be reached."""
        happening = Happening(self._thread_id, self._run_id, self._opening.graph, event, **about)
        if self._opening.indexed and happening.status:
            standing = replace(self.standing(), status=happening.status)
            workflow.upsert_search_attributes(found_by(self._opening.graph, standing))
        try:
            await workflow.execute_local_activity(
                RECORD, happening, start_to_close_timeout=timedelta(seconds=30), retry_policy=RECORD_TRIES
            )
        except ActivityError as error:
            workflow.logger.warning(
                "%s of thread %s could not be written down: %s", event, self._thread_id, error.cause
            )

    def _watched(self, on_failure: Any) -> Any:
        """The graph's failure handler, with its errors as they were raised, and its lines in the journal."""
        handler = told(on_failure)

        @wraps(handler)
        async def handle(state: Any, error: NodeError) -> Any:
            await self._record("start", node=FAILURE_PATH)
            try:
                command = await handler(state, error)
            except Exception as raised:
                await self._record("failure", node=FAILURE_PATH, error=f"{type(raised).__name__}: {raised}")
                raise
            await self._record("end", node=FAILURE_PATH)
            return identified(command, workflow.uuid4)

        return handle


@workflow.defn
class Job(Thread):
    """One run."""

    @workflow.run
    async def run(self, opening: Opening) -> Standing:
        await self._serve(idle=timedelta(0))
        return self.standing()


@workflow.defn
class Conversation(Thread):
    """Turn after turn."""

    _talks = True

    @workflow.run
    async def run(self, opening: Opening) -> Standing:
        await self._serve(idle=timedelta(seconds=opening.idle_s))
        standing = self.standing()
        if self._is_full():
            workflow.continue_as_new(
                Opening(
                    graph=opening.graph,
                    turn=None,
                    carried=standing.values,
                    indexed=opening.indexed,
                    idle_s=opening.idle_s,
                    turns=opening.turns,
                ),
                initial_versioning_behavior=workflow.ContinueAsNewVersioningBehavior.AUTO_UPGRADE,
            )
        return standing


def _found_by(values: Any) -> dict[str, Any]:
    """Of a run's input, or of a thread's state, what the register finds the thread by."""
    return {name: values[name] for name in ("order_id", "email") if isinstance(values, dict) and values.get(name)}
