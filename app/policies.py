"""One table: what kind of step gets how long, how many tries, and how much air between them.

Read by `local` for LangGraph on this machine. A step names its kind where its graph is assembled, and nothing else in the
house retries: the clients' own retries are switched off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from langgraph.errors import NodeTimeoutError
from langgraph.types import RetryPolicy

from app.errors import DependencyDown, Retryable

Kind = Literal["code", "model", "lookup", "record", "payment", "shipment", "mail", "ticket", "human"]
PolicyFor = Callable[[Kind], dict[str, Any]]
"""Turns a kind of step into keyword arguments of `StateGraph.add_node`."""


@dataclass(frozen=True)
class Policy:
    timeout_s: float | None  # for one attempt; None: as long as a person needs
    attempts: int  # the first try included
    backoff_s: float = 0.5  # before the second try; doubles, with jitter
    backoff_max_s: float = 8.0


TABLE: dict[Kind, Policy] = {
    "code": Policy(timeout_s=30, attempts=1),
    "model": Policy(timeout_s=30, attempts=3),
    "lookup": Policy(timeout_s=60, attempts=3),
    "record": Policy(timeout_s=60, attempts=3),
    "payment": Policy(timeout_s=60, attempts=4),
    "shipment": Policy(timeout_s=60, attempts=4),
    "mail": Policy(timeout_s=60, attempts=3),
    "ticket": Policy(timeout_s=60, attempts=4),
    "human": Policy(timeout_s=None, attempts=1),
}


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
