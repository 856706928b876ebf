"""Where an order is, and what became of its refunds."""

import re
from typing import Literal

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.conversation.conversation_sentences import (
    CANCELLED,
    DELIVERED,
    NO_REFUND,
    PLACED,
    REFUNDS,
    SHALL_A_PERSON,
    SHIPPED,
)
from nodes.conversation.missing_details import asks_in_total
from nodes.money import shown
from nodes.ports import services
from nodes.ports.errors import Final
from nodes.ports.language import Intent
from nodes.ports.orders import Order
from nodes.refund.failed_payouts import failed_payouts, to_customer
from nodes.refund.refund_rules import assess, belongs_to
from nodes.refund.refund_sentences import REJECTED
from nodes.shop_words import worded

WHEREABOUTS = {"delivered": DELIVERED, "shipped": SHIPPED, "cancelled": CANCELLED, "placed": PLACED}


class Named(TypedDict, total=False):
    order_id: str
    email: str
    intent: Intent
    question: str
    named_orders: list[str]
    was_declined: bool


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


async def lookup_order(state: Named, config: RunnableConfig) -> Reported:
    """Say where the order is; for a question about a refund, what was paid back."""
    order = await services().orders.find(state["order_id"])
    if order is None or not belongs_to(order, state.get("email") or ""):
        raise Final(f"Order {state['order_id']} is not an order of this customer.")
    if state.get("intent") == "refund":
        orders = await _of_the_conversation(state, order) if asks_in_total(state.get("question") or "") else [order]
        turned_down = await _turned_down(config["configurable"]["thread_id"], order) or await _ruled_out(state, order)
        told = [turned_down] if turned_down else [await _what_became_of_refunds(one) for one in orders]
        return {"outcome": "resolved", "say": " ".join(told), "offers_person": False}
    is_missed = order["status"] == "delivered" and bool(_NOT_HERE.search(state.get("question") or ""))
    say = f"{whereabouts(order)} {worded(SHALL_A_PERSON)}" if is_missed else whereabouts(order)
    return {"outcome": "resolved", "say": say, "offers_person": is_missed}


_WHY_NOT = re.compile(
    r"\b(?:why|how come|reason)\b[^.!]*\b(?:refuse|decline|reject|deny|denied|turn(?:ed)? down)", re.IGNORECASE
)


async def _ruled_out(state: Named, order: Order) -> str:
    """The rule that stands against a refund, for a customer who asks why there was none, or of whose order nothing was refunded;
    "" when none does."""
    if order["refunds"] and not (_WHY_NOT.search(state.get("question") or "") or state.get("was_declined")):
        return ""
    judged = assess(order, None, services().limits, services().clock.now())
    return judged["say"] if judged["verdict"] == "ineligible" else ""


async def _turned_down(thread_id: str, order: Order) -> str:
    """Why a person has refused the conversation's last request for a refund of this order; "" when nobody has."""
    record = await services().approvals.latest(thread_id)
    if record is None or record["status"] != "rejected" or record["args"].get("order_id") != order["order_id"]:
        return ""
    amount = shown(record["args"]["amount_cents"], record["args"]["currency"])
    return worded(REJECTED, amount=amount, order_id=order["order_id"], reason=record["reason"] or "")


async def _what_became_of_refunds(order: Order) -> str:
    failed = [to_customer(one["receipt"], one["ticket_id"]) for one in (await failed_payouts(order["order_id"]))[0]]
    return " ".join([*failed, refunds_of(order)] if order["refunds"] or not failed else failed)


async def _of_the_conversation(state: Named, order: Order) -> list[Order]:
    """The customer's orders that the conversation has named."""
    others = [one for one in state.get("named_orders") or [] if one != order["order_id"]]
    found = [await services().orders.find(one) for one in others]
    return [*(one for one in found if one and belongs_to(one, state.get("email") or "")), order]


def whereabouts(order: Order) -> str:
    """One or two sentences with every fact about the delivery."""
    days = {key: (order[key] or "")[:10] for key in ("placed_at", "shipped_at", "delivered_at", "expected_at")}
    named = {name: order[name] for name in ("order_id", "carrier", "tracking_number")}
    return worded(WHEREABOUTS[order["status"]], **named, **days)


def refunds_of(order: Order) -> str:
    """What was paid back so far, each with its date and receipt."""
    if not order["refunds"]:
        return worded(NO_REFUND, order_id=order["order_id"])
    refunds = [
        {
            "amount": shown(refund["amount_cents"], refund["currency"]),
            "day": refund["at"][:10],
            "receipt_id": refund["receipt_id"],
            "under_way": refund.get("under_way", False),
        }
        for refund in order["refunds"]
    ]
    return worded(REFUNDS, order_id=order["order_id"], refunds=refunds)
