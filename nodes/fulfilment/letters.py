"""Mail to the customer about an order that was fulfilled, or could not be."""

from typing_extensions import TypedDict

from nodes.approvals.approval_notice import Nothing
from nodes.fulfilment.attempt import charged, letter_of_success, newest_attempt, refund_of
from nodes.fulfilment.fulfilment_sentences import NOT_SENT, SUBJECTS
from nodes.money import shown
from nodes.ports import services
from nodes.ports.orders import Order
from nodes.ports.stock import Reservation
from nodes.shop_words import letter, worded


class ToCustomer(TypedDict, total=False):
    order_id: str
    say: str  # for the failure path, which sees what the failed step saw


async def notify_customer(state: ToCustomer) -> Nothing:
    """Tell the customer what happened to the order, once per attempt and outcome, from the records."""
    order = await services().orders.find(state.get("order_id") or "")
    if order is None:
        return {}
    attempt = await newest_attempt(order["order_id"])
    outcome = {"shipped": "fulfilled", "released": "compensated"}.get(attempt["status"]) if attempt else None
    if attempt is None or outcome is None:
        return {}
    await services().mail.send(
        key=f"{attempt['key']}/customer/{outcome}",
        to=order["email"],
        subject=worded(SUBJECTS[outcome], order_id=order["order_id"]),
        text=letter(await _letter(order, attempt, outcome)),
    )
    return {}


async def _letter(order: Order, attempt: Reservation, outcome: str) -> str:
    if outcome == "fulfilled":
        return await letter_of_success(order, attempt["key"])
    charge, back = await charged(attempt["key"]), await refund_of(attempt["key"])
    amount = shown(charge["amount_cents"], charge["currency"]) if charge else ""
    return worded(NOT_SENT, order_id=order["order_id"], charged=amount, is_paid_back=bool(back))
