"""An approval as a page shows it: read from the record, the order and the conversation."""

from datetime import datetime
from typing import Any

from app.server.web.state import ServerState
from nodes.money import decimal_text
from nodes.ports.approvals import Approval
from nodes.ports.orders import Order

WHY = "Why you are asked: "


async def row(state: ServerState, record: Approval, viewer: str) -> dict[str, Any]:
    """What the inbox shows of it."""
    services = state.engine.services
    action, args = services.actions[record["action"]], record["args"]
    order = await _order(state, args)
    text = await action.describe(record)
    left = datetime.fromisoformat(record["expires_at"]) - services.clock.now()
    return {
        "id": record["approval_id"],
        "record": record,
        "headline": action.headline(args),
        "amount": (args["amount_cents"], args["currency"]) if "amount_cents" in args and "currency" in args else None,
        "order": order,
        "customer": order["customer_name"] if order else "",
        "email": order["email"] if order else "",
        "reason": str(args.get("reason") or ""),
        "why": next((line.removeprefix(WHY) for line in text.splitlines() if line.startswith(WHY)), ""),
        "text": text,
        "left_s": max(0, int(left.total_seconds())),
        "waits": record["status"] == "pending" and left.total_seconds() > 0,
        "viewers": state.changes.viewers(record["approval_id"], but=viewer),
    }


async def whole(state: ServerState, record: Approval, viewer: str) -> dict[str, Any]:
    """What the page of the approval shows: also the conversation, and what can be lowered."""
    shown = await row(state, record, viewer)
    action, args = state.engine.services.actions[record["action"]], record["args"]
    thread = await state.engine.show(record["thread_id"])
    granted = record["granted"] or {}
    return {
        **shown,
        "thread": thread,
        "said": [one for one in thread["values"].get("messages") or [] if isinstance(one, dict)],
        "lowered": decimal_text(args["amount_cents"], args["currency"]) if "amount" in action.shown(args) else "",
        "customer_is_told": await action.customer(record) is not None,
        "granted": (granted["amount_cents"], granted["currency"])
        if {"amount_cents", "currency"} <= set(granted)
        else None,
        "questions": record.get("questions", []),
        "remarks": record.get("remarks", []),
        "voices": record.get("voices", []),
    }


async def _order(state: ServerState, args: dict[str, Any]) -> Order | None:
    return await state.engine.services.orders.find(str(args["order_id"])) if args.get("order_id") else None
