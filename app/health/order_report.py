"""One order as the workflows see it, field by field, with what is missing or cannot be read (`switchboard doctor --order`)."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from app.clients.orders.foreign_order import FieldRead, OrderRead
from app.clients.orders.own_orders import open_orders
from app.composition import open_installation
from app.engines.thread_records import ThreadRecords
from app.settings import Settings, variables
from app.system_clock import SystemClock
from nodes.money import shown
from nodes.ports.errors import OrderUnreadable

NEVER = "nothing counts as paid, so nothing can be refunded, unless the payment provider says what was paid"
UNMAPPED = {
    "captured_cents": NEVER,
    "delivered_at": "no order can be refunded without the time of its delivery",
}
"""What it means for the workflows when a field is not mapped."""

UNREAD = (
    "WARNING: a customer who writes this number in a message is not understood; tell its form in orders.toml, like "
    r"number = 'SO-\d+/\d+'"
)


class FieldReport(TypedDict):
    field: str
    source: str | None  # column or JMESPath; None: not mapped
    value: Any
    shown: str
    problem: str
    note: str


class OrderReport(TypedDict):
    ok: bool
    order_id: str
    of: str  # where it was looked for
    fields: list[FieldReport]


async def report_on(settings: Settings, order_id: str) -> OrderReport:
    """Raises NotConfigured, DependencyDown when no order can be read at all."""
    async with open_installation(settings) as installation:
        if not settings.orders_file.exists() or "orders" in installation.origins:
            of = installation.origins.get("orders", "the demo shop")
            return _report(order_id, of, await _found(installation, order_id), None)
        own = open_orders(settings.orders_file, variables(settings.home), SystemClock())
        try:
            read = await own.read(order_id)
        except OrderUnreadable as error:
            return _without_order(order_id, own.source.named, str(error))
        if read is None or read.problems:
            return _report(order_id, own.source.named, None, read)
        report = _report(order_id, own.source.named, await _found(installation, order_id), read)
        said = await installation.services.rules.extract(f"Where is order {report['order_id']}?")
        if report["order_id"].casefold() not in map(str.casefold, said["order_ids"]):
            report["fields"][0]["note"] = UNREAD
        return report


async def _found(installation: ThreadRecords, order_id: str) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = await installation.services.orders.find(order_id)
    return found


def _report(order_id: str, of: str, order: Mapping[str, Any] | None, read: OrderRead | None) -> OrderReport:
    if order is None and read is None:
        return _without_order(order_id, of, f"there is no order {order_id}")
    values = order or {one.name: one.value for one in read.fields} if read else dict(order or {})
    sources = {one.name: one for one in read.fields} if read else {}
    names = dict.fromkeys([*sources, *values])
    fields = [
        _field(
            sources.get(name) or FieldRead(name, name), _shown(name, values), values, mapped=name in sources or not read
        )
        for name in names
    ]
    return {
        "ok": not any(one["problem"] for one in fields),
        "order_id": str(values.get("order_id") or order_id),
        "of": of,
        "fields": fields,
    }


def _without_order(order_id: str, of: str, problem: str) -> OrderReport:
    fields = [_field(FieldRead("order", None, problem=problem), "", {})]
    return {"ok": False, "order_id": order_id, "of": of, "fields": fields}


def _field(read: FieldRead, text: str, values: Mapping[str, Any], *, mapped: bool = True) -> FieldReport:
    return {
        "field": read.name,
        "source": read.source if mapped else None,
        "value": values.get(read.name),
        "shown": "" if read.problem else text,
        "problem": read.problem,
        "note": "" if read.problem else _note(read, values),
    }


def _note(read: FieldRead, values: Mapping[str, Any]) -> str:
    if read.source is None:
        means = UNMAPPED.get(read.name)
        return f"not in [orders.fields]{f': {means}' if means else ''}"
    if read.name == "delivered_at" and values.get("status") == "delivered" and not values.get("delivered_at"):
        return "WARNING: the order is delivered, and cannot be refunded without this time"
    return ""


def _shown(name: str, values: Mapping[str, Any]) -> str:
    value = values.get(name)
    if name.endswith("_cents") and isinstance(value, int) and values.get("currency"):
        return shown(value, str(values["currency"]))
    if name == "lines":
        return ", ".join(f"{line['quantity']} x {line['title'] or '?'}" for line in value or []) or "none"
    if name == "refunds":
        return ", ".join(shown(one["amount_cents"], one["currency"]) for one in value or []) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in (None, "") else str(value)
