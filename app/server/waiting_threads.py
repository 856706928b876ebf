"""A thread whose approval waits stays where it is on a LangGraph server: no write of state ends its waiting.

Agent Inbox's "Mark as resolved" is one. The approval would stay behind, and could not be decided any more. Runs need no such
check: the graph goes back to the step that waits.
"""

from typing import Any
from uuid import UUID

from app.server.hosted_graphs import opened

STILL_WAITS = (
    "This thread waits for a decision, so its state cannot be written, and it cannot be marked as resolved. "
    "Approve or reject the request; until then it goes on waiting."
)


async def would_end_waiting(path: str, body: Any) -> bool:
    """Whether the request writes the state of a thread whose approval waits."""
    thread_id = _written(path, body if isinstance(body, dict) else {})
    return thread_id is not None and await opened().services.approvals.waiting(thread_id) is not None


def _written(path: str, asked: dict[str, Any]) -> str | None:
    """The id of the thread that is written to, as the register spells it; None for none."""
    match path.strip("/").split("/"):
        case ["threads", thread, "state"]:
            pass
        case ["threads"] if asked.get("supersteps"):
            thread = str(asked.get("thread_id"))
        case _:
            return None
    try:
        return str(UUID(thread))
    except ValueError:
        return None
