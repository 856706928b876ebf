"""What a human answered, read from every shape the public UIs send.

Three shapes: Agent Chat UI's {"decisions": [{"type": "approve" | "edit" | "reject", ...}]}, Agent Inbox's
[{"type": "accept" | "edit" | "response" | "ignore", "args": ...}], and a bare {"type": "approve", "by": "Mia"}.
Anything else is no decision: never an approval, and never a rejection either.
"""

from collections.abc import Mapping
from typing import Any, Literal

from typing_extensions import TypedDict

from nodes.money import SIGNS, decimal_text, parse, shown
from nodes.ports.approvals import RefundArgs

ACTION = "process_refund"
"""The one thing that is asked for."""


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
            return _undecided(f"{_named(other)} is no decision; approve, edit or reject.")


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
    found = _edited_action(reply)
    if found is None:
        return _undecided("The edit carries no arguments.")
    action, edited = found
    if action != ACTION:
        return _undecided("An approver may lower the amount, not change the action.")
    if "amount" not in edited:
        return _undecided("The edit names no amount; approve to pay what was asked for.")
    if changed := _changed(edited, args):
        return _undecided(f"An approver may lower the amount, not change the {changed}.")
    try:
        amount_cents = _amount(edited["amount"])
    except ValueError as error:
        return _undecided(f"{error}.")
    if amount_cents > args["amount_cents"]:
        asked = shown(args["amount_cents"], args["currency"])
        return _undecided(
            f"An approver may lower the amount; {decimal_text(amount_cents)} is more than the {asked} asked for."
        )
    return _approved(reply, amount_cents)


def _edited_action(reply: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]] | None:
    """Name and arguments: {"name", "args"} in Agent Chat UI's `edited_action`, {"action", "args"} in Agent Inbox's
    `args`, and in a bare reply's `args` the arguments alone."""
    found = reply.get("edited_action", reply.get("args"))
    if not isinstance(found, Mapping):
        return None
    action, inner = found.get("name", found.get("action", ACTION)), found.get("args")
    return action, inner if isinstance(inner, Mapping) else found


def _changed(edited: Mapping[str, Any], args: RefundArgs) -> str | None:
    """What else was edited, in words: the order or the currency, which the amount's sign may name too."""
    if "order_id" in edited and _plain(edited["order_id"]) != args["order_id"]:
        return "order id"
    foreign = {sign for currency, sign in SIGNS.items() if currency != args["currency"]}
    if edited.get("currency", args["currency"]) != args["currency"] or foreign & set(_plain(edited["amount"]) or ""):
        return "currency"
    return None


def _amount(edited: Any) -> int:
    text = _plain(edited)
    if text is None:
        raise ValueError(f"{_named(edited)} is not an amount; write it like 49.90")
    return parse(text)


def _plain(value: Any) -> str | None:
    """A text, or a number as text; None for anything else, which is never looked into."""
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def _named(value: Any) -> str:
    return repr((_plain(value) or type(value).__name__)[:40])


def _undecided(problem: str) -> Decision:
    return {"verdict": "undecided", "amount_cents": None, "by": None, "reason": "", "problem": problem}


def _by(reply: Mapping[str, Any]) -> str | None:
    return _text(reply.get("by")) or None


def _text(value: Any) -> str:
    return value.strip()[:2000] if isinstance(value, str) else ""
