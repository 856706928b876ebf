"""What approvers see and do, for the API and the pages alike."""

from typing import Any, Literal

from app.engines.contract import RunResult
from app.engines.pending_decision import undecided
from app.server.web.callers import Caller
from app.server.web.problems import UnknownApproval
from app.server.web.state import ServerState
from nodes.ports.approvals import Approval
from nodes.ports.clock import iso
from nodes.ports.errors import InvalidInput


async def listed(state: ServerState) -> list[dict[str, Any]]:
    """What waits, oldest deadline first: as `switchboard pending --json`."""
    return await _with_notes(state, await state.engine.pending())


async def one(state: ServerState, approval_id: str) -> dict[str, Any]:
    """Raises UnknownApproval."""
    return (await _with_notes(state, [await known(state, approval_id)]))[0]


async def known(state: ServerState, approval_id: str) -> Approval:
    """Raises UnknownApproval."""
    if record := await state.engine.services.approvals.get(approval_id):
        return record
    raise UnknownApproval(f"There is no approval {approval_id[:80]!r}. `switchboard pending` lists those that wait.")


async def decide(
    state: ServerState,
    caller: Caller,
    approval_id: str,
    verdict: Literal["approve", "reject"],
    amount: str,
    reason: str,
) -> RunResult:
    """Decide about this approval and about no other, and let its thread go on.

    Raises UnknownApproval, InvalidInput, and what `Switchboard.decide` raises.
    """
    record = await known(state, approval_id)
    if verdict == "reject" and not reason:
        raise InvalidInput("A rejection needs a reason; the customer reads it.")
    if verdict == "reject" and amount:
        raise InvalidInput("A rejection has no amount.")
    answer: dict[str, Any] = {"approval_id": approval_id}
    if verdict == "reject":
        answer |= {"type": "reject", "message": reason}
    elif amount:
        answer |= {"type": "edit", "args": {"amount": amount}, "note": reason}
    else:
        answer |= {"type": "approve", "note": reason}
    services = state.engine.services
    thread = await state.engine.threads.get(record["thread_id"])
    await undecided(thread, approval_id, services.approvals, services.clock)  # the engine looks again, under the lease
    result = await state.switchboard.decide(record["thread_id"], answer, by=caller.decider)
    state.metrics.used(result["usage"])
    return result


async def ask(state: ServerState, caller: Caller, approval_id: str, text: str) -> Approval:
    """Put a question to the customer, or to a ticket. Raises UnknownApproval, and what `Switchboard.ask` raises."""
    record = await known(state, approval_id)
    services = state.engine.services
    thread = await state.engine.threads.get(record["thread_id"])
    await undecided(thread, approval_id, services.approvals, services.clock)
    if not text.strip():
        raise InvalidInput("The question is empty: write at least a word.")
    return await state.switchboard.ask(record["thread_id"], text.strip(), by=caller.decider)


async def _with_notes(state: ServerState, records: list[Approval]) -> list[dict[str, Any]]:
    now = iso(state.engine.services.clock.now())
    untold = await state.engine.outbox.untold([f"{record['approval_id']}:approver" for record in records])
    return [
        {
            **record,
            "overdue": record["status"] == "pending" and record["expires_at"] <= now,
            "approver_told": f"{record['approval_id']}:approver" not in untold,
        }
        for record in records
    ]
