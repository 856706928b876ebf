"""The no-framework engine: steps that depend on each other, run in parallel in this process.

    outcome = await Orchestrator([Step("fetch", fetch), Step("parse", parse, depends_on=["fetch"])]).run({"url": url})

It saves nothing: a run that ends early is gone, and there is no resume. It has no approvals. It runs each
step once, in one process: loops are unrolled, threads and processes are yours. `app.engines.langgraph.runner` does what this does not.

    a step is   when                                          its dependants
    done        `run` returned                                run
    skipped     `when` said no, or a dependency was skipped   are skipped; those with after_skipped="run" run
    failed      `when`, or the last attempt of `run`, raised  are blocked; those with after_failed="run" run
    blocked     a dependency failed or was blocked            are blocked; those with after_failed="run" run

A dependency that failed counts before one that was skipped; `when` is asked last. A step sees the start values and what the
steps before it have returned, merged in the order of dependence, and nothing of other steps.
Cancelling the run cancels every step and waits for it. So does anything that is raised and is not an `Exception`: the run
then raises `CancelledError` or `KeyboardInterrupt` and returns no outcome.
"""

import asyncio
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from typing import Any, Literal, TypeVar

from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

T = TypeVar("T")
State = dict[str, Any]
Changes = Mapping[str, Any]
Run = Callable[[State], Awaitable[Changes | None]]
When = Callable[["Outcome"], bool | Awaitable[bool]]
OnFailure = Callable[[State, Exception], Awaitable[Changes | None]]
Merge = Callable[[State, Changes], State]
Progress = Callable[["Transition"], Awaitable[None] | None]
Status = Literal["done", "skipped", "failed", "blocked"]
Event = Literal["start", "retry", "end", "failure", "skip"]

_log = logging.getLogger("switchboard.steps")


@dataclass(frozen=True)
class Step:
    """`run` gets the state and returns what changed. A step that blocks the event loop cannot be timed out."""

    name: str
    run: Run
    depends_on: Sequence[str] = ()
    when: When | None = None  # asked once, with what became of the steps before this one
    attempts: int = 1  # the first try included; the Orchestrator may say that some errors are not worth another
    timeout_s: float | None = None  # for one attempt
    backoff_s: float = 0.5  # before the second try; doubles, plus up to as much again at random
    backoff_max_s: float = 8.0
    after_skipped: Literal["run", "skip"] = "skip"
    after_failed: Literal["run", "skip"] = "skip"
    on_failure: OnFailure | None = None  # what a failed step leaves in the state; it stays failed

    def __post_init__(self) -> None:
        if not isinstance(self.attempts, int) or self.attempts < 1:
            raise ValueError(f"Step {self.name} needs a whole number of attempts, at least 1.")
        if self.timeout_s is not None and self.timeout_s <= 0:
            raise ValueError(f"Step {self.name} needs a timeout_s above 0, or none.")
        if min(self.backoff_s, self.backoff_max_s) < 0:
            raise ValueError(f"Step {self.name} needs a backoff of 0 seconds or more.")


@dataclass(frozen=True)
class StepResult:
    name: str
    status: Status
    because: str = ""  # why it was skipped or blocked
    attempts: int = 0
    duration_s: float = 0.0  # every attempt, and the delays between them
    error: Exception | None = None
    changes: Changes = field(default_factory=dict)
    handled: bool = False  # it failed, and its on_failure took care of that


@dataclass(frozen=True)
class Outcome:
    """Every step's result, in the order in which the steps were given, and the state after them."""

    results: Mapping[str, StepResult]
    state: State

    def __getitem__(self, name: str) -> StepResult:
        return self.results[name]

    @property
    def failed(self) -> list[StepResult]:
        return [result for result in self.results.values() if result.status == "failed"]

    @property
    def unhandled(self) -> list[StepResult]:
        return [result for result in self.failed if not result.handled]


@dataclass(frozen=True)
class Transition:
    """What the progress callback is told. A `failure` that is not the last is followed by a `retry`."""

    step: str
    event: Event
    attempt: int = 0  # 0: `when` or a dependency decided, `run` was not called
    duration_s: float | None = None  # of this attempt
    error: Exception | None = None
    because: str = ""


def replaced(state: State, changes: Changes) -> State:
    """The simplest merge: what a step returns replaces what was there."""
    return {**state, **changes}


class Orchestrator:
    """Raises ValueError for a duplicate name, an unknown dependency or a cycle, before anything runs.

    An error of `progress` is logged and does not change the run.
    """

    def __init__(
        self,
        steps: Iterable[Step],
        *,
        merge: Merge = replaced,
        progress: Progress | None = None,
        worth_another_try: Callable[[Exception], bool] = lambda _: True,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._steps: dict[str, Step] = {}
        for step in steps:
            if step.name in self._steps:
                raise ValueError(f"Two steps are called {step.name}; every name may occur once.")
            self._steps[step.name] = step
        self._needs = {step.name: step.depends_on for step in self._steps.values()}
        self._order = _in_order(self._needs)
        self._before: dict[str, set[str]] = {}
        for name in self._order:
            self._before[name] = set(self._needs[name]).union(*(self._before[one] for one in self._needs[name]))
        self._merge, self._progress, self._sleep, self._clock = merge, progress, sleep, clock
        self._again = retry_if_exception(lambda error: isinstance(error, Exception) and worth_another_try(error))

    async def run(self, values: Changes | None = None) -> Outcome:
        """Run every step that is due. A step that fails raises nothing here: its result has the error."""
        start, results, stopped = dict(values or {}), dict[str, StepResult](), list[BaseException]()
        waiting = TopologicalSorter(self._needs)
        waiting.prepare()

        async def settle(name: str) -> None:
            try:
                results[name] = await self._settle(self._steps[name], start, results)
                if _cancelled():  # and the step has ignored it
                    raise asyncio.CancelledError
            except BaseException as stop:
                stopped.append(stop)
                raise _Stopped from stop
            waiting.done(name)
            start_ready()

        def start_ready() -> None:
            for name in waiting.get_ready():
                group.create_task(settle(name), name=name)

        try:
            async with asyncio.TaskGroup() as group:
                start_ready()
        except* _Stopped:
            pass
        if stopped:
            raise stopped[0]
        return self._outcome(self._steps, start, results)

    async def _settle(self, step: Step, start: State, results: Mapping[str, StepResult]) -> StepResult:
        began, tried, state = self._clock(), 0, start

        async def attempt() -> Changes:
            nonlocal tried
            tried, since = tried + 1, self._clock()
            await self._tell(Transition(step.name, "start" if tried == 1 else "retry", tried))
            try:
                changes = await _in_time(step, dict(state))
            except Exception as error:
                await self._tell(Transition(step.name, "failure", tried, self._clock() - since, error))
                raise
            await self._tell(Transition(step.name, "end", tried, self._clock() - since))
            return changes

        def result(status: Status, **more: Any) -> StepResult:
            return StepResult(step.name, status, attempts=tried, duration_s=self._clock() - began, **more)

        try:
            before = self._outcome(self._before[step.name], start, results)
            state = before.state
            if obstacle := await _obstacle(step, before):
                status, because = obstacle
                await self._tell(Transition(step.name, "skip", because=because))
                return result(status, because=because)
            return result("done", changes=await self._retrying(step)(attempt))
        except Exception as error:
            if not tried:
                await self._tell(Transition(step.name, "failure", error=error))
            if step.on_failure is None:
                return result("failed", error=error)
            try:
                return result("failed", error=error, changes=await step.on_failure(state, error) or {}, handled=True)
            except Exception as worse:
                return result("failed", error=worse)

    def _outcome(self, names: Collection[str], start: State, results: Mapping[str, StepResult]) -> Outcome:
        state = dict(start)
        for name in self._order:
            if name in names and results[name].changes:
                state = self._merge(state, results[name].changes)
        return Outcome({name: results[name] for name in self._steps if name in names}, state)

    def _retrying(self, step: Step) -> AsyncRetrying:
        backoff = wait_exponential(multiplier=step.backoff_s, max=step.backoff_max_s) + wait_random(0, step.backoff_s)
        stop = stop_after_attempt(step.attempts)
        return AsyncRetrying(stop=stop, wait=backoff, retry=self._again, sleep=self._sleep, reraise=True)

    async def _tell(self, transition: Transition) -> None:
        try:
            if self._progress:
                await _awaited(self._progress(transition))
        except Exception:
            _log.exception("The progress callback failed at %s of step %s.", transition.event, transition.step)


class _Stopped(Exception):
    """Ends the TaskGroup, so that it cancels the other steps and waits for them.

    By default it raises a KeyboardInterrupt before they are done, and counts a cancelled task as done.
    """


def _cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _in_time(step: Step, state: State) -> Changes:
    """One attempt, in a task of its own, so that a cancellation inside the step is not taken for one of the run.

    A cancellation that the run did not request is a failure; a TaskGroup would ignore it.
    """
    attempt = asyncio.create_task(_contained(step, state), name=f"an attempt of {step.name}")
    try:
        async with asyncio.timeout(step.timeout_s) as limit:
            changes, stop = await attempt
            if stop:
                raise stop
    except TimeoutError as error:
        if limit.expired():
            raise TimeoutError(f"Step {step.name} took longer than {step.timeout_s:g} s.") from error
        raise
    except asyncio.CancelledError as error:
        if _cancelled() or attempt.cancelling():
            raise
        raise RuntimeError(f"Step {step.name} was cancelled from inside.") from error
    if changes is not None and not isinstance(changes, Mapping):
        raise TypeError(f"Step {step.name} returned {type(changes).__name__}; expected what changed, by name, or None.")
    return changes or {}


async def _contained(step: Step, state: State) -> tuple[Changes | None, BaseException | None]:
    """What the step returns. A task would let a KeyboardInterrupt out of the event loop at once."""
    try:
        return await step.run(state), None
    except (KeyboardInterrupt, SystemExit) as stop:
        return None, stop


async def _obstacle(step: Step, before: Outcome) -> tuple[Status, str] | None:
    """Why the step does not run; None when it does."""
    needed = [before[name] for name in step.depends_on]
    for one in needed:
        if one.status in ("failed", "blocked") and step.after_failed == "skip":
            return "blocked", f"{one.name} {'failed' if one.status == 'failed' else 'was blocked'}"
    for one in needed:
        if one.status == "skipped" and step.after_skipped == "skip":
            return "skipped", f"{one.name} was skipped"
    if step.when and not await _awaited(step.when(before)):
        return "skipped", "its condition said no"
    return None


async def _awaited(value: T | Awaitable[T]) -> T:
    return await value if inspect.isawaitable(value) else value


def _in_order(needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Every step after those it depends on, the same on every run."""
    for name, wanted in needs.items():
        if isinstance(wanted, str):
            raise ValueError(f'Step {name} depends on "{wanted}": write a list of names.')
        if unknown := [one for one in wanted if one not in needs]:
            raise ValueError(f"Step {name} depends on {', '.join(unknown)}, which is not a step.")
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise ValueError(f"The steps depend on each other in a cycle: {' -> '.join(error.args[1])}.") from error
