"""A workflow is compiled once in a process; what runs share of it, and what they do not."""

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from app.engines.compiled_graphs import compiled, input_schema
from graphs import BUILT_IN, workflow
from graphs.failure_paths import with_failure_paths


@pytest.mark.parametrize("name", BUILT_IN)
def test_runs_share_all_but_their_saver(name: str) -> None:
    mine, yours = InMemorySaver(), InMemorySaver()
    one, other = compiled(name, saver=mine), compiled(name, saver=yours)
    assert (one.checkpointer, other.checkpointer, compiled(name).checkpointer) == (mine, yours, None)
    shared = [vars(graph) for graph in (one, other)]
    assert {key for key, value in shared[0].items() if value is not shared[1][key]} == {"checkpointer"}
    assert one.name == name


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_shared_graph_is_the_one_that_compiling_gives(name: str) -> None:
    """Nothing that `compile` puts into a graph gets lost on the way."""
    module: Any = workflow(name)
    saver = InMemorySaver()
    builder = with_failure_paths(module.build(), module.on_failure)
    fresh, ready = builder.compile(checkpointer=saver, name=name), compiled(name, saver=saver)
    assert vars(ready).keys() == vars(fresh).keys()
    plain = ("name", "checkpointer", "stream_mode", "input_channels", "output_channels", "node_error_handler_map")
    assert [getattr(ready, key) for key in plain] == [getattr(fresh, key) for key in plain]
    assert {*ready.nodes} == {*fresh.nodes}
    assert input_schema(name) is fresh.builder.input_schema


async def test_two_threads_on_one_graph_at_two_savers_do_not_meet() -> None:
    at: Any = {"configurable": {"thread_id": "t"}}
    mine, yours = compiled("refund", saver=InMemorySaver()), compiled("refund", saver=InMemorySaver())
    await mine.aupdate_state(at, {"order_id": "12345"})
    assert (await mine.aget_state(at)).values["order_id"] == "12345"
    assert (await yours.aget_state(at)).values == {}
