"""What a human answered, read from every shape the public UIs send.

Three shapes: Agent Chat UI's {"decisions": [{"type": "approve" | "edit" | "reject", ...}]}, Agent Inbox's
[{"type": "accept" | "edit" | "response" | "ignore", "args": ...}], and a bare {"type": "approve", "by": "Mia"}.
Anything else is no decision: never an approval, and never a rejection either.
"""

from collections.abc import Mapping
from typing import Any, Literal

from typing_extensions import TypedDict

from app.services import RefundArgs
from nodes.money import decimal_text, parse, shown


class Decision(TypedDict):
    verdict: Literal["approved", "rejected", "undecided"]
    amount_cents: int | None
    by: str | None
    reason: str
    problem: str  # why it is no decision; "" when it is one


def read_answer(answer: Any, args: RefundArgs) -> Decision:
    """The decision in this answer, checked against what was asked: an edit may lower the amount and nothing else."""
    reply = _only_reply(answer)
    if reply is None:
        return _undecided("The answer has none of the known shapes; approve, edit or reject.")
    match reply.get("type"):
        case "approve" | "accept":
            return _approved(reply, args["amount_cents"])
        case "edit":
            return _edited(reply, args)
        case "reject" | "response":
            return _rejected(reply)
        case "ignore":
            return _undecided("Ignoring is no decision; the request still waits.")
        case "expire":
            return _undecided("The deadline has not passed yet.")
        case other:
            return _undecided(f"{str(other)[:40]!r} is no decision; approve, edit or reject.")


def _only_reply(answer: Any) -> Mapping[str, Any] | None:
    if isinstance(answer, Mapping) and "decisions" in answer:
        answer = answer["decisions"]
    if isinstance(answer, list):
        answer = answer[0] if len(answer) == 1 else None
    return answer if isinstance(answer, Mapping) else None


def _approved(reply: Mapping[str, Any], amount_cents: int) -> Decision:
    reason = _text(reply.get("note"))
    return {"verdict": "approved", "amount_cents": amount_cents, "by": _by(reply), "reason": reason, "problem": ""}


def _rejected(reply: Mapping[str, Any]) -> Decision:
    said = (_text(reply.get(key)) for key in ("message", "reason", "args"))
    reason = next((text for text in said if text), "no reason was given")
    return {"verdict": "rejected", "amount_cents": None, "by": _by(reply), "reason": reason, "problem": ""}


def _edited(reply: Mapping[str, Any], args: RefundArgs) -> Decision:
    edited = _edited_args(reply)
    if edited is None:
        return _undecided("The edit carries no arguments.")
    for name in ("order_id", "currency"):
        if name in edited and str(edited[name]) != args[name]:
            return _undecided(f"An approver may lower the amount, not change the {name.replace('_', ' ')}.")
    try:
        amount_cents = _edited_amount(edited, args)
    except ValueError as error:
        return _undecided(f"{error}.")
    if amount_cents > args["amount_cents"]:
        asked = shown(args["amount_cents"], args["currency"])
        return _undecided(
            f"An approver may lower the amount; {decimal_text(amount_cents)} is more than the {asked} asked for."
        )
    return _approved(reply, amount_cents)


def _edited_args(reply: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Agent Chat UI nests them in `edited_action`, Agent Inbox once more in `args`."""
    found: Any = reply.get("edited_action", reply)
    for _ in range(2):
        if isinstance(found, Mapping) and isinstance(found.get("args"), Mapping):
            found = found["args"]
    if not isinstance(found, Mapping) or found is reply:
        return None
    action = reply.get("edited_action")
    renamed = isinstance(action, Mapping) and action.get("name", "process_refund") != "process_refund"
    return None if renamed else found


def _edited_amount(edited: Mapping[str, Any], args: RefundArgs) -> int:
    if "amount" not in edited:
        return args["amount_cents"]
    amount = edited["amount"]
    if isinstance(amount, bool) or not isinstance(amount, (str, int, float)):
        raise ValueError(f"{str(amount)[:40]!r} is not an amount")
    return parse(str(amount))


def _undecided(problem: str) -> Decision:
    return {"verdict": "undecided", "amount_cents": None, "by": None, "reason": "", "problem": problem}


def _by(reply: Mapping[str, Any]) -> str | None:
    return _text(reply.get("by")) or None


def _text(value: Any) -> str:
    return value.strip()[:2000] if isinstance(value, str) else ""
