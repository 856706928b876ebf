"""Where an order is, and what became of its refunds."""

import re
from typing import Literal

from typing_extensions import TypedDict

from nodes.conversation.open_question import SHALL_A_PERSON
from nodes.money import shown
from nodes.ports import services
from nodes.ports.errors import Final
from nodes.ports.language import Intent
from nodes.ports.orders import Order
from nodes.refund.refund_rules import belongs_to


class Named(TypedDict, total=False):
    order_id: str
    email: str
    intent: Intent
    question: str


class Reported(TypedDict):
    outcome: Literal["resolved"]
    say: str
    offers_person: bool


_NOT_HERE = re.compile(
    r"\b(?:not|never|nothing|no)\b(?: \S+){0,3}? (?:got|get|received?|have|had|here|arrived?|come|came|there|seen|back)\b"
    r"|n't (?:\S+ )?(?:got|received?|have it|here|arrived?|come|there|seen)\b|\b(?:sent|shipped|returned) (?:it|them) back\b",
    re.IGNORECASE,
)
"""The customer says that a delivered order is not there."""


async def lookup_order(state: Named) -> Reported:
    """Say where the order is; for a question about a refund, what was paid back."""
    order = await services().orders.find(state["order_id"])
    if order is None or not belongs_to(order, state.get("email") or ""):
        raise Final(f"Order {state['order_id']} is not an order of this customer.")
    if state.get("intent") == "refund":
        return {"outcome": "resolved", "say": refunds_of(order), "offers_person": False}
    is_missed = order["status"] == "delivered" and bool(_NOT_HERE.search(state.get("question") or ""))
    say = f"{whereabouts(order)} {SHALL_A_PERSON}" if is_missed else whereabouts(order)
    return {"outcome": "resolved", "say": say, "offers_person": is_missed}


def whereabouts(order: Order) -> str:
    """One or two sentences with every fact about the delivery."""
    name = f"Order {order['order_id']}"
    day = {key: (order[key] or "")[:10] for key in ("placed_at", "shipped_at", "delivered_at", "expected_at")}
    by = f" with {order['carrier']}, tracking number {order['tracking_number']}" if order["tracking_number"] else ""
    match order["status"]:
        case "delivered":
            return f"{name} was delivered on {day['delivered_at']}{by}."
        case "shipped":
            expected = f" It is expected on {day['expected_at']}." if day["expected_at"] else ""
            return f"{name} was shipped on {day['shipped_at']}{by}.{expected}"
        case "cancelled":
            return f"{name} was cancelled."
        case "placed":
            return f"{name} was placed on {day['placed_at']} and has not been shipped yet."


def refunds_of(order: Order) -> str:
    """What was paid back so far, each with its date and receipt."""
    if not order["refunds"]:
        number = order["order_id"]
        return f'There is no refund for order {number} yet. If you want one, write "please refund {number}".'
    paid = "; ".join(
        f"{shown(refund['amount_cents'], refund['currency'])} on {refund['at'][:10]} (receipt {refund['receipt_id']})"
        for refund in order["refunds"]
    )
    return f"For order {order['order_id']} we have refunded {paid}. It can take a few days until your bank shows it."
