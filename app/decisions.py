"""What can be decided now, and the refusal that fits when nothing can: the same on every engine.

These are good answers for people. The gate that counts is the graph's own step after the interrupt.
"""

from app.clock import iso, parse
from app.errors import AlreadyDecided, ApprovalExpired, NothingPending
from app.services import Approval, Approvals, Clock
from app.threads import Thread, called
from nodes.escalation import escalate_while_waiting
from nodes.money import shown


async def undecided(thread: Thread, awaited: str | None, approvals: Approvals, clock: Clock) -> Approval:
    """The record that waits for a decision. `awaited`: the approval that the thread waits for, None when for none.

    Raises NothingPending, AlreadyDecided, ApprovalExpired.
    """
    if awaited is None:
        record = await approvals.latest(thread["thread_id"])
        if record and record["status"] in ("approved", "rejected"):
            raise _already(record)
        if record and record["status"] == "expired":
            raise ApprovalExpired(f"The approval expired at {record['expires_at']}. A ticket takes care of it.")
        raise NothingPending(
            f"Thread {called(thread)} does not wait for an approval. `switchboard pending` lists those that do."
        )
    record = await approvals.get(awaited)
    if record is None:
        raise NothingPending(f"The approval {awaited} has no record. Start the refund again.")
    if record["status"] in ("approved", "rejected"):
        raise _already(record)
    if record["expires_at"] <= iso(clock.now()):
        raise ApprovalExpired(
            f"The deadline was {record['expires_at']}; nothing can be approved after it. "
            "`switchboard sweep` closes it with a ticket."
        )
    return record


async def answer_while_waiting(thread_id: str, approval: Approval, text: str) -> str:
    """What the customer is told whose message came while an approval is pending; a call for a human is heard."""
    amount = shown(approval["args"]["amount_cents"], approval["args"]["currency"])
    until = parse(approval["expires_at"]).strftime("%Y-%m-%d %H:%M UTC")
    ticket = await escalate_while_waiting(thread_id, text)
    told = (
        f"I have passed your message on to a colleague (ticket {ticket['ticket_id']})."
        if ticket
        else "I have kept your message and read it when that is decided."
    )
    return (
        f"Your refund of {amount} for order {approval['args']['order_id']} still waits for an approval, "
        f"until {until} at the latest. {told}"
    )


def _already(record: Approval) -> AlreadyDecided:
    return AlreadyDecided(
        f"This was {record['status']} by {record['decided_by']} at {record['decided_at']}; a decision is final."
    )
