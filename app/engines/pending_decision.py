"""What can be decided now, and the refusal that fits when nothing can: the same on every engine.

These refusals are for people. The check that counts is the graph's own step after the interrupt.
"""

from collections.abc import Mapping
from shlex import quote
from typing import Any

from app.engines.refusals import waits_for_nothing
from app.records.threads import Thread, called
from nodes.ports.approvals import Approval, Approvals
from nodes.ports.clock import Clock, iso, to_the_second
from nodes.ports.errors import AlreadyDecided, ApprovalExpired, NothingPending


async def undecided(thread: Thread, awaited: str | None, approvals: Approvals, clock: Clock) -> Approval:
    """The record that waits for a decision. `awaited`: the approval that the thread waits for, None when for none.

    Raises NothingPending, AlreadyDecided, ApprovalExpired.
    """
    if awaited is None:
        record = await approvals.latest(thread["thread_id"])
        if record and record["status"] in ("approved", "rejected"):
            raise _already(record)
        if record and record["status"] == "expired":
            raise ApprovalExpired(
                f"The approval expired at {to_the_second(record['expires_at'])}; nothing can be approved after that. "
                f"`switchboard show {quote(called(thread))}` tells what became of it."
            )
        if record and record["status"] == "withdrawn":
            raise _withdrawn(record)
        if record and record["status"] == "pending":
            raise _stopped_before_it_waits(thread)
        raise waits_for_nothing(called(thread))
    record = await approvals.get(awaited)
    if record is None:
        raise NothingPending(f"The approval {awaited} has no record. Start the workflow again.")
    if record["status"] in ("approved", "rejected"):
        raise _already(record)
    if record["status"] == "withdrawn":
        raise _withdrawn(record)
    if record["expires_at"] <= iso(clock.now()):
        raise ApprovalExpired(
            f"The deadline was {to_the_second(record['expires_at'])}; nothing can be approved after it. "
            "`switchboard sweep` closes it."
        )
    return record


def refuse_another(answer: Mapping[str, Any], record: Approval) -> None:
    """Who decided about what a page has shown decides about nothing else. Raises AlreadyDecided."""
    if answer.get("approval_id") not in (None, record["approval_id"]):
        raise AlreadyDecided(
            "This was decided already, and its thread waits for another approval now. Look at that one."
        )


def _withdrawn(record: Approval) -> AlreadyDecided:
    return AlreadyDecided(
        f"This was withdrawn by {record['decided_by']} at {to_the_second(record['decided_at'] or '')}. "
        "Start the workflow again if it is still wanted."
    )


def _stopped_before_it_waits(thread: Thread) -> NothingPending:
    if thread["status"] in ("failed", "running"):
        return NothingPending(
            f"Thread {called(thread)} stopped before it could wait for the decision. Run `switchboard resume {quote(called(thread))}` "
            "first, then decide."
        )
    return NothingPending(
        f"Thread {called(thread)} does not wait any more, so its approval cannot be decided. `switchboard sweep` closes it with "
        "a ticket; `switchboard pending` lists those that wait."
    )


def _already(record: Approval) -> AlreadyDecided:
    return AlreadyDecided(
        f"This was {record['status']} by {record['decided_by']} at {to_the_second(record['decided_at'] or '')}; a decision is final."
    )
