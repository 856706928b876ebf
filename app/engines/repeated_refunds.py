"""Refuse a refund that was paid a moment ago, or whose key stands for another refund: before a run is started.

The graph declines both too. This is the refusal for people and scripts who start one.
"""

from collections.abc import Mapping
from typing import Any

from nodes.money import parse, shown
from nodes.ports import Services
from nodes.ports.errors import InvalidInput, OrderUnreadable, PaidAlready
from nodes.ports.orders import Order
from nodes.refund.refund_key import refund_id_of
from nodes.refund.refund_rules import assess, belongs_to, paid_a_moment_ago


async def minor_units(services: Services, order_id: str, amount: str | None) -> int | None:
    """The amount in the minor units of the order's currency. Raises InvalidInput for one that the currency does not have."""
    if amount is None:
        return None
    order = await services.orders.find(order_id)
    try:
        return parse(amount, order["currency"] if order else "USD")
    except ValueError as error:
        raise InvalidInput(f"{error}.") from error


async def refuse_repeated(services: Services, values: Mapping[str, Any]) -> None:
    """`values`: the input of the workflow `refund`. Raises PaidAlready."""
    try:
        order = await services.orders.find(values["order_id"])
    except OrderUnreadable:
        return  # the graph hands it to a person
    if order is None or not belongs_to(order, values["email"]):
        return
    if values.get("key"):
        await _refuse_other_use(services, order, values)
    elif not values.get("again"):
        _refuse_a_moment_ago(services, order, values.get("amount_cents"))


async def _refuse_other_use(services: Services, order: Order, values: Mapping[str, Any]) -> None:
    key, amount_cents = values["key"], values.get("amount_cents")
    refund_id = refund_id_of({"key": key}, {"configurable": {"thread_id": ""}})
    receipt, record = await services.payments.find(refund_id), await services.approvals.get(refund_id)
    if receipt and (receipt["order_id"] != order["order_id"] or amount_cents not in (None, receipt["amount_cents"])):
        paid = shown(receipt["amount_cents"], receipt["currency"])
        raise PaidAlready(
            f"The key {key!r} stands for a refund of {paid} for order {receipt['order_id']} "
            f"(receipt {receipt['receipt_id']}).",
            "Use another --key for another refund.",
        )
    if record and not receipt:
        raise PaidAlready(
            f"The refund with the key {key!r} was asked for on thread {record['thread_id']}, and is {record['status']}.",
            f"`switchboard show {record['thread_id']}` tells more.",
        )


def _refuse_a_moment_ago(services: Services, order: Order, amount_cents: int | None) -> None:
    now = services.clock.now()
    judged = assess(order, amount_cents, services.limits, now)
    repeated = None if judged["verdict"] == "ineligible" else paid_a_moment_ago(order, judged, now)
    if repeated:
        raise PaidAlready(repeated["say"].partition(" If ")[0], "To pay it once more, add --again.")
