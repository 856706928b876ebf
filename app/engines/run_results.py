"""A thread's state as the result that people and scripts read. `show` imports it without an engine, and without LangChain."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from app.records.register import Status, Thread
from nodes.ports import Services
from nodes.ports.payments import FollowsRefunds
from nodes.refund.failed_payouts import asks_people

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from app.engines.contract import RunResult, Usage
    from nodes.approvals.while_waiting import Open


async def result(
    thread: Thread, values: Mapping[str, Any], services: Services, *, status: Status, usage: "Usage | None" = None
) -> "RunResult":
    """Where the thread stands. An approval and a refund are shown as they stand now, not as the state has them.

    Of a thread whose engine keeps no state, the register alone knows the outcome.
    """
    shown = _plain(values)
    if approval := shown.get("approval"):
        shown["approval"] = await services.approvals.get(approval["approval_id"]) or approval
    if shown.get("refund_status") and shown.get("refund_id") and isinstance(services.payments, FollowsRefunds):
        receipt = await services.payments.find(shown["refund_id"])
        shown["refund_status"] = receipt.get("status", "succeeded") if receipt else shown["refund_status"]
    return {
        "thread_id": thread["thread_id"],
        "name": thread["name"],
        "graph": thread["graph"],
        "status": status,
        "outcome": (shown.get("outcome") if shown else thread["outcome"]) if status == "completed" else None,
        "reply": _replies(shown),
        "approval": shown.get("approval"),
        "values": shown,
        "usage": usage or no_usage(),
    }


def no_usage() -> "Usage":
    return {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0, "models": {}, "cost": None}


async def shown_again(known: "RunResult", thread: Thread, services: Services) -> "RunResult":
    """The same when it is not the run itself that tells: what failed after a run is over counts more than its outcome."""
    if (known["outcome"], thread["outcome"]) == ("refunded", "escalated"):
        return {**known, "outcome": "escalated"}
    return {**known, "outcome": await registered_outcome(known["thread_id"], known["outcome"], services)}


async def registered_outcome(thread_id: str, outcome: str | None, services: Services) -> str | None:
    """`escalated` as long as people are asked to pay a refund of this thread that has failed, whatever was said since."""
    if outcome is None or not isinstance(services.payments, FollowsRefunds):
        return outcome
    is_open = any(asks_people(ticket) for ticket in await services.tickets.list(thread_id=thread_id))
    return "escalated" if is_open else outcome


def _replies(values: Mapping[str, Any]) -> str | None:
    """What was said in the last run: to each message that was open, and to the new one."""
    said = [*(values.get("earlier_replies") or []), values.get("reply")]
    if values.get("outcome") and _is_next(values):
        said.append(
            f"{len(values['open_messages'])} of your messages are still open: write again, and I go on with them."
        )
    last_of_each = reversed(dict.fromkeys(filter(None, reversed(said))))  # a question that was asked again
    return "\n\n".join(last_of_each) or None


def _is_next(values: Mapping[str, Any]) -> bool:
    if not values.get("open_messages"):
        return False
    from nodes.approvals.while_waiting import is_next

    return is_next(cast("Open", values))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """State as JSON: messages in a short form."""
    plain = dict(values)
    if "messages" in plain:
        plain["messages"] = [_message(message) for message in plain["messages"]]
    return plain


def _message(message: "BaseMessage | dict[str, Any]") -> dict[str, Any]:
    if isinstance(message, dict):
        return message
    words = message.content if isinstance(message.content, str) else str(message.text)
    return {"type": message.type, "content": words, "id": message.id}
