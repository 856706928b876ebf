"""Ask for the approval of a refund, and tell the approver."""

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.approvals.approval_steps import ask
from nodes.conversation.conversation_sentences import ONE_AT_A_TIME
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.ports.errors import GateRefused
from nodes.refund.failed_payouts import refuse_while_failed
from nodes.refund.refund_action import REFUND, RefundArgs
from nodes.refund.refund_key import RefundNamed, refund_id_of
from nodes.refund.refund_rules import assess, belongs_to
from nodes.refund.refund_sentences import NEEDS_APPROVAL
from nodes.shop_words import worded


class RefundToAsk(RefundNamed, total=False):
    email: str
    reason: str
    other_orders: list[str]


class Asked(TypedDict):
    approval: Approval
    reply: str
    messages: list[AIMessage]


async def request_approval(state: RefundToAsk, config: RunnableConfig) -> Asked:
    """Write the record of what is asked. Repeatable: the refund's id is the record's id.

    The rules are applied again here: no approval is asked for when they decline. Raises GateRefused.
    """
    args, email = await _args(state)
    record = await ask(
        REFUND,
        approval_id=refund_id_of(state, config),
        thread_id=str(config["configurable"]["thread_id"]),
        args=args,
    )
    reply = worded(NEEDS_APPROVAL, request=REFUND.request(args), email=email)
    if others := state.get("other_orders"):
        reply += f" {worded(ONE_AT_A_TIME, order_ids=others)}"
    return {"approval": record, "reply": reply, "messages": [AIMessage(reply)]}


async def _args(state: RefundToAsk) -> tuple[RefundArgs, str]:
    order = await services().orders.find(state.get("order_id") or "")
    if order is None or not belongs_to(order, state.get("email") or ""):
        raise GateRefused("The order does not belong to the customer; no approval was asked for.")
    judged = assess(order, state.get("amount_cents"), services().limits, services().clock.now())
    if judged["verdict"] == "ineligible":
        raise GateRefused(judged["say"])
    await refuse_while_failed(order["order_id"])
    args: RefundArgs = {
        "order_id": order["order_id"],
        "amount_cents": judged["due_cents"],
        "currency": judged["currency"],
        "reason": state.get("reason") or "",
    }
    return args, order["email"]
