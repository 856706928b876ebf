"""The steps that fulfil an order. Each is done once per attempt, whichever thread and process gets there.

Keys come from the order and the number of the attempt; the stock's reservation is the record of an attempt. While it is held,
every run for the order joins that attempt; after it was released, the next run is a new attempt with new keys.
"""

from typing import Literal

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.conversation.escalation import Failure
from nodes.fulfilment.fulfilment_sentences import SENT
from nodes.fulfilment.ship_approval import is_unapproved, must_be_approved
from nodes.money import shown
from nodes.ports import services
from nodes.ports.errors import AttemptClosed
from nodes.ports.orders import Order
from nodes.ports.payments import Receipt
from nodes.ports.shipping import Label
from nodes.ports.stock import Reservation, Reserved
from nodes.shop_words import worded

Step = Literal["reserve_stock", "charge_card", "create_shipment"]
Standing = Literal["ready", "unapproved", "waits", "fulfilled", "half_undone", "declined"]


class OrderNamed(TypedDict, total=False):
    origin: str | None
    order_id: str
    cause: Failure | None


class Attempt(TypedDict, total=False):
    """What an attempt works with, and what it has done so far, in order."""

    origin: str | None
    order_id: str
    key: str
    email: str
    items: list[Reserved]
    total_cents: int
    currency: str
    standing: Standing
    done: list[Step]
    tracking: str
    cause: Failure | None  # what broke the attempt
    doubtful: Step | None  # the step that broke it without saying whether it worked
    failure: Failure | None
    undone: list[str]
    ticket_id: str | None
    outcome: str | None
    say: str


class StepDone(TypedDict):
    done: list[Step]


class ShipmentMade(StepDone):
    tracking: str


class Fulfilled(TypedDict):
    outcome: Literal["fulfilled"]
    say: str


async def open_attempt(state: OrderNamed, config: RunnableConfig) -> Attempt:
    """Find out where the order stands, and forget what an earlier run on this thread left in the state.

    While an approval of this thread waits, the run is about that order, also when the new input names another.
    """
    record = await services().approvals.waiting(str(config["configurable"]["thread_id"]))
    order = await services().orders.find(record["args"]["order_id"] if record else state["order_id"])
    if order is None:
        return _answered("declined", f"Order {state['order_id']} does not exist. Check the order number.")
    if order["status"] == "cancelled":
        return _answered("declined", f"Order {order['order_id']} was cancelled, so there is nothing to fulfil.")
    if order["status"] != "placed":
        return _answered("fulfilled", f"Order {order['order_id']} is fulfilled already{_sent_with(order)}.")
    current = await newest_attempt(order["order_id"])
    opened = _opened(order, record["args"]["attempt"] if record else await key_of(order["order_id"]))
    if record:
        return {**opened, "standing": "waits"}
    if current is None or current["status"] == "released":
        return {**opened, "standing": await _readiness(order, opened["key"], state, config)}
    joined: Attempt = {**opened, "done": await done_so_far(current["key"])}
    if current["status"] == "closing":
        return {**joined, "standing": "half_undone", "cause": state.get("cause")}
    if await charged(current["key"]) is None:
        return {**joined, "standing": await _readiness(order, current["key"], state, config)}
    return joined


async def _readiness(order: Order, key: str, state: OrderNamed, config: RunnableConfig) -> Standing:
    unapproved = await is_unapproved(order, {"origin": state.get("origin"), "key": key}, config)
    return "unapproved" if unapproved else "ready"


async def standing(state: Attempt) -> Standing:
    return state["standing"]


async def reserve_stock(state: Attempt) -> StepDone:
    """Put the goods aside. Raises OutOfStock, AttemptClosed (final)."""
    order = await _order(state)
    if await reserved(state) != "held":
        await must_be_next(order, state["key"])
        await services().stock.reserve(key=state["key"], order_id=order["order_id"], items=items_of(order))
    return {"done": _with(state.get("done") or [], "reserve_stock")}


async def charge_card(state: Attempt, config: RunnableConfig) -> StepDone:
    """Take the money, once. Raises PaymentDeclined, GateRefused (final), PaymentsUnavailable, PaymentTimedOut (worth
    another try)."""
    order = await _order(state)
    await _must_be_held(state)
    if await charged(state["key"]) is None:
        await must_be_approved(order, {"origin": state.get("origin"), "key": state["key"]}, config)
        await services().payments.charge(
            key=charge_key(state["key"]),
            order_id=order["order_id"],
            amount_cents=order["total_cents"],
            currency=order["currency"],
            reservation=state["key"],
        )
    return {"done": _with(state.get("done") or [], "charge_card")}


async def create_shipment(state: Attempt) -> ShipmentMade:
    """Have a label made, once. Raises AddressRefused (final), CarrierUnavailable, CarrierTimedOut (worth another try)."""
    order = await _order(state)
    await _must_be_held(state)
    await _must_be_paid(state)
    label = await shipped(state["key"])
    if label is None:
        label = await services().shipping.create(key=label_key(state["key"]), order_id=order["order_id"])
    return {"done": _with(state.get("done") or [], "create_shipment"), "tracking": _tracking(label)}


async def confirm(state: Attempt) -> Fulfilled:
    """Hand the goods over: from here on the order counts as shipped, and nothing can be undone.

    Raises AttemptClosed when another process undoes this attempt, and when it is not paid or has no label.
    """
    order = await _order(state)
    if await reserved(state) != "shipped":
        await _must_be_paid(state)
        if await shipped(state["key"]) is None:
            raise AttemptClosed(
                f"Order {order['order_id']} has no label under {state['key']}; nothing was handed over."
            )
        await services().stock.hand_over(state["key"])
    return await fulfilled(order, state["key"])


async def fulfilled(order: Order, key: str) -> Fulfilled:
    """What the run says about an order that was shipped."""
    paid, tracking = shown(order["total_cents"], order["currency"]), await _sent(key)
    say = f"Order {order['order_id']} is fulfilled: {paid} charged to the card, and the parcel is on its way{tracking}."
    return {"outcome": "fulfilled", "say": say}


async def letter_of_success(order: Order, key: str) -> str:
    """What the customer reads about an order that was shipped."""
    label = await shipped(key)
    return worded(
        SENT,
        order_id=order["order_id"],
        charged=shown(order["total_cents"], order["currency"]),
        carrier=label["carrier"] if label else None,
        tracking_number=label["tracking_number"] if label else None,
    )


def charge_key(key: str) -> str:
    return f"{key}/charge"


def label_key(key: str) -> str:
    return f"{key}/label"


async def newest_attempt(order_id: str) -> Reservation | None:
    attempts = await services().stock.of_order(order_id)
    return attempts[-1] if attempts else None


async def key_of(order_id: str) -> str:
    """The key of the attempt under way; when there is none, of the next one."""
    attempts = await services().stock.of_order(order_id)
    ended = not attempts or attempts[-1]["status"] == "released"
    return f"fulfil/{order_id}/{len(attempts) + 1}" if ended else attempts[-1]["key"]


async def must_be_next(order: Order, key: str) -> None:
    """Raises AttemptClosed: only an order that is placed has another attempt, and only under one key."""
    if order["status"] != "placed" or key != await key_of(order["order_id"]):
        raise AttemptClosed(f"Order {order['order_id']} is {order['status']}, and {key} is not its next attempt.")


async def reserved(state: Attempt) -> str | None:
    """Where this attempt's reservation stands. After a time-out it is asked for, before anything is repeated or undone.

    Raises AttemptClosed for a key that belongs to another order.
    """
    reservation = await services().stock.find(state["key"])
    if reservation and reservation["order_id"] != state["order_id"]:
        raise AttemptClosed(f"{state['key']} is not an attempt of order {state['order_id']}.")
    return reservation["status"] if reservation else None


async def charged(key: str) -> Receipt | None:
    """The charge of this attempt."""
    return await services().payments.find(charge_key(key))


async def refund_of(key: str) -> Receipt | None:
    """What went back of this attempt's charge."""
    return await services().payments.find(f"{charge_key(key)}/refund")


async def shipped(key: str) -> Label | None:
    """The label of this attempt. Raises AttemptClosed when it was cancelled."""
    label = await services().shipping.find(label_key(key))
    if label and label["status"] == "cancelled":
        raise AttemptClosed(f"The label of order {label['order_id']} was cancelled. Start the fulfilment again.")
    return label


async def done_so_far(key: str) -> list[Step]:
    """What an attempt that has its goods has done, in order, as it is on record."""
    done: list[Step] = ["reserve_stock"]
    if await charged(key):
        done.append("charge_card")
    if await services().shipping.find(label_key(key)):
        done.append("create_shipment")
    return done


async def _order(state: Attempt) -> Order:
    order = await services().orders.find(state["order_id"])
    if order is None or order["order_id"] != state["order_id"]:
        raise AttemptClosed(f"Order {state['order_id']} does not exist.")
    return order


async def _must_be_held(state: Attempt) -> None:
    """Raises AttemptClosed: what follows is done for goods that are put aside, and for nothing else."""
    if (status := await reserved(state)) not in ("held", "shipped"):
        raise AttemptClosed(
            f"The goods of order {state['order_id']} are {status or 'not reserved'} under {state['key']}."
        )


async def _must_be_paid(state: Attempt) -> None:
    if await charged(state["key"]) is None or await refund_of(state["key"]):
        raise AttemptClosed(f"Order {state['order_id']} is not paid under {state['key']}.")


async def _sent(key: str) -> str:
    label = await services().shipping.find(label_key(key))
    return f" with {_tracking(label)}" if label else ""


def _opened(order: Order, key: str) -> Attempt:
    return {
        **_answered("ready", ""),
        "order_id": order["order_id"],
        "key": key,
        "email": order["email"],
        "items": items_of(order),
        "total_cents": order["total_cents"],
        "currency": order["currency"],
        "outcome": None,
    }


def _answered(standing: Standing, say: str) -> Attempt:
    """An attempt with nothing done. For an order that needs none, this is the answer already."""
    return {
        "key": "",
        "standing": standing,
        "done": [],
        "tracking": "",
        "cause": None,
        "doubtful": None,
        "failure": None,
        "undone": [],
        "ticket_id": None,
        "outcome": standing,
        "say": say,
    }


def _with(done: list[Step], step: Step) -> list[Step]:
    """A step that another run of this attempt has done already keeps its place."""
    return done if step in done else [*done, step]


def items_of(order: Order) -> list[Reserved]:
    """The goods of an order, one entry for each kind."""
    quantities: dict[str, int] = {}
    for line in order["lines"]:
        quantities[line["sku"]] = quantities.get(line["sku"], 0) + line["quantity"]
    return [{"sku": sku, "quantity": quantity} for sku, quantity in sorted(quantities.items())]


def _tracking(label: Label) -> str:
    return f"{label['carrier']}, tracking number {label['tracking_number']}"


def _sent_with(order: Order) -> str:
    if not order["carrier"]:
        return ""
    return f": it was sent with {order['carrier']}, tracking number {order['tracking_number']}"
