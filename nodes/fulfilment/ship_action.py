"""What an approver is asked about an order above the limit."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from nodes.approvals.action import Action
from nodes.approvals.others_waiting import others_waiting
from nodes.money import shown
from nodes.ports import services
from nodes.ports.approvals import Approval


class ShipArgs(TypedDict):
    order_id: str
    attempt: str  # the key of the attempt: an approval is for one
    amount_cents: int
    currency: str


class ShipAction(Action):
    """An order that is charged and shipped. It cannot be edited."""

    name = "ship_order"

    def headline(self, args: Mapping[str, Any]) -> str:
        return f"Ship order {args['order_id']} and charge {shown(args['amount_cents'], args['currency'])}"

    def request(self, args: Mapping[str, Any]) -> str:
        return f"shipment of order {args['order_id']}"

    async def describe(self, record: Approval) -> str:
        args = record["args"]
        order = await services().orders.find(args["order_id"])
        if order is None:
            return f"{self.headline(args)}? The order cannot be found."
        lines = [
            f"{self.headline(args)}?",
            "",
            f"Customer: {order['customer_name']} <{order['email']}>",
            f"Order: {shown(order['total_cents'], order['currency'])}, placed {order['placed_at'][:10]}, {order['status']}",
            *(f"  {line['quantity']} x {line['title']}" for line in order["lines"]),
            "Why you are asked: the order is above the limit for shipping without an approval.",
        ]
        if order["note"]:
            lines.append(f"Note on the order, written by the customer: {order['note']!r}")
        return "\n".join([*lines, *await others_waiting(record)])

    async def restored(self, record: Approval) -> dict[str, Any]:
        return {"order_id": record["args"]["order_id"], "key": record["args"]["attempt"]}


SHIP = ShipAction()
