"""The shapes in which approval UIs send a decision, and the one that they are read into.

Three shapes: Agent Chat UI's {"decisions": [{"type": "approve" | "edit" | "reject", ...}]}, Agent Inbox's
[{"type": "accept" | "edit" | "response" | "ignore", "args": ...}], and a bare {"type": "approve", "by": "Mia"}.
Anything else is not a decision: never an approval, and never a rejection either.
"""

from collections.abc import Mapping
from typing import Any, Literal

from typing_extensions import TypedDict

from nodes.approvals.action import Action, UnknownAction
from nodes.ports.errors import InvalidInput

LONGEST = 2000
"""Characters of a reason, a note, a question and its answer."""


class Decision(TypedDict):
    verdict: Literal["approved", "rejected", "undecided"]
    granted: dict[str, Any] | None  # what is approved
    by: str | None
    reason: str
    problem: str  # why it is not a decision; "" when it is one


def read_answer(answer: Any, action: Action, args: Mapping[str, Any]) -> Decision:
    """The decision in this answer, checked against what was asked: an edit may tighten it and do nothing else."""
    reply = _only_reply(answer)
    if isinstance(action, UnknownAction):
        return _undecided(action.problem)
    if reply is None:
        return _undecided("The answer has none of the known shapes; approve, edit or reject.")
    match reply.get("type"):
        case "approve" | "accept":
            return _approved(reply, args)
        case "edit":
            return _edited(reply, action, args)
        case "reject" | "response":
            return _rejected(reply)
        case "ignore":
            return _undecided("Ignoring is not a decision; the request still waits.")
        case "expire":
            return _undecided("The deadline has not passed yet.")
        case other:
            return _undecided(f"{named(other)} is not a decision; approve, edit or reject.")


def plain(value: Any) -> str | None:
    """A text, or a number as text; None for anything else."""
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def named(value: Any) -> str:
    return repr((plain(value) or type(value).__name__)[:40])


def _only_reply(answer: Any) -> Mapping[str, Any] | None:
    if isinstance(answer, Mapping) and "decisions" in answer:
        answer = answer["decisions"]
    if isinstance(answer, list):
        answer = answer[0] if len(answer) == 1 else None
    return answer if isinstance(answer, Mapping) else None


def _approved(reply: Mapping[str, Any], granted: Mapping[str, Any]) -> Decision:
    reason = _text(reply.get("note"))
    return {"verdict": "approved", "granted": dict(granted), "by": _by(reply), "reason": reason, "problem": ""}


def _rejected(reply: Mapping[str, Any]) -> Decision:
    said = (_text(reply.get(key)) for key in ("message", "reason", "args"))
    reason = next((text for text in said if text), "no reason was given")
    return {"verdict": "rejected", "granted": None, "by": _by(reply), "reason": reason, "problem": ""}


def _edited(reply: Mapping[str, Any], action: Action, args: Mapping[str, Any]) -> Decision:
    found = _edited_action(reply, action)
    if found is None:
        return _undecided("The edit carries no arguments.")
    name, edited = found
    if name != action.name:
        return _undecided("An approver may lower what is asked for, not change the action.")
    try:
        return _approved(reply, action.tightened(args, edited))
    except ValueError as error:
        return _undecided(f"{str(error).rstrip('.')}.")


def _edited_action(reply: Mapping[str, Any], action: Action) -> tuple[Any, Mapping[str, Any]] | None:
    """Name and arguments: {"name", "args"} in Agent Chat UI's `edited_action`, {"action", "args"} in Agent Inbox's
    `args`, and in a bare reply's `args` the arguments alone."""
    found = reply.get("edited_action", reply.get("args"))
    if not isinstance(found, Mapping):
        return None
    name, inner = found.get("name", found.get("action", action.name)), found.get("args")
    return name, inner if isinstance(inner, Mapping) else found


def refuse_long(text: Any) -> None:
    """Raises InvalidInput for more words than are kept, before anything runs."""
    if isinstance(text, str) and len(text) > LONGEST:
        raise InvalidInput(f"The text has {len(text):,} characters; at most {LONGEST:,} are kept. Shorten it.")


def _undecided(problem: str) -> Decision:
    return {"verdict": "undecided", "granted": None, "by": None, "reason": "", "problem": problem}


def _by(reply: Mapping[str, Any]) -> str | None:
    return _text(reply.get("by")) or None


def _text(value: Any) -> str:
    return value.strip()[:LONGEST] if isinstance(value, str) else ""
