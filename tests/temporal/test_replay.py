"""Threads that were started by an earlier version go on under this one: every recorded history is replayed.

Temporal makes a workflow again from its history whenever it goes on. A graph that would now take other steps than the
history has cannot go on: that is what these tests find out before a customer does.
"""

import pytest
from temporalio.client import WorkflowHistory
from temporalio.langgraph import LangGraphPlugin
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from app.engines.temporal.server_connection import data_converter
from app.engines.temporal.worker import Pace, plugin
from app.engines.temporal.workflows import Conversation, Job
from app.settings import Settings
from graphs import BUILT_IN, workflow
from tests.temporal.record import HISTORIES, SCENARIOS

RECORDED = {path.stem: path.read_text() for path in sorted(HISTORIES.glob("*.json"))}

BROKEN = """Threads like {name!r} that are open now could not go on with this change of the workflow:

    {failure}

If such threads may be open somewhere, run the old and the new version side by side (`switchboard worker --build`, see
"Changing a workflow" in docs/temporal.md). If none can be, record anew: python -m tests.temporal.record"""


async def incompatible(name: str, graphs: LangGraphPlugin) -> str | None:
    """Why a thread with this history could not go on, and what to do; None when it can."""
    replayer = Replayer(
        workflows=[Job, Conversation],
        plugins=[graphs],
        data_converter=data_converter(Settings()),
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    history = WorkflowHistory.from_json(name, RECORDED[name])
    replayed = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    failure = replayed.replay_failure
    return BROKEN.format(name=name, failure=failure) if failure else None


@pytest.mark.parametrize("name", RECORDED)
async def test_an_open_thread_goes_on(name: str) -> None:
    problem = await incompatible(name, plugin(Pace()))
    assert problem is None, problem


def test_every_scenario_is_recorded_and_every_workflow_has_one() -> None:
    assert set(RECORDED) == set(SCENARIOS)
    assert {name.partition("_")[0] for name in SCENARIOS} == set(BUILT_IN)


def test_the_histories_say_nothing_about_the_machine_that_recorded_them() -> None:
    for text in RECORDED.values():
        assert "stackTrace" not in text
        assert '"identity"' not in text


async def test_a_change_that_breaks_open_threads_is_noticed() -> None:
    """A refund that would go another way: here, the way of an answer."""
    changed = LangGraphPlugin(graphs={"refund": workflow("answer").build(policy=Pace().policy)})
    problem = await incompatible("refund_waiting", changed)
    assert problem
    assert "'refund_waiting' that are open now could not go on" in problem
    assert "Changing a workflow" in problem
