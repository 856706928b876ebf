"""The no-framework engine: what runs, what does not and why, and that nothing is lost on the way."""

import asyncio
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app
from app.engines.steps.orchestrator import (
    Changes,
    Orchestrator,
    Outcome,
    Run,
    State,
    Status,
    Step,
    StepResult,
    Transition,
)
from nodes.ports.errors import Final, Retryable

ROOT = Path(app.__file__).parent.parent


def leaves(**changes: Any) -> Run:
    async def run(_: State) -> Changes:
        return changes

    return run


def fails(*errors: BaseException, then: Changes | None = None) -> Run:
    """Raises these in turn; afterwards returns `then`."""
    due = list(errors)

    async def run(_: State) -> Changes:
        if due:
            raise due.pop(0)
        return then or {}

    return run


async def hangs(_: State) -> None:
    await asyncio.Event().wait()


async def breaks(_: State) -> None:
    raise Final("no")


def says(answer: bool) -> Callable[[Outcome], bool]:
    return lambda _: answer


class Air:
    """Sleeps that pass at once and are remembered."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


class Ticks:
    """A clock that goes on one second with each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


class Told:
    """A progress callback that remembers."""

    def __init__(self) -> None:
        self.all: list[Transition] = []

    def __call__(self, transition: Transition) -> None:
        self.all.append(transition)

    def events(self) -> list[tuple[str, str, int]]:
        return [(one.step, one.event, one.attempt) for one in self.all]


async def run(*steps: Step, values: Changes | None = None, **more: Any) -> Outcome:
    return await Orchestrator(steps, **{"sleep": Air(), **more}).run(values)


def statuses(outcome: Outcome) -> dict[str, Status]:
    return {name: result.status for name, result in outcome.results.items()}


A_A, UNKNOWN_B = [Step("a", hangs), Step("a", hangs)], [Step("a", hangs, ["b"])]
ITSELF, CIRCLE = [Step("a", hangs, ["a"])], [Step("a", hangs, ["c"]), Step("b", hangs, ["a"]), Step("c", hangs, ["b"])]
MISTAKES: list[tuple[list[Step], str]] = [
    # (the steps, what the error says)
    (A_A, "Two steps are called a"),
    (UNKNOWN_B, "Step a depends on b, which is not a step"),
    (ITSELF, "in a cycle: a -> a"),
    (CIRCLE, "in a cycle: "),
    ([Step("a", hangs), Step("b", hangs, "a")], "write a list of names"),
]


@pytest.mark.parametrize(("steps", "says"), MISTAKES)
def test_a_mistake_in_the_plan_is_an_error_before_anything_runs(steps: list[Step], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Orchestrator(steps)


@pytest.mark.parametrize(
    ("knobs", "says"),
    [
        ({"attempts": 0}, "at least 1"),
        ({"attempts": 2.5}, "whole number"),
        ({"timeout_s": 0}, "timeout_s above 0"),
        ({"timeout_s": -1.0}, "timeout_s above 0"),
        ({"backoff_s": -1}, "backoff of 0"),
    ],
)
def test_a_step_has_at_least_one_try_and_some_time(knobs: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Step("a", hangs, **knobs)


async def test_no_steps_are_done_at_once() -> None:
    outcome = await run(values={"x": 1})
    assert (outcome.results, outcome.state) == ({}, {"x": 1})


async def test_a_step_sees_what_the_steps_before_it_have_left_and_nothing_else() -> None:
    seen: dict[str, State] = {}

    def sees(name: str, **changes: Any) -> Run:
        async def run(state: State) -> Changes:
            seen[name] = dict(state)
            state["scribble"] = name
            return changes

        return run

    outcome = await run(
        Step("last", sees("last"), ["left"]),
        Step("left", sees("left", left=1), ["first"]),
        Step("right", sees("right", right=1), ["first"]),
        Step("first", sees("first", x=2)),
        values={"x": 1},
    )
    assert seen["first"] == {"x": 1}
    assert seen["left"] == seen["right"] == {"x": 2}
    assert seen["last"] == {"x": 2, "left": 1}
    assert outcome.state == {"x": 2, "left": 1, "right": 1}
    assert list(outcome.results) == ["last", "left", "right", "first"], "in the order they were given"


@pytest.mark.parametrize("first", ["a", "b"])
async def test_who_finishes_first_does_not_matter(first: str) -> None:
    """Two steps side by side leave the same name: the state is the same, whoever was quicker."""
    quick = asyncio.Event()

    def writes(name: str) -> Run:
        async def run(_: State) -> Changes:
            if name == first:
                quick.set()
            await quick.wait()
            return {"x": name}

        return run

    assert (await run(Step("a", writes("a")), Step("b", writes("b")))).state == {"x": "b"}


async def test_changes_are_merged_as_the_host_says() -> None:
    def added(state: State, changes: Changes) -> State:
        return {"x": state.get("x", 0) + changes["x"]}

    outcome = await run(Step("a", leaves(x=1)), Step("b", leaves(x=2), ["a"]), values={"x": 10}, merge=added)
    assert outcome.state == {"x": 13}


NO, OK = says(False), leaves()
RULES: list[tuple[Step, dict[str, Any], Status, str]] = [
    # (the step before, how the next one takes it, what becomes of the next one, why)
    (Step("a", OK), {}, "done", ""),
    (Step("a", OK, when=NO), {}, "skipped", "a was skipped"),
    (Step("a", OK, when=NO), {"after_skipped": "run"}, "done", ""),
    (Step("a", OK, when=NO), {"after_failed": "run"}, "skipped", "a was skipped"),
    (Step("a", breaks), {}, "blocked", "a failed"),
    (Step("a", breaks), {"after_failed": "run"}, "done", ""),
    (Step("a", breaks), {"after_skipped": "run"}, "blocked", "a failed"),
    (Step("a", OK), {"when": NO}, "skipped", "its condition said no"),
    (Step("a", breaks), {"after_failed": "run", "when": NO}, "skipped", "its condition said no"),
]


@pytest.mark.parametrize(("before", "takes", "status", "because"), RULES)
async def test_what_becomes_of_a_dependant(before: Step, takes: dict[str, Any], status: Status, because: str) -> None:
    outcome = await run(before, Step("b", OK, ["a"], **takes))
    assert (outcome["b"].status, outcome["b"].because) == (status, because)
    assert outcome["b"].attempts == (1 if status == "done" else 0)


async def test_a_failure_blocks_what_comes_after_it_through_a_skip_rule_too() -> None:
    """after_skipped="run" is about conditions: what a failure has stopped does not count as skipped."""
    outcome = await run(
        Step("a", fails(Final("no"))),
        Step("b", OK, ["a"]),
        Step("c", OK, ["b"], after_skipped="run"),
        Step("d", OK, ["c"], after_failed="run"),
    )
    assert statuses(outcome) == {"a": "failed", "b": "blocked", "c": "blocked", "d": "done"}
    assert outcome["c"].because == "b was blocked"


async def test_a_failure_counts_before_a_skip() -> None:
    steps = Step("skipped", OK, when=NO), Step("failed", fails(Final("no"))), Step("c", OK, ["skipped", "failed"])
    assert (await run(*steps))["c"].because == "failed failed"


async def test_when_is_asked_with_what_became_of_the_steps_before() -> None:
    asked: list[tuple[State, dict[str, Status]]] = []

    async def large(before: Outcome) -> bool:
        asked.append((before.state, statuses(before)))
        return bool(before.state["amount"] > 100)

    steps = Step("weigh", leaves(amount=120)), Step("aside", OK), Step("ask", OK, ["weigh"], when=large)
    assert (await run(*steps))["ask"].status == "done"
    assert asked == [({"amount": 120}, {"weigh": "done"})]


async def test_a_condition_that_raises_is_a_failure_of_its_step() -> None:
    def broken(before: Outcome) -> bool:
        return bool(before.state["missing"])

    told = Told()
    outcome = await run(Step("a", OK, when=broken, attempts=3), Step("b", OK, ["a"]), progress=told)
    assert statuses(outcome) == {"a": "failed", "b": "blocked"}
    assert isinstance(outcome["a"].error, KeyError)
    assert outcome["a"].attempts == 0
    assert ("a", "failure", 0) in told.events()


TRIES: list[tuple[list[BaseException], int, Status, int]] = [
    # (errors, tries allowed, status, tries made)
    ([], 3, "done", 1),
    ([Retryable("x")], 3, "done", 2),
    ([Retryable("x")] * 2, 3, "done", 3),
    ([Retryable("x")] * 3, 3, "failed", 3),
    ([TimeoutError(), ConnectionError()], 3, "done", 3),
    ([ValueError("x")], 3, "done", 2),
    ([Retryable("x")], 1, "failed", 1),
]


@pytest.mark.parametrize(("errors", "allowed", "status", "made"), TRIES)
async def test_a_step_is_tried_again_when_that_is_worth_it(
    errors: list[BaseException], allowed: int, status: Status, made: int
) -> None:
    air = Air()
    outcome = await run(Step("a", fails(*errors, then={"x": 1}), attempts=allowed), sleep=air)
    assert (outcome["a"].status, outcome["a"].attempts) == (status, made)
    assert len(air.taken) == made - 1
    assert outcome["a"].error is (errors[made - 1] if status == "failed" else None)
    assert outcome.state == ({"x": 1} if status == "done" else {})


async def test_the_air_between_tries_doubles_up_to_its_limit() -> None:
    air = Air()
    await run(Step("a", fails(*[Retryable("x")] * 4), attempts=5, backoff_s=1, backoff_max_s=4), sleep=air)
    least = [1, 2, 4, 4]
    assert all(low <= taken <= low + 1 for low, taken in zip(least, air.taken, strict=True))


async def test_the_host_may_say_what_is_worth_another_try() -> None:
    step = Step("a", fails(Final("x")), attempts=2)
    assert (await run(step, worth_another_try=lambda error: not isinstance(error, Final)))["a"].attempts == 1


async def test_each_attempt_has_the_time_limit_for_itself() -> None:
    tries = 0

    async def slow_once(_: State) -> Changes:
        nonlocal tries
        tries += 1
        if tries == 1:
            await asyncio.Event().wait()
        return {"x": tries}

    outcome = await run(Step("a", slow_once, attempts=2, timeout_s=0.01))
    assert (outcome["a"].attempts, outcome.state) == (2, {"x": 2})


async def test_each_attempt_begins_with_the_same_state() -> None:
    seen: list[State] = []

    async def scribbles(state: State) -> None:
        seen.append(dict(state))
        state["x"] = "scribble"
        raise Retryable("x")

    await run(Step("a", scribbles, attempts=2), values={"x": 1})
    assert seen == [{"x": 1}, {"x": 1}]


async def test_a_step_that_takes_too_long_has_failed_and_its_error_says_so() -> None:
    outcome = await run(Step("a", hangs, timeout_s=0.01))
    assert outcome["a"].status == "failed"
    assert str(outcome["a"].error) == "Step a took longer than 0.01 s."


async def test_a_time_out_of_the_step_itself_keeps_its_own_words() -> None:
    outcome = await run(Step("a", fails(TimeoutError("the gateway")), timeout_s=10))
    assert str(outcome["a"].error) == "the gateway"


async def test_a_step_has_to_return_what_changed() -> None:
    async def wrong(_: State) -> Any:
        return ["x"]

    outcome = await run(Step("a", wrong))
    assert outcome["a"].status == "failed"
    assert "returned list" in str(outcome["a"].error)


async def test_what_a_failed_step_leaves_behind_is_seen_by_those_who_run_all_the_same() -> None:
    async def take_note(state: State, error: Exception) -> Changes:
        return {"failure": f"{error} with x={state['x']}"}

    steps = Step("a", fails(Final("no")), on_failure=take_note), Step("b", leaves(b=1), ["a"], after_failed="run")
    outcome = await run(*steps, values={"x": 1})
    assert outcome.state == {"x": 1, "failure": "no with x=1", "b": 1}
    assert (outcome["a"].status, outcome["a"].handled, outcome.unhandled) == ("failed", True, [])


async def test_a_handler_that_raises_is_reported_with_its_own_error() -> None:
    worse = Final("nobody there")

    async def raises(_: State, error: Exception) -> Changes:
        raise worse from error

    outcome = await run(Step("a", fails(Final("no")), on_failure=raises))
    assert (outcome["a"].error, outcome.unhandled, outcome.failed) == (worse, [outcome["a"]], [outcome["a"]])


async def test_everything_that_happens_is_told() -> None:
    told = Told()
    await run(
        Step("a", fails(Retryable("busy")), attempts=2),
        Step("b", fails(Final("no")), ["a"]),
        Step("c", OK, ["b"]),
        Step("d", OK, ["a"], when=NO),
        progress=told,
        clock=Ticks(),
    )
    assert [one for one in told.events() if one[0] in "ab"] == [
        ("a", "start", 1),
        ("a", "failure", 1),
        ("a", "retry", 2),
        ("a", "end", 2),
        ("b", "start", 1),
        ("b", "failure", 1),
    ]
    skips = {one.step: one.because for one in told.all if one.event == "skip"}
    assert skips == {"c": "b failed", "d": "its condition said no"}
    assert str(told.all[1].error) == "busy"
    assert told.all[1].duration_s == 1


async def test_a_result_has_the_time_of_all_attempts() -> None:
    outcome = await run(Step("a", fails(Retryable("x")), attempts=2), clock=Ticks())
    assert outcome["a"] == StepResult("a", "done", attempts=2, duration_s=5)


async def test_progress_may_be_awaited() -> None:
    told = Told()

    async def write(transition: Transition) -> None:
        await asyncio.sleep(0)
        told(transition)

    await run(Step("a", OK), progress=write)
    assert told.events() == [("a", "start", 1), ("a", "end", 1)]


async def test_a_progress_callback_that_fails_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: Transition) -> None:
        raise OSError("the disk is full")

    outcome = await run(Step("a", leaves(x=1)), Step("b", OK, ["a"]), progress=broken)
    assert statuses(outcome) == {"a": "done", "b": "done"}
    assert outcome["a"].attempts == 1
    assert "start of step a" in caplog.text


async def test_an_orchestrator_may_run_twice_at_once() -> None:
    both = asyncio.Barrier(2)

    async def meet(state: State) -> Changes:
        await both.wait()
        return {"mine": state["who"]}

    one = Orchestrator([Step("a", meet)])
    outcomes = await asyncio.gather(one.run({"who": 1}), one.run({"who": 2}))
    assert [outcome.state["mine"] for outcome in outcomes] == [1, 2]


class Working:
    """Steps that wait for ever, and tell when they began and that they were cleaned up."""

    def __init__(self, count: int, *, stubborn: bool = False) -> None:
        self.begun = asyncio.Barrier(count + 1)
        self.cleaned: list[str] = []
        self.stubborn = stubborn

    def step(self, name: str, after: Sequence[str] = ()) -> Step:
        async def run(_: State) -> None:
            try:
                await self.begun.wait()
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                await asyncio.sleep(0)  # cleaning up takes its time
                self.cleaned.append(name)
                if not self.stubborn:
                    raise

        return Step(name, run, after, attempts=3, timeout_s=60)


def others() -> set[asyncio.Task[Any]]:
    return asyncio.all_tasks() - {asyncio.current_task()}


@pytest.mark.parametrize("stubborn", [False, True])
async def test_cancelling_the_run_cancels_every_step_and_waits_for_it(stubborn: bool) -> None:
    """Also when a step ignores it, and when the host finds every error worth another try."""
    working = Working(2, stubborn=stubborn)
    steps = [working.step("a"), working.step("b"), Step("c", OK, ["a", "b"], after_failed="run")]
    task = asyncio.create_task(Orchestrator(steps, worth_another_try=lambda _: True).run())
    await working.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(working.cleaned) == ["a", "b"]
    assert others() == set()


async def test_a_run_that_waits_between_two_tries_is_cancelled_too() -> None:
    begun = asyncio.Event()

    async def sleep(_: float) -> None:
        begun.set()
        await asyncio.Event().wait()

    one = Orchestrator([Step("a", fails(Retryable("x")), attempts=2)], sleep=sleep)
    task = asyncio.create_task(one.run())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_time_limit_around_the_run_ends_all_of_it() -> None:
    working = Working(0)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await run(working.step("a"))
    assert working.cleaned == ["a"]


async def test_a_cancellation_from_inside_a_step_is_a_failure_and_no_silent_stop() -> None:
    outcome = await run(Step("a", fails(asyncio.CancelledError())), Step("b", OK, ["a"]))
    assert statuses(outcome) == {"a": "failed", "b": "blocked"}
    assert outcome["a"].attempts == 1
    assert "cancelled from inside" in str(outcome["a"].error)


async def test_a_task_that_somebody_else_cancels_cancels_the_run() -> None:
    working = Working(2)
    task = asyncio.create_task(Orchestrator([working.step("a"), working.step("b"), Step("c", OK, ["a"])]).run())
    await working.begun.wait()
    next(one for one in others() if one.get_name() == "a").cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sorted(working.cleaned) == ["a", "b"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("where", ["run", "when", "progress", "on_failure", "sleep"])
def test_what_ends_the_program_ends_the_run(stop: type[BaseException], where: str) -> None:
    """Wherever it is raised: nothing swallows it, and the step beside is cleaned up."""
    working = Working(1)

    async def raises(*_: Any) -> Any:
        await working.begun.wait()
        raise stop

    async def quiet(_: Transition) -> None: ...

    async def main() -> None:
        knobs: dict[str, Any] = {where: raises} if where in ("when", "on_failure") else {}
        task = raises if where == "run" else fails(Retryable("x") if where == "sleep" else Final("x"))
        await Orchestrator(
            [working.step("beside"), Step("a", task, attempts=2, **knobs)],
            progress=(lambda told: raises() if told.step == "a" else quiet(told)) if where == "progress" else None,
            sleep=raises if where == "sleep" else Air(),
            worth_another_try=lambda error: isinstance(error, Retryable),
        ).run()

    with pytest.raises(stop):
        asyncio.run(main())
    assert working.cleaned == ["beside"]


async def test_another_base_exception_is_not_swallowed_either() -> None:
    class Unusual(BaseException):
        pass

    with pytest.raises(Unusual):
        await run(Step("a", fails(Unusual()), attempts=3), Step("b", hangs))
    assert others() == set()


def test_the_engine_needs_no_framework() -> None:
    code = "import sys, app.engines.steps.orchestrator; print([name for name in ('langgraph', 'langchain_core') if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT)
    assert ran.stdout == "[]\n"


# Any plan at all: a step is (who it depends on, what it does, what it does after a skip and after a failure).

Fate = Literal["works", "skips", "fails"]
Plan = list[tuple[list[int], Fate, Literal["run", "skip"], Literal["run", "skip"]]]
RUN_OR_SKIP: st.SearchStrategy[Literal["run", "skip"]] = st.sampled_from(["run", "skip"])


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    size = draw(st.integers(0, 8))
    fates: st.SearchStrategy[Fate] = st.sampled_from(["works", "works", "skips", "fails"])
    return [
        (
            draw(st.lists(st.integers(0, at - 1), unique=True)) if at else [],
            draw(fates),
            draw(RUN_OR_SKIP),
            draw(RUN_OR_SKIP),
        )
        for at in range(size)
    ]


def planned(plan: Plan, act: Callable[[str, Fate], Awaitable[Changes]], order: Sequence[int]) -> list[Step]:
    def step(at: int) -> Step:
        needs, fate, after_skipped, after_failed = plan[at]

        async def run(_: State) -> Changes:
            return await act(str(at), fate)

        return Step(
            str(at),
            run,
            [str(one) for one in needs],
            when=says(fate != "skips"),
            after_skipped=after_skipped,
            after_failed=after_failed,
        )

    return [step(at) for at in order]


def expected(plan: Plan) -> dict[str, Status]:
    """The table of the module's docstring, once more and without any engine."""
    known: dict[str, Status] = {}
    for at, (needs, fate, after_skipped, after_failed) in enumerate(plan):
        before = {known[str(one)] for one in needs}
        if before & {"failed", "blocked"} and after_failed == "skip":
            known[str(at)] = "blocked"
        elif ("skipped" in before and after_skipped == "skip") or fate == "skips":
            known[str(at)] = "skipped"
        else:
            known[str(at)] = "done" if fate == "works" else "failed"
    return known


@given(plan=plans(), data=st.data())
async def test_any_plan_keeps_the_rules(plan: Plan, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(plan))))
    running: list[str] = []
    told = Told()

    async def act(name: str, fate: Fate) -> Changes:
        running.append(name)
        settled = {one.step for one in told.all if one.event in ("end", "failure", "skip")}
        assert {str(one) for one in plan[int(name)][0]} <= settled, "a step ran before one that it depends on"
        for _ in range(data.draw(st.integers(0, 3))):
            await asyncio.sleep(0)
        if fate == "fails":
            raise Final(name)
        return {name: True}

    outcome = await Orchestrator(planned(plan, act, order), progress=told).run()
    assert statuses(outcome) == expected(plan)
    assert list(outcome.results) == [str(at) for at in order]
    assert len(running) == len(set(running))
    assert set(running) == {name for name, status in statuses(outcome).items() if status in ("done", "failed")}
    assert set(outcome.state) == {name for name, status in statuses(outcome).items() if status == "done"}
    ends = [one.step for one in told.all if one.event in ("end", "failure", "skip")]
    assert sorted(ends) == sorted(outcome.results), "every step is reported, once"
    assert others() == set()


@given(levels=st.lists(st.integers(1, 5), max_size=4))
async def test_steps_that_do_not_depend_on_each_other_run_side_by_side(levels: list[int]) -> None:
    """Each level waits until all of it is at work: a run one after the other would never end."""
    steps: list[Step] = []
    before: list[str] = []
    for at, width in enumerate(levels):
        together = asyncio.Barrier(width)

        async def meet(_: State, together: asyncio.Barrier = together) -> None:
            await together.wait()

        names = [f"{at}/{number}" for number in range(width)]
        steps += [Step(name, meet, before) for name in names]
        before = names
    async with asyncio.timeout(300):
        outcome = await run(*steps)
    assert set(statuses(outcome).values()) <= {"done"}


async def test_a_step_that_handles_failures_of_tasks_of_its_own_goes_on() -> None:
    """Before Python 3.13 a TaskGroup leaves its task looking as if it had been cancelled."""

    async def breaks() -> None:
        raise ValueError("broken")

    async def fan_out(_: State) -> Changes:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(breaks())
        except* ValueError:
            pass
        return {"handled": True}

    async def after(state: State) -> Changes:
        return {"seen": state["handled"]}

    outcome = await Orchestrator([Step("fan_out", fan_out), Step("after", after, ["fan_out"])]).run()
    assert [one.status for one in outcome.results.values()] == ["done", "done"]
    assert outcome.state["seen"]
