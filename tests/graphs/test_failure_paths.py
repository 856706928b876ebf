"""A failed step goes where its arrow leads, with what the handler has left in the state."""

from typing import Any

import pytest
from langgraph.errors import NodeError
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command
from typing_extensions import TypedDict

from graphs import BUILT_IN, workflow
from graphs.failure_paths import FAILED, FailureHandler, with_failure_paths
from nodes.ports.errors import Final, PaymentsUnavailable

ENDS_THE_RUN = {"look_for_approval", "escalate", "report_stuck"}
"""Steps after whose failure nothing safe can be done."""
NEEDS_NO_ARROW = ENDS_THE_RUN | {"respond"}


class State(TypedDict, total=False):
    note: str
    went: str


async def fails(state: State) -> State:
    raise PaymentsUnavailable("down")


def goes(name: str) -> Any:
    async def step(state: State) -> State:
        return {"went": name}

    return step


async def notes(state: State, error: NodeError) -> Command[str]:
    return Command(update={"note": f"{error.node}: {error.error}"})


async def chooses(state: State, error: NodeError) -> Command[str]:
    return Command(goto="aside")


async def run(on_failure: FailureHandler, *steps: str, **arrows: Any) -> dict[str, Any]:
    """A graph whose first step fails, and `steps` that it may go on with."""
    g = StateGraph(State)
    g.add_node("first", fails, **arrows)
    g.add_edge(START, "first")
    for name in steps:
        g.add_node(name, goes(name))
        g.add_edge(name, END)
    return await with_failure_paths(g, on_failure).compile().ainvoke({})


async def test_it_goes_where_the_arrow_leads() -> None:
    left = await run(notes, "aside", "prepare_handover", destinations={"aside": FAILED})
    assert left == {"note": "first: down", "went": "aside"}


async def test_of_several_arrows_the_first_counts_unless_the_handler_chooses() -> None:
    arrows = {"prepare_handover": FAILED, "aside": FAILED}
    assert (await run(notes, "aside", "prepare_handover", destinations=arrows))["went"] == "prepare_handover"
    assert (await run(chooses, "aside", "prepare_handover", destinations=arrows))["went"] == "aside"


async def test_without_an_arrow_people_take_over() -> None:
    assert (await run(notes, "aside", "prepare_handover"))["went"] == "prepare_handover"
    other = {"aside": "when it suits"}
    assert (await run(notes, "aside", "prepare_handover", destinations=other))["went"] == "prepare_handover"


async def test_where_nobody_can_take_over_the_run_fails() -> None:
    with pytest.raises(Final, match="The step first failed: down"):
        await run(notes, "aside")


@pytest.mark.parametrize("graph", BUILT_IN)
def test_every_step_that_calls_something_outside_says_where_its_failure_leads(graph: str) -> None:
    steps = workflow(graph).build().nodes
    outside = {name for name, step in steps.items() if (step.metadata or {})["kind"] not in ("code", "human")}
    assert {name for name in outside if not steps[name].ends} == NEEDS_NO_ARROW & outside
