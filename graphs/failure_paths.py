"""Where a failed step leads: a graph file declares it once, with `destinations`, and that is drawn, and that happens.

What a failure leaves in the state is said by the graph's `on_failure`. A Command of its own without a `goto` follows the
step's arrow; it names a step only where it chooses between several arrows, or where the failed step is due again.
"""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar

from langgraph.errors import NodeError
from langgraph.graph import StateGraph
from langgraph.types import Command

from nodes.failure import describe
from nodes.ports.errors import Final

FAILED = "failed"
"""What such an arrow is called."""

HANDOVER = "prepare_handover"
"""Where a step without an arrow leads, in a graph that has the hand-over section."""

FailureHandler = Callable[[Any, NodeError], Awaitable[Command[Any]]]
"""Turns the failure of a step that has used up its tries into state."""

Builder = TypeVar("Builder", bound=StateGraph[Any, Any, Any, Any])


def with_failure_paths(builder: Builder, on_failure: FailureHandler) -> Builder:
    """The graph, with the handler for all of its steps.

    Without an arrow, and without the hand-over section, the run fails, and `switchboard resume` tries the step again.
    """
    arrows = {name: _arrow(step.ends) for name, step in builder.nodes.items()}
    otherwise = HANDOVER if HANDOVER in builder.nodes else None

    @wraps(on_failure)
    async def handler(state: Any, error: NodeError) -> Command[Any]:
        command = await on_failure(state, error)
        if command.goto:
            return command
        if (target := arrows.get(error.node) or otherwise) is None:
            raise Final(f"The step {error.node} failed: {describe(error)['message']}") from error.error
        return Command(update=command.update, goto=target)

    untyped: Any = handler  # LangGraph's own type for it leaves the `error` argument out
    return builder.set_node_defaults(error_handler=untyped)


def _arrow(ends: Any) -> str | None:
    """The first one, if there are several."""
    return next((step for step, label in ends.items() if label == FAILED), None) if isinstance(ends, dict) else None
