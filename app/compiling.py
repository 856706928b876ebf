"""From a workflow's name to a compiled graph, and the input it takes."""

from collections.abc import Mapping
from functools import wraps
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.errors import NodeError
from langgraph.graph.state import CompiledStateGraph
from pydantic import TypeAdapter, ValidationError

from app.errors import InvalidInput
from graphs import workflow

Graph = CompiledStateGraph[Any, Any, Any, Any]


def compiled(name: str, *, saver: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """A fresh compiled workflow, with its failure handler attached."""
    module = workflow(name)
    handler = _raising_anew(module.on_failure)
    graph: Graph = module.build().set_node_defaults(error_handler=handler).compile(checkpointer=saver, name=name)
    return graph


def config_of(thread_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread_id}}


def checked(graph: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The input, as the workflow's input schema wants it. Raises InvalidInput, naming the first value that is wrong."""
    try:
        values_now: dict[str, Any] = TypeAdapter(workflow(graph).build().input_schema).validate_python(dict(values))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = ".".join(map(str, first["loc"]))
        raise InvalidInput(f"{name} cannot be {str(first['input'])[:80]!r}: {first['msg']}.") from error
    return values_now


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
