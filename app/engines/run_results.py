"""A thread's state as the result that people and scripts read."""

from collections.abc import Mapping
from typing import Any, cast

from langchain_core.messages import BaseMessage

from app.engines.contract import RunResult, Usage
from app.engines.usage import no_usage
from app.records.threads import Status, Thread
from nodes.approvals.while_waiting import Open, is_next
from nodes.ports.approvals import Approvals


async def result(
    thread: Thread, values: Mapping[str, Any], approvals: Approvals, *, status: Status, usage: Usage | None = None
) -> RunResult:
    """Where the thread stands. An approval is shown as its record stands now, not as the state has it.

    Of a thread whose engine keeps no state, the register alone knows the outcome.
    """
    shown = _plain(values)
    if approval := shown.get("approval"):
        shown["approval"] = await approvals.get(approval["approval_id"]) or approval
    return RunResult(
        thread_id=thread["thread_id"],
        name=thread["name"],
        graph=thread["graph"],
        status=status,
        outcome=(shown.get("outcome") if shown else thread["outcome"]) if status == "completed" else None,
        reply=_replies(shown),
        approval=shown.get("approval"),
        values=shown,
        usage=usage or no_usage(),
    )


def _replies(values: Mapping[str, Any]) -> str | None:
    """What was said in the last run: to each message that was open, and to the new one."""
    said = [*(values.get("earlier_replies") or []), values.get("reply")]
    if values.get("outcome") and is_next(cast("Open", values)):
        said.append(
            f"{len(values['open_messages'])} of your messages are still open: write again, and I go on with them."
        )
    return "\n\n".join(filter(None, said)) or None


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """State as JSON: messages in a short form."""
    plain = dict(values)
    if "messages" in plain:
        plain["messages"] = [_message(message) for message in plain["messages"]]
    return plain


def _message(message: BaseMessage | dict[str, Any]) -> dict[str, Any]:
    if isinstance(message, dict):
        return message
    return {"type": message.type, "content": str(message.text), "id": message.id}
