"""From a workflow's name to a compiled graph."""

from collections.abc import Mapping
from copy import copy
from functools import cache, wraps
from types import ModuleType
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.errors import NodeError
from langgraph.graph import END
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import StateSnapshot

from graphs import build, workflow
from graphs.failure_paths import with_failure_paths
from nodes.ports.errors import InvalidInput, NotConfigured, ThreadUnfinished

EDGE, TASKS = "branch:to:", "__pregel_tasks"
"""LangGraph's channels that trigger a step: one for each step, and one for every `Send`."""

Graph = CompiledStateGraph[Any, Any, Any, Any]


class StepGone(ThreadUnfinished):
    """The thread's checkpoint names a step that its workflow does not have (any more), or the workflow itself is gone."""


def compiled(name: str, *, saver: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """The workflow with its failure handler, on this saver. Raises StepGone."""
    try:
        made = _compiled(name, workflow(name))
    except (InvalidInput, NotConfigured) as error:
        raise StepGone(f"The workflow of this thread is not there. {error} The thread stays as it is.") from error
    graph = copy(made)  # `Pregel.copy` would lose the allowlist of strict serialisation
    graph.name, graph.checkpointer = name, saver
    return graph


def input_schema(name: str) -> Any:
    """The type of the workflow's input. Raises InvalidInput, NotConfigured."""
    return _compiled(name, workflow(name)).builder.input_schema


def input_of(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a thread of this workflow was started with last, from its state."""
    return {field: values[field] for field in input_schema(name).__annotations__ if field in values}


def unfinished(snapshot: StateSnapshot) -> bool:
    """Whether the thread has steps left to run, or a human to wait for.

    `snapshot.next` leaves out the steps whose writes are saved. A process that is killed right then leaves a thread that is
    half way through, and whose `next` is empty: `tasks` has every step of the last checkpoint, also those that have written.
    """
    return bool(snapshot.tasks)


def refuse_unknown_steps(graph: Graph, saved: CheckpointTuple) -> None:
    """LangGraph takes a checkpoint whose next step the graph does not have for a finished one. Raises StepGone."""
    waiting = [*saved.checkpoint["channel_values"].items(), *(write[1:] for write in saved.pending_writes or [])]
    if unknown := {step for channel, value in waiting for step in _led_to(channel, value)} - {*graph.nodes, END}:
        raise StepGone(
            f"This thread goes on with the step {min(unknown)!r}, and the workflow {graph.name!r} does not have this step any more: go on "
            "with the version that saved it, or give the step that name again. The thread stays as it is."
        )


def _led_to(channel: str, value: Any) -> list[str]:
    """The steps that this channel's value leads to: by an edge, or sent there."""
    if channel == TASKS:
        return [sent.node for sent in (value if isinstance(value, list) else [value])]
    return [channel.removeprefix(EDGE)] if channel.startswith(EDGE) else []


def config_of(thread_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread_id}}


@cache
def _compiled(name: str, module: ModuleType) -> Graph:
    """Compiled once in a process: it takes milliseconds, and depends on nothing but the module and the policy table."""
    builder = build(name)
    if on_failure := getattr(module, "on_failure", None):
        builder = with_failure_paths(builder, _raising_anew(on_failure))
    graph: Graph = builder.compile()
    return graph


def _raising_anew(on_failure: Any) -> Any:
    """The handler, which never raises the very error that it was given.

    LangGraph takes that object for handled: it saves the failed step as done, and the thread could not be resumed.
    """

    @wraps(on_failure)
    async def handler(state: Any, error: NodeError) -> Any:
        try:
            return await on_failure(state, error)
        except Exception as raised:
            if raised is not error.error:
                raise
            raise type(raised)(*raised.args) from raised

    return handler
