"""What customers write while an approval is pending: kept, and taken later, each message as a turn of its own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, cast

from langchain_core.messages import HumanMessage

from app.engines.contract import RunResult
from app.engines.usage import added
from app.records.threads import Threads, new_thread_id
from nodes.conversation.escalation import Case, escalate_while_waiting
from nodes.conversation.messages import Message, read
from nodes.ports import services
from nodes.ports.approvals import Approval
from nodes.ports.clock import parse

Take = Callable[[HumanMessage], Awaitable[RunResult]]


async def in_turn(threads: Threads, thread_id: str, text: str, seen: Sequence[Message], take: Take) -> RunResult:
    """Run this message; after the kept ones, if there are any, oldest first. The last result, with every reply.

    `seen`: the thread's messages. A run that waits or fails leaves the messages after it kept.
    """
    if not await threads.held(thread_id):
        return await take(HumanMessage(text, id=new_thread_id()))
    await threads.hold(thread_id, text)
    taken, results = {message.id for message in read(seen)}, list[RunResult]()
    for known_as, words in (await threads.held(thread_id)).items():
        if known_as not in taken:
            results.append(await take(HumanMessage(words, id=known_as)))
        await threads.release(known_as)
        if results and results[-1]["status"] != "completed":
            break
    return _joined(results)


async def keep(
    threads: Threads, thread_id: str, text: str, values: Mapping[str, Any], approval: Approval | None
) -> str:
    """What the customer is told. A call for a human is heard at once, and everything else kept for later."""
    assert approval
    headline = services().actions[approval["action"]].headline(approval["args"])
    until = parse(approval["expires_at"]).strftime("%Y-%m-%d %H:%M UTC")
    ticket = await escalate_while_waiting(cast("Case", values), thread_id, text)
    if ticket:
        told = f"I have passed your message on to a colleague (ticket {ticket['ticket_id']})."
    else:
        await threads.hold(thread_id, text)
        told = "I have kept your message; write again when that is decided, and I read both."
    return f"{headline} still waits for an approval, until {until} at the latest. {told}"


def _joined(results: Sequence[RunResult]) -> RunResult:
    last = results[-1].copy()
    last["reply"] = "\n\n".join(result["reply"] for result in results if result["reply"]) or None
    for before in results[:-1]:
        last["usage"] = added(before["usage"], last["usage"])
    return last
