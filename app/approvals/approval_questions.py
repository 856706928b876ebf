"""Questions of approvers, on every engine: put to the customer or to a ticket, and answered through a ticket."""

from app.approvals.sign_in import decider_at, refuse_asker
from app.engines.contract import Engine
from app.engines.pending_decision import undecided
from app.records.threads import Thread
from nodes.approvals.approver_questions import mail_question, pass_on_answer
from nodes.approvals.decision_shapes import refuse_long
from nodes.digests import digest
from nodes.ports import install
from nodes.ports.approvals import Approval, Decider, Question
from nodes.ports.errors import NothingPending, UnknownTicket

CONVERSATION = "support"


async def ask(engine: Engine, thread: str, text: str, *, decider: Decider | None = None) -> Approval:
    """The approval, with the question that was put. A conversation's customer answers there; for others there is a ticket.

    Raises UnknownThread, NothingPending, AlreadyDecided, ApprovalExpired, MayNotDecide, InvalidInput.
    """
    refuse_long(text)
    known = await engine.threads.get(await engine.threads.find(thread))
    waiting = await engine.services.approvals.waiting(known["thread_id"])
    awaited = waiting["approval_id"] if waiting else None
    record = await undecided(known, awaited, engine.services.approvals, engine.services.clock)
    decider = decider or await decider_at(engine.people, engine.settings)
    await refuse_asker(engine.people, record, decider)
    with install(engine.services):
        await _put(engine, known, record, text, decider.name)
    return await engine.services.approvals.get(record["approval_id"]) or record


async def answer(engine: Engine, ticket_id: str, text: str, *, decider: Decider | None = None) -> Question:
    """What the staff found out, or the customer has told them. The ticket is closed. Raises UnknownTicket, NothingPending, InvalidInput."""
    refuse_long(text)
    found = next((one for one in await engine.services.approvals.pending() if _of_ticket(one, ticket_id)), None)
    if found is None:
        if ticket_id not in {one["ticket_id"] for one in await engine.tickets()}:
            raise UnknownTicket(f"There is no ticket {ticket_id!r}. `switchboard tickets` lists them.")
        raise NothingPending(f"No question of an approver waits for an answer in ticket {ticket_id}.")
    question = next(one for one in found.get("questions", []) if one["ticket_id"] == ticket_id)
    by = (decider or await decider_at(engine.people, engine.settings)).name
    with install(engine.services):
        await pass_on_answer(found, question, text, by=by)
    await engine.services.tickets.change(ticket_id, status="closed")
    return {**question, "answer": text, "answered_by": by}


async def _put(engine: Engine, thread: Thread, record: Approval, text: str, by: str) -> None:
    action = engine.services.actions[record["action"]]
    customer, talks = await action.customer(record), thread["graph"] == CONVERSATION
    known = await engine.services.approvals.get(record["approval_id"]) or record
    number = len(known.get("questions", [])) + 1
    question_id = f"{record['approval_id']}:question:{number}:{digest([text, by])[:12]}"
    ticket_id = None
    if not (customer and talks):
        ticket = await engine.services.tickets.open(
            key=question_id,
            thread_id=record["thread_id"],
            reason="An approver has a question.",
            summary=f"{action.headline(record['args'])}: {by} asks {text!r}. When you know the answer: "
            "`switchboard tickets answer TICKET TEXT`.",
            transcript=[],
            facts={"approval_id": record["approval_id"], **record["args"]},
        )
        ticket_id = ticket["ticket_id"]
    question = await engine.services.approvals.put_question(
        record["approval_id"],
        question_id=question_id,
        text=text,
        by=by,
        put_to=customer or "ticket",
        ticket_id=ticket_id,
    )
    if customer:
        await mail_question(record, question, to=customer, in_conversation=talks)


def _of_ticket(record: Approval, ticket_id: str) -> bool:
    return any(one["ticket_id"] == ticket_id and one["answer"] is None for one in record.get("questions", []))
