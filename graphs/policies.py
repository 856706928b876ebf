"""One table: time limit, number of tries and delay between them, for each kind of step.

Read by `local` for LangGraph on this machine, and by `temporal` for activities. A step names its kind where its graph is
assembled, and nothing else retries: the retries of client libraries are switched off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from langgraph.errors import NodeTimeoutError
from langgraph.types import RetryPolicy

from nodes.ports import errors
from nodes.ports.errors import DependencyDown, Retryable, SwitchboardError

Kind = Literal[
    "code", "model", "lookup", "search", "source", "record", "payment", "shipment", "mail", "ticket", "human"
]
PolicyFor = Callable[[Kind], dict[str, Any]]
"""Turns a kind of step into keyword arguments of `StateGraph.add_node`."""


@dataclass(frozen=True)
class Policy:
    timeout_s: float | None  # for one attempt; None: as long as a person needs
    attempts: int  # the first try included
    backoff_s: float = 0.5  # before the second try; doubles, with jitter
    backoff_max_s: float = 8.0
    acts: bool = False  # it changes something outside of the business database


TABLE: dict[Kind, Policy] = {
    "code": Policy(timeout_s=30, attempts=1),
    "model": Policy(timeout_s=30, attempts=3),
    "lookup": Policy(timeout_s=60, attempts=3),
    "search": Policy(timeout_s=30, attempts=3),
    "source": Policy(timeout_s=90, attempts=3),  # a page that is fetched, and read by a model
    "record": Policy(timeout_s=60, attempts=3),
    "payment": Policy(timeout_s=60, attempts=4, acts=True),
    "shipment": Policy(timeout_s=60, attempts=4, acts=True),
    "mail": Policy(timeout_s=60, attempts=3, acts=True),
    "ticket": Policy(timeout_s=60, attempts=4, acts=True),
    "human": Policy(timeout_s=None, attempts=1),
}

HEARTBEAT_S = 10.0
"""A worker that sends no heartbeat for so long counts as dead, and another one takes its step."""

DEATHS = 2
"""How many workers may die at one step, on top of the tries that the step itself may fail."""

QUICK_S = 30.0
"""For the step that asks a human: asking takes no time, and the waiting is not the step's."""


def acts(kind: str | None) -> bool:
    """Whether a step of this kind may change something outside. One of no known kind may."""
    return kind not in TABLE or TABLE[kind].acts


def worth_another_try(error: Exception) -> bool:
    """The one answer to "may this step be tried again?": our Retryable branch, outages, time-outs."""
    return isinstance(error, (Retryable, DependencyDown, NodeTimeoutError, TimeoutError, ConnectionError))


def local(kind: Kind) -> dict[str, Any]:
    """The policy as LangGraph takes it."""
    policy = TABLE[kind]
    arguments: dict[str, Any] = {
        "metadata": {"kind": kind},
        "retry_policy": RetryPolicy(
            initial_interval=policy.backoff_s,
            backoff_factor=2.0,
            max_interval=policy.backoff_max_s,
            max_attempts=policy.attempts,
            jitter=True,
            retry_on=worth_another_try,
        ),
    }
    if policy.timeout_s is not None:
        arguments["timeout"] = policy.timeout_s
    return arguments


def temporal(kind: Kind, *, heartbeat_s: float = HEARTBEAT_S) -> dict[str, Any]:
    """The policy as the Temporal plugin takes it: a step is an activity.

    The worker itself counts the tries that failed and ends a try that takes too long, as LangGraph does. The server's
    own limits are a little wider: they are for workers that die, which does not count as a failure of the step.
    """
    from temporalio.common import RetryPolicy as ActivityRetryPolicy

    policy = TABLE[kind]
    limit_s = QUICK_S if policy.timeout_s is None else policy.timeout_s
    retry = ActivityRetryPolicy(
        initial_interval=timedelta(seconds=policy.backoff_s),
        backoff_coefficient=2.0,
        maximum_interval=timedelta(seconds=policy.backoff_max_s),
        maximum_attempts=policy.attempts + DEATHS,
        non_retryable_error_types=hopeless(),
    )
    about = {
        "kind": kind,
        "execute_in": "activity",
        "start_to_close_timeout": timedelta(seconds=limit_s + heartbeat_s),
        "heartbeat_timeout": timedelta(seconds=heartbeat_s),
        "retry_policy": retry,
    }
    return {"metadata": about}


def hopeless() -> list[str]:
    """The names of our errors that are not worth another try."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, SwitchboardError)]
    return sorted(kind.__name__ for kind in kinds if not worth_another_try(kind()))
