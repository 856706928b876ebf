"""Ask for the approval of an order above the limit, and the gate in front of its charge."""

from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.approvals.approval_steps import approved_args, ask_on_thread, awaited
from nodes.fulfilment.ship_action import SHIP, ShipArgs
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.ports.errors import GateRefused
from nodes.ports.orders import Order


class ToShip(TypedDict, total=False):
    origin: str | None
    order_id: str
    key: str


class Asked(TypedDict):
    approval: Approval
    reply: str
    messages: list[AIMessage]


class NotShipped(TypedDict):
    outcome: str
    ticket_id: str | None
    say: str


def needs_approval(order: Order) -> bool:
    """Whether the order is above the limit. A limit is in US dollars: with one, orders in other currencies always need an approval."""
    limit = services().limits.ship_limit_cents
    return limit is not None and (order["currency"] != "USD" or order["total_cents"] > limit)


async def request_approval(state: ToShip, config: RunnableConfig) -> Asked:
    """Write the record of what is asked: the order as it is now. Repeatable. Raises GateRefused."""
    order = await services().orders.find(state["order_id"])
    if order is None:
        raise GateRefused(f"Order {state['order_id']} does not exist; no approval was asked for.")
    if order["status"] != "placed" or not needs_approval(order):
        raise GateRefused(f"Order {order['order_id']} needs no approval to be shipped; none was asked for.")
    record = await ask_on_thread(SHIP, dict(_args(order, state["key"])), config)
    reply = f"The {SHIP.request(record['args'])} needs an approval. Nothing is charged before it."
    return {"approval": record, "reply": reply, "messages": [AIMessage(reply)]}


async def must_be_approved(order: Order, state: ToShip, config: RunnableConfig) -> None:
    """Raises GateRefused: an order above the limit is charged only with an approval of this attempt and amount."""
    if not needs_approval(order):
        return
    granted = await approved_args(SHIP, {"origin": state.get("origin")}, config)
    if granted != _args(order, state["key"]):
        raise GateRefused(
            f"The approval is for another order, attempt or amount; order {order['order_id']} was not charged."
        )


async def is_unapproved(order: Order, state: ToShip, config: RunnableConfig) -> bool:
    """Whether an approval has to be asked for before the order is charged."""
    try:
        await must_be_approved(order, state, config)
    except GateRefused:
        return True
    return False


async def explain_refusal(state: ToShip, config: RunnableConfig) -> NotShipped:
    """Say why nothing was charged. An approval that expired opens a ticket, once: a person has to look after the order."""
    record = await awaited({"origin": state.get("origin")}, config)
    what = SHIP.request(record["args"])
    if record["status"] != "expired":
        why = f": {record['reason']}" if record["reason"] else ""
        say = f"The {what} was {record['status']} by {record['decided_by']}{why}. Nothing was charged."
        return {"outcome": record["status"], "ticket_id": None, "say": say}
    ticket = await services().tickets.open(
        key=f"{record['approval_id']}/expired",
        thread_id=record["thread_id"],
        reason="An approval expired before it was decided.",
        summary=f"{await SHIP.describe(record)}\nNothing was charged. To ask again: start the fulfilment again.",
        transcript=[],
        facts=record["args"],
    )
    say = f"The {what} was not decided in time. Nothing was charged. A ticket is open ({ticket['ticket_id']})."
    return {"outcome": "expired", "ticket_id": ticket["ticket_id"], "say": say}


def _args(order: Order, key: str) -> ShipArgs:
    return {
        "order_id": order["order_id"],
        "attempt": key,
        "amount_cents": order["total_cents"],
        "currency": order["currency"],
    }
