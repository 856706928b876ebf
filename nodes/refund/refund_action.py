"""What an approver is asked about a refund."""

from collections.abc import Mapping
from typing import Any

from typing_extensions import TypedDict

from nodes.approvals.action import Action
from nodes.approvals.decision_shapes import named, plain
from nodes.approvals.others_waiting import others_waiting
from nodes.money import SIGNS, decimal_text, parse, shown
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.ports.orders import Order
from nodes.refund.failed_payouts import payout_lines
from nodes.refund.refund_rules import assess
from nodes.refund.refund_sentences import REQUEST
from nodes.shop_words import worded

ACTION = "process_refund"
"""What humans are asked for, by its name."""


class RefundArgs(TypedDict):
    order_id: str
    amount_cents: int
    currency: str
    reason: str


class RefundAction(Action):
    """A refund above the limit. An approver may lower the amount."""

    name = ACTION

    def headline(self, args: Mapping[str, Any]) -> str:
        return f"Refund {shown(args['amount_cents'], args['currency'])} for order {args['order_id']}"

    def request(self, args: Mapping[str, Any]) -> str:
        return worded(REQUEST, amount=shown(args["amount_cents"], args["currency"]), order_id=args["order_id"])

    async def describe(self, record: Approval) -> str:
        """The order, its refunds and the rule, as text. The customer's words are quoted, so that they are not taken for ours."""
        args = record["args"]
        order = await services().orders.find(args["order_id"])
        if order is None:
            return f"{self.headline(args)}? The order cannot be found."
        failed = await payout_lines(order["order_id"])
        why = (
            "An earlier refund of this order has failed."
            if failed
            else "This run asks for an approval of every refund."
        )
        lines = _lines(order, args, self.headline(args), otherwise=why)
        return "\n".join([*lines, *failed, *await others_waiting(record)])

    def shown(self, args: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "order_id": args["order_id"],
            "amount": decimal_text(args["amount_cents"], args["currency"]),
            "currency": args["currency"],
            "reason": args["reason"],
        }

    def tightened(self, args: Mapping[str, Any], edited: Mapping[str, Any]) -> dict[str, Any]:
        """An approver may lower the amount and change nothing else."""
        if "amount" not in edited:
            raise ValueError("The edit names no amount; approve to pay what was asked for")
        if changed := _changed(edited, args):
            raise ValueError(f"An approver may lower the amount, not change the {changed}")
        amount_cents = _amount(edited["amount"], args["currency"])
        if amount_cents > args["amount_cents"]:
            asked = shown(args["amount_cents"], args["currency"])
            raise ValueError(
                f"An approver may lower the amount; {decimal_text(amount_cents, args['currency'])} is more than the {asked} asked for"
            )
        return {**args, "amount_cents": amount_cents}

    async def customer(self, record: Approval) -> str | None:
        order = await services().orders.find(record["args"]["order_id"])
        return order["email"] if order else None

    async def restored(self, record: Approval) -> dict[str, Any]:
        args, email = record["args"], await self.customer(record)
        known = {
            "order_id": args["order_id"],
            "reason": args["reason"],
            "due_cents": args["amount_cents"],
            "currency": args["currency"],
            "refund_id": record["approval_id"],
        }
        return {**known, "email": email} if email else known


REFUND = RefundAction()


def _changed(edited: Mapping[str, Any], args: Mapping[str, Any]) -> str | None:
    """What else was edited, in words: the order or the currency, which the amount's sign may name too."""
    if "order_id" in edited and plain(edited["order_id"]) != args["order_id"]:
        return "order id"
    foreign = {sign for currency, sign in SIGNS.items() if currency != args["currency"]}
    if edited.get("currency", args["currency"]) != args["currency"] or foreign & set(plain(edited["amount"]) or ""):
        return "currency"
    return None


def _amount(edited: Any, currency: str) -> int:
    text = plain(edited)
    if text is None:
        raise ValueError(f"{named(edited)} is not an amount; write it like 49.90")
    return parse(text, currency)


def _lines(order: Order, args: Mapping[str, Any], headline: str, *, otherwise: str) -> list[str]:
    """`otherwise`: why somebody is asked, when the rules about this request alone do not say."""
    currency = order["currency"]
    why = assess(order, args["amount_cents"], services().limits, services().clock.now())["say"]
    lines = [
        f"{headline}?",
        "",
        f"Customer: {order['customer_name']} <{order['email']}>",
        f"Order: {shown(order['total_cents'], currency)}, placed {order['placed_at'][:10]}, "
        f"{order['status']} {(order['delivered_at'] or '')[:10]}".rstrip(),
        *(f"  {line['quantity']} x {line['title']}" for line in order["lines"]),
        f"Paid {shown(order['captured_cents'], currency)}, already refunded {shown(order['refunded_cents'], currency)}",
        *(f"  {shown(r['amount_cents'], r['currency'])} on {r['at'][:10]}: {r['reason']!r}" for r in order["refunds"]),
        f"Reason given by the customer: {args['reason']!r}" if args["reason"] else "The customer gave no reason.",
        f"Why you are asked: {why or otherwise}",
    ]
    if order["note"]:
        lines.append(f"Note on the order, written by the customer: {order['note']!r}")
    return lines
