"""Mail to the customer about a refund. It goes to the address of the order, and its text comes from the records."""

from langchain_core.runnables import RunnableConfig

from nodes.approvals.approval_notice import Nothing
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.ports.payments import has_failed
from nodes.refund.explanation import not_approved, taken_back
from nodes.refund.payment import RefundDue, refunded
from nodes.refund.refund_key import refund_on_record
from nodes.refund.refund_sentences import EXPIRED, SUBJECTS, UNPAID
from nodes.shop_words import letter, worded


async def send_confirmation(state: RefundDue, config: RunnableConfig) -> Nothing:
    """Tell the customer how it ended, once per refund and outcome. Without a record of an end nothing is sent.

    It is about the refund that this thread has asked a human for last, also when the state names another.
    """
    thread_id, refund_id = str(config["configurable"]["thread_id"]), await refund_on_record(state, config)
    asked = await services().approvals.latest(thread_id)
    for known in dict.fromkeys((refund_id, asked["approval_id"] if asked else refund_id)):
        if ended := await _ended(known, thread_id):
            await _send(known, *ended)
    return {}


async def _send(refund_id: str, outcome: str, order_id: str, text: str) -> None:
    if order := await services().orders.find(order_id):
        await services().mail.send(
            key=f"{refund_id}:customer:{outcome}",
            to=order["email"],
            subject=worded(SUBJECTS[outcome], order_id=order["order_id"]),
            text=letter(text),
        )


async def _ended(refund_id: str, thread_id: str) -> tuple[str, str, str] | None:
    """Outcome, order and words, from the ledger, the approval's record and the tickets."""
    record = await services().approvals.get(refund_id)
    receipt = await services().payments.find(refund_id)
    if receipt and not has_failed(receipt):
        asked_cents = record["args"]["amount_cents"] if record else None
        return "refunded", receipt["order_id"], refunded(receipt, asked_cents=asked_cents)["say"]
    if record is None or record["status"] == "pending":
        return None
    order_id = str(record["args"]["order_id"])
    if record["status"] == "rejected":
        return "rejected", order_id, not_approved(record)
    if record["status"] == "withdrawn":
        return "withdrawn", order_id, taken_back(record)
    tickets = await services().tickets.list(thread_id=thread_id)
    return (_outcome(record), order_id, _delegated(record, tickets[0]["ticket_id"])) if tickets else None


def _outcome(record: Approval) -> str:
    return "expired" if record["status"] == "expired" else "escalated"


def _delegated(record: Approval, ticket_id: str) -> str:
    sentence = EXPIRED if record["status"] == "expired" else UNPAID
    return worded(sentence, order_id=record["args"]["order_id"], ticket_id=ticket_id)
