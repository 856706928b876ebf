"""Approvals that cannot be decided any more: they are closed, and the people who were promised an answer are told."""

from contextlib import suppress

from app.engines.contract import RunResult
from app.engines.run_results import no_usage
from nodes.approvals.approval_notice import withdrawal_letter
from nodes.approvals.approval_sentences import CLOSED, CLOSED_SUBJECT
from nodes.approvals.approver_questions import close_questions
from nodes.ports import Services, install
from nodes.ports.approvals import Approval
from nodes.ports.errors import SwitchboardError
from nodes.shop_words import letter, worded

SWEEP = "switchboard sweep"
NOT_WAITING = "Its conversation was deleted or ended elsewhere, so it cannot be decided any more."


async def close_lost(record: Approval, services: Services, *, graph: str = "refund", name: str | None) -> RunResult:
    """Close an approval whose thread does not wait any more: a ticket, mails to customer and approver, then the record.

    Repeatable, and the record comes last: a process that dies before leaves it for the next sweep.
    """
    ticket = await services.tickets.open(
        key=f"{record['approval_id']}/lost",
        thread_id=record["thread_id"],
        reason="An approval was pending, and its thread does not wait any more.",
        summary=f"{_request(record, services)} was asked for and never decided. {NOT_WAITING} The customer was promised an answer.",
        transcript=[],
        facts={"approval_id": record["approval_id"], **record["args"]},
    )
    closed = await withdraw(record, services, by=SWEEP, reason=NOT_WAITING, ticket_id=ticket["ticket_id"])
    return RunResult(
        thread_id=record["thread_id"],
        name=name,
        graph=graph,
        status="completed",
        outcome="expired" if closed["status"] == "expired" else "escalated",
        reply=f"The approval for {_request(record, services)} is closed, because its thread does not wait any more "
        f"(ticket {ticket['ticket_id']}).",
        approval=closed,
        values={},
        usage=no_usage(),
    )


async def withdraw(record: Approval, services: Services, *, by: str, reason: str, ticket_id: str = "") -> Approval:
    """Tell customer and approver that a pending request is closed, then close it. `ticket_id`: of who takes care of it."""
    action = services.actions[record["action"]]
    notice = withdrawal_letter({**record, "decided_by": by, "reason": reason}, services)
    with suppress(SwitchboardError):  # what could not be sent is in the outbox
        await services.mail.send(**notice)
    request = action.request(record["args"])
    if address := await action.customer(record):
        with suppress(SwitchboardError):
            await services.mail.send(
                key=f"{record['approval_id']}:customer:withdrawn",
                to=address,
                subject=worded(CLOSED_SUBJECT, request=request),
                text=letter(worded(CLOSED, request=request, ticket=ticket_id)),
            )
    closed = await services.approvals.expire(record["approval_id"])
    if closed["status"] == "pending":
        closed = await services.approvals.withdraw(record["approval_id"], reason=reason, by=by)
    with install(services):
        await close_questions(closed)
    return closed


def _request(record: Approval, services: Services) -> str:
    return f"a {services.actions[record['action']].request(record['args'])}"
