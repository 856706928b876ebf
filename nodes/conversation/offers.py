"""A refund that the customer has not asked for in plain words: explained, offered, and paid only after a plain yes."""

from typing import Literal

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.money import shown
from nodes.ports import services
from nodes.ports.clock import parse
from nodes.ports.language import Act
from nodes.ports.orders import Order
from nodes.refund.eligibility import judged_now
from nodes.refund.refund_key import RefundNamed, refund_id_of
from nodes.refund.refund_rules import belongs_to, unknown_order


class Offer(TypedDict):
    """What a plain yes in the next turn pays, and nothing else."""

    order_id: str
    amount_cents: int
    currency: str
    turn: int


class ToOffer(RefundNamed, total=False):
    email: str
    act: Act
    turn: int


class Offered(TypedDict):
    offer: Offer | None
    outcome: Literal["needs_information", "declined", "resolved"]
    say: str


async def offer_refund(state: ToOffer, config: RunnableConfig) -> Offered:
    """Say what the rules mean for this very order; when it can be refunded, ask whether it should be."""
    order_id, email = state.get("order_id") or "", state.get("email") or ""
    order = await services().orders.find(order_id)
    if order is None or not belongs_to(order, email):
        return {"offer": None, "outcome": "needs_information", "say": unknown_order(order_id, email)["say"]}
    judged = await judged_now(order, state.get("amount_cents"), refund_id_of(state, config), asks_always=False)
    if judged["verdict"] == "ineligible":
        return {"offer": None, "outcome": "declined", "say": judged["say"]}
    offer: Offer = {
        "order_id": order["order_id"],
        "amount_cents": judged["due_cents"],
        "currency": judged["currency"],
        "turn": state.get("turn", 0),
    }
    return {"offer": offer, "outcome": "needs_information", "say": f"{_because(state, order)}{_asked(offer, order)}"}


class Settling(RefundNamed, total=False):
    email: str


class Settled(TypedDict):
    settled: bool


async def settle_refund(state: Settling) -> Settled:
    """Whether a plain request can go on: an order that was refunded before needs an amount, or a yes to an offer."""
    order = await services().orders.find(state.get("order_id") or "")
    return {"settled": order is None or not order["refunds"] or state.get("amount_cents") is not None}


async def is_settled(state: Settled) -> Literal["settled", "unsettled"]:
    return "settled" if state.get("settled") else "unsettled"


async def leave_it(state: ToOffer) -> Offered:
    """The customer does not want a refund, or not any more."""
    about = f" for order {state['order_id']}" if state.get("order_id") else ""
    return {"offer": None, "outcome": "resolved", "say": f"All right: nothing is refunded{about}."}


def _because(state: ToOffer, order: Order) -> str:
    amount = shown(order["captured_cents"] - order["refunded_cents"], order["currency"])
    if state.get("act") == "condition":
        return "Nothing is refunded yet. "
    if state.get("act") == "question" and order["delivered_at"]:
        days = (services().clock.now() - parse(order["delivered_at"])).days
        return f"Order {order['order_id']} was delivered {days} days ago, so yes: up to {amount} can be refunded. "
    if order["refunds"]:
        back = shown(order["refunded_cents"], order["currency"])
        return f"For order {order['order_id']} we have refunded {back} already. "
    return ""


def _asked(offer: Offer, order: Order) -> str:
    items = ", ".join(line["title"] for line in order["lines"][:3])
    amount = shown(offer["amount_cents"], offer["currency"])
    return f"Shall I refund {amount} for order {offer['order_id']}{f' ({items})' if items else ''} to your card? Yes or no?"
