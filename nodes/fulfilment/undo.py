"""The steps that undo a fulfilment, in reverse order.

Each undo asks by key what there is before it takes it back, so that it never guesses, and can be repeated.
"""

from contextlib import suppress
from functools import partial
from typing import Literal

from langchain_core.runnables import RunnableConfig
from typing_extensions import TypedDict

from nodes.fulfilment.attempt import (
    Attempt,
    Step,
    charge_key,
    charged,
    done_so_far,
    fulfilled,
    items_of,
    label_key,
    must_be_next,
    refund_of,
    reserved,
)
from nodes.money import shown
from nodes.ports import services
from nodes.ports.errors import AttemptClosed, Final, GateRefused, Retryable

REFUND_REASON = "The order could not be fulfilled."

Undo = Literal["fulfilled", "label", "charge", "stock", "nothing"]


class Closed(TypedDict, total=False):
    outcome: Literal["fulfilled"]
    say: str
    done: list[Step]


class Undone(TypedDict, total=False):
    undone: list[str]


class Compensated(TypedDict):
    outcome: Literal["compensated"]
    say: str


class Stuck(TypedDict):
    outcome: Literal["needs_attention"]
    ticket_id: str
    say: str


async def close_attempt(state: Attempt) -> Closed:
    """Close this attempt for every other run, unless one has finished it: then the order is fulfilled.

    What there is to undo comes from the ledger, the stock and the carrier, not from the state.
    """
    order, status = await services().orders.find(state["order_id"]), await reserved(state)
    if order is None:
        raise AttemptClosed(f"Order {state['order_id']} does not exist.")
    if status is None:
        await must_be_next(order, state["key"])
    if status in (None, "held"):
        closed = await services().stock.close(state["key"], order_id=order["order_id"], items=items_of(order))
        if status is None and closed["status"] == "released":
            return {"done": []}
        status = closed["status"]
    if status == "shipped":
        done = await fulfilled(order, state["key"])
        return {"outcome": done["outcome"], "say": done["say"]}
    return {"done": await done_so_far(state["key"])}


async def what_to_undo(state: Attempt) -> Undo:
    """Where the undoing begins: at the last step that was done, or may have been done."""
    if state.get("outcome") == "fulfilled":
        return "fulfilled"
    touched: set[Step | None] = {*state["done"], state.get("doubtful")}
    if "create_shipment" in touched:
        return "label"
    if "charge_card" in touched:
        return "charge"
    return "stock" if "reserve_stock" in touched else "nothing"


async def cancel_shipment(state: Attempt) -> Undone:
    """Cancel the label, if it was made. Raises GateRefused while the attempt is not being undone."""
    await _must_be_closed(state)
    key = label_key(state["key"])
    label = await services().shipping.find(key)
    if label is None:
        return {}
    if label["status"] != "cancelled":
        await services().shipping.cancel(key)
    return {"undone": [*state["undone"], "create_shipment"]}


async def refund_charge(state: Attempt) -> Undone:
    """Pay the charge back, if the money moved. Repeatable: the refund has a key of its own.

    Raises GateRefused while the attempt is not being undone, PaymentDeclined (final), PaymentsUnavailable,
    PaymentTimedOut (worth another try).
    """
    await _must_be_closed(state)
    receipt = await charged(state["key"])
    if receipt is None:
        return {}
    if await refund_of(state["key"]) is None:
        await services().payments.refund(
            key=f"{charge_key(state['key'])}/refund",
            order_id=receipt["order_id"],
            amount_cents=receipt["amount_cents"],
            currency=receipt["currency"],
            reason=REFUND_REASON,
            reservation=state["key"],
        )
    return {"undone": [*state["undone"], "charge_card"]}


async def release_stock(state: Attempt) -> Undone:
    """Put the goods back, if they were put aside. Last of all: a released reservation is an attempt that is over.

    Raises GateRefused while the attempt is not being undone, or still has its money or its label.
    """
    await _must_be_closed(state)
    label = await services().shipping.find(label_key(state["key"]))
    if (await charged(state["key"]) and not await refund_of(state["key"])) or (
        label and label["status"] != "cancelled"
    ):
        raise GateRefused(f"The charge or the label of {state['key']} is not undone yet; the goods stay put aside.")
    if await reserved(state) != "released":
        await services().stock.release(state["key"])
    return {"undone": [*state["undone"], "reserve_stock"]}


async def explain_undoing(state: Attempt) -> Compensated:
    """Say why the order is not fulfilled, and that nothing of the attempt is left."""
    cause = state.get("cause")
    why = f": {cause['message'].rstrip('.')}" if cause else ""
    return {
        "outcome": "compensated",
        "say": f"Order {state['order_id']} could not be fulfilled{why}. {taken_back(state)}",
    }


async def report_stuck(state: Attempt, config: RunnableConfig) -> Stuck:
    """Open the ticket. Repeatable: one ticket for each step that an attempt is stuck at.

    What people read about goods and money comes from the records, not from the state.
    """
    failure, cause, thread_id = state.get("failure"), state.get("cause"), config["configurable"]["thread_id"]
    assert failure
    undoing = Attempt()
    with suppress(Retryable, Final):  # the ticket is opened also when the records cannot be read
        undoing = await _on_record(state)
    taken = f"{taken_back(undoing)} " if undoing else ""
    reason = f"The step {failure['node']} of order {state['order_id']} failed: {failure['message']}"
    opening = partial(
        services().tickets.open,
        thread_id=thread_id,
        reason=reason,
        summary=f"{taken}Repair the cause, then run `switchboard resume {thread_id}`.",
        transcript=[],
        facts={
            "order_id": state["order_id"],
            "key": undoing.get("key"),
            "done": undoing.get("done"),
            "undone": undoing.get("undone"),
            "cause": cause,
            "failure": failure,
        },
    )
    case = f"{state['order_id']}/{failure['node']}"
    ticket = await opening(key=f"{undoing.get('key', thread_id)}/{case}")
    if ticket["thread_id"] != thread_id and ticket["reason"] != reason:  # another thread's, about something else
        ticket = await opening(key=f"{thread_id}/{case}")
    return {
        "outcome": "needs_attention",
        "ticket_id": ticket["ticket_id"],
        "say": f"Order {state['order_id']} needs attention: {failure['node']} failed ({failure['message'].rstrip('.')}). "
        f"{taken}A ticket is open ({ticket['ticket_id']}). "
        f"`switchboard resume {thread_id}` tries again.",
    }


async def _must_be_closed(state: Attempt) -> None:
    """Raises GateRefused for an attempt that is not closed: only a closed one is undone."""
    if (status := await reserved(state)) not in ("closing", "released"):
        raise GateRefused(
            f"The attempt {state['key']} is {status or 'unknown'}, not being undone; nothing was taken back."
        )


async def _on_record(state: Attempt) -> Attempt:
    """What the attempt has done and undone; empty when the key in the state is not an attempt of the order that goes on."""
    key = state.get("key") or ""
    attempt = await services().stock.find(key) if key else None
    if attempt is None or attempt["order_id"] != state["order_id"] or attempt["status"] not in ("held", "closing"):
        return {}
    charge, label = await charged(key), await services().shipping.find(label_key(key))
    is_cancelled, is_refunded = label and label["status"] == "cancelled", await refund_of(key)
    return {
        "key": key,
        "done": await done_so_far(key),
        "undone": [*(["create_shipment"] if is_cancelled else []), *(["charge_card"] if is_refunded else [])],
        "total_cents": charge["amount_cents"] if charge else 0,
        "currency": charge["currency"] if charge else "",
    }


def taken_back(state: Attempt) -> str:
    """What happened to the goods, the money and the label, in one or two sentences."""
    done, undone = state.get("done") or [], state.get("undone") or []
    said = ["The label was cancelled."] if "create_shipment" in undone else []
    said.append(_money(state))
    if "reserve_stock" in undone:
        said.append("The goods are back in stock.")
    elif "reserve_stock" in done:
        said.append("The goods are still put aside.")
    return " ".join(said)


def _money(state: Attempt) -> str:
    if "charge_card" in (state.get("undone") or []):
        return f"{shown(state['total_cents'], state['currency'])} went back to the card."
    if "charge_card" in (state.get("done") or []):
        return f"{shown(state['total_cents'], state['currency'])} are charged."
    return "Nothing was charged."
