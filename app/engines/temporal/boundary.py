"""The values that client, workflows and activities send each other."""

from dataclasses import dataclass, field
from typing import Any

from app.engines.contract import Usage
from app.engines.run_results import no_usage
from app.records.threads import Status
from nodes.ports.approvals import Approval


@dataclass
class Turn:
    """One run of the graph: its input, its context, and its time limit, which does not count waiting for a human."""

    values: dict[str, Any]
    context: dict[str, Any] | None
    limits: "Limits"


@dataclass
class Limits:
    run_timeout_s: float
    max_concurrency: int


@dataclass
class Opening:
    """What a workflow of a thread starts with."""

    graph: str
    turn: Turn | None  # None: the state alone is carried on, after a fresh history was begun
    carried: dict[str, Any] = field(default_factory=dict)  # the state that earlier runs of the thread have left
    indexed: bool = False  # the namespace knows our search attributes
    idle_s: float = 7 * 24 * 3600  # how long a conversation stays open without a message
    turns: int = (
        500  # after so many turns a conversation begins a new history, if the server has not suggested it before
    )


@dataclass
class Verdict:
    """A human's answer to one approval, named by its id and by the digest of what was asked."""

    approval_id: str
    args_digest: str
    answer: dict[str, Any]
    limits: Limits


@dataclass
class Problem:
    """What stopped a run: the name of one of our errors ("" for anything else), and a sentence."""

    kind: str
    sentence: str


@dataclass
class Standing:
    """Where a thread stands."""

    status: Status
    values: dict[str, Any]
    awaited: Approval | None = None  # as it was asked
    problem: Problem | None = None
    stops: int = 0  # how many runs of this workflow have ended or stopped to wait
    usage: Usage = field(default_factory=no_usage)  # what models counted since the run began


@dataclass
class Happening:
    """Something to write down about a run: a line of the journal, and where the thread stands now, if that changed."""

    thread_id: str
    run_id: str
    graph: str
    event: str
    node: str | None = None
    step: int | None = None
    duration_ms: int | None = None
    error: str | None = None
    status: Status | None = None
    outcome: str | None = None
    values: dict[str, Any] | None = None  # order and customer, for the register
