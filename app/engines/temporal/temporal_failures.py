"""Our errors on both sides of Temporal's boundary: there they are a type's name and a sentence."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from langgraph.errors import NodeError
from temporalio.exceptions import ActivityError, ApplicationError, ApplicationErrorCategory, is_cancelled_exception

from nodes.ports import errors
from nodes.ports.errors import SwitchboardError

KINDS: dict[str, type[SwitchboardError]] = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, SwitchboardError)
}


def sent(error: Exception, *, final: bool) -> ApplicationError:
    """The error as Temporal keeps it. `final`: another try would not help. Our own errors are not logged by the worker."""
    ours = isinstance(error, SwitchboardError)
    category = ApplicationErrorCategory.BENIGN if ours else ApplicationErrorCategory.UNSPECIFIED
    return ApplicationError(str(error), type=type(error).__name__, non_retryable=final, category=category)


def local(error: BaseException) -> BaseException:
    """The error that the step raised, or one of its name: another process may not have its class."""
    cause = error.cause if isinstance(error, ActivityError) else error
    if not isinstance(cause, ApplicationError) or not cause.type:
        return error
    kind: type[Exception] = KINDS.get(cause.type) or type(cause.type, (Exception,), {})
    return kind(cause.message)


class Stopped(Exception):
    """A step was cancelled, because its run was."""


def told(handler: Any) -> Callable[[Any, NodeError], Awaitable[Any]]:
    """A graph's failure handler, given the error that the step raised, as on the default engine.

    A cancelled step is not a failure: its activity reports it as an error, and the run has to stop.
    """

    @wraps(handler)
    async def handle(state: Any, error: NodeError) -> Any:
        if not isinstance(error.error, BaseException):
            return await handler(state, error)
        if is_cancelled_exception(error.error):
            raise Stopped
        return await handler(state, NodeError(error.node, local(error.error)))

    return handle
