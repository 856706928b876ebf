"""Mail to the customer about an order that was fulfilled, or could not be."""

from typing_extensions import TypedDict

from nodes.approvals.approval_notice import Nothing
from nodes.fulfilment.attempt import charged, letter_of_success, newest_attempt, refund_of
from nodes.money import shown
from nodes.ports import services
from nodes.ports.orders import Order
from nodes.ports.stock import Reservation

SUBJECTS = {
    "fulfilled": "Your order {order_id} is on its way",
    "compensated": "We could not send your order {order_id}",
}


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
        subject=SUBJECTS[outcome].format(order_id=order["order_id"]),
        text=f"{await _letter(order, attempt, outcome)}\n",
    )
    return {}


async def _letter(order: Order, attempt: Reservation, outcome: str) -> str:
    if outcome == "fulfilled":
        return await letter_of_success(order, attempt["key"])
    return f"We are sorry: we could not send your order {order['order_id']}. {await _money(attempt)}"


async def _money(attempt: Reservation) -> str:
    charge = await charged(attempt["key"])
    if charge is None:
        return "Nothing was charged."
    amount = shown(charge["amount_cents"], charge["currency"])
    back = await refund_of(attempt["key"])
    return f"{amount} went back to the card." if back else f"{amount} are charged."
