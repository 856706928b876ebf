"""A thread under lease, and what its newest checkpoint says of it."""

from dataclasses import dataclass
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.types import StateSnapshot

from app.engines.compiled_graphs import unfinished
from app.records.threads import Status, Thread, called
from nodes.ports.approvals import Approval


@dataclass(frozen=True)
class LeasedThread:
    """A thread under lease, and where it stood when the lease was taken."""

    thread: Thread
    snapshot: StateSnapshot

    @property
    def called(self) -> str:
        """What a person calls the thread by."""
        return called(self.thread)

    @property
    def awaited(self) -> str | None:
        """The approval that the thread waits for."""
        return awaited(self.snapshot)


def awaited(snapshot: StateSnapshot) -> str | None:
    """The approval that a thread waits for."""
    if not snapshot.interrupts:
        return None
    asked: dict[str, Any] = snapshot.interrupts[0].value
    return str(asked["approval"]["approval_id"])


def expects(snapshot: StateSnapshot, record: Approval) -> bool:
    """Whether the thread waits for this approval, or is on its way to it."""
    return awaited(snapshot) == record["approval_id"] if snapshot.interrupts else unfinished(snapshot)


def status_of(snapshot: StateSnapshot, otherwise: Status) -> Status:
    """Where the checkpoint says the thread stands; `otherwise` for a thread that has steps left to run."""
    if snapshot.interrupts:
        return "waiting"
    return otherwise if unfinished(snapshot) or not snapshot.values else "completed"


def nothing_saved(config: RunnableConfig) -> StateSnapshot:
    """Where a new thread stands, as LangGraph says it, which would ask the saver once more."""
    return StateSnapshot({}, (), config, metadata=None, created_at=None, parent_config=None, tasks=(), interrupts=())
