"""From a workflow's name to a compiled graph, and the input it takes."""

from collections.abc import Mapping
from functools import wraps
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.errors import NodeError
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import StateSnapshot
from pydantic import TypeAdapter, ValidationError

from app.plain_words import what_is_wrong
from graphs import workflow
from nodes.ports.errors import InvalidInput

BOUNDS = {
    "greater_than": "more than",
    "greater_than_equal": "at least",
    "less_than": "less than",
    "less_than_equal": "at most",
}

Graph = CompiledStateGraph[Any, Any, Any, Any]


def compiled(name: str, *, saver: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """A fresh compiled workflow, with its failure handler attached."""
    module = workflow(name)
    builder = module.build()
    if on_failure := getattr(module, "on_failure", None):
        builder = builder.set_node_defaults(error_handler=_raising_anew(on_failure))
    graph: Graph = builder.compile(checkpointer=saver, name=name)
    return graph


def unfinished(snapshot: StateSnapshot) -> bool:
    """Whether the thread has steps left to run, or a human to wait for.

    `snapshot.next` leaves out the steps whose writes are saved. A process that is killed right then leaves a thread that is
    half way through, and whose `next` is empty: `tasks` has every step of the last checkpoint, whatever it has written.
    """
    return bool(snapshot.tasks)


def config_of(thread_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread_id}}


def checked(graph: str, values: Mapping[str, Any], *, strict: bool = False) -> dict[str, Any]:
    """The input, as the workflow's input schema wants it; `strict`: a truth value or a text is not taken for a number.

    Raises InvalidInput, naming the first value that is wrong.
    """
    try:
        values_now: dict[str, Any] = TypeAdapter(workflow(graph).build().input_schema).validate_python(
            dict(values), strict=strict
        )
    except ValidationError as error:
        raise InvalidInput(_problem(error.errors(include_url=False)[0])) from error
    return values_now


def _problem(first: Mapping[str, Any]) -> str:
    """One plain sentence: what is wrong, and what is expected."""
    name, given, limits = ".".join(map(str, first["loc"])), first["input"], first.get("ctx", {})
    cannot = f"{name} cannot be {str(given)[:80]!r}"
    match first["type"]:
        case "missing":
            return f"{name} is missing: give it a value."
        case "string_too_short" | "string_pattern_mismatch" if not str(given).strip():
            return f"{name} is empty: write at least a word."
        case "string_too_long":
            return f"{name} has {len(given)} characters; it can have {limits['max_length']} at most."
        case "string_unicode":
            return f"{name} has characters that are no text (half of a character, or bytes): type it again."
        case "string_type":
            return f"{cannot}: it has to be text."
        case "string_pattern_mismatch" if name == "email":
            return f"{cannot}: that is no e-mail address."
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            sign, limit = BOUNDS[first["type"]], next(iter(limits.values()))
            return f"{cannot}: it has to be {sign} {limit}."
    return f"{cannot}: {what_is_wrong(first)}."


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
