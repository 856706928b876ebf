"""Start, say, list, show and resume threads."""

import logging
import uuid
from collections.abc import Awaitable
from typing import Any

from pydantic import Field

from app.engines.contract import RunResult
from app.engines.run_results import no_usage
from app.records.threads import NAMES, Wanted, new_thread_id
from app.server.channel_view import waiting
from app.server.web.api.endpoints import Answered, Body, Call, Endpoint, query
from app.server.web.callers import Forbidden
from app.server.web.moments import moment
from graphs import workflow
from nodes.conversation.messages import of_readable_length
from nodes.ports.errors import InvalidInput, SwitchboardError, UnknownThread

CUSTOMERS_MAY_START = frozenset({"support", "refund", "answer"})
"""Workflows that a channel may start: what customers ask for themselves."""

FOLDERS = ("knowledge_dir", "corpus_dir")
"""Fields that name a folder of this machine: nobody far away may choose what is read here."""

_log = logging.getLogger(__name__)


class Start(Body):
    workflow: str
    input: dict[str, Any] = Field(default_factory=dict)
    name: str | None = Field(default=None, min_length=1, max_length=200)


class Message(Body):
    text: str = Field(min_length=1)
    email: str | None = Field(default=None, max_length=320)


class Filters(Body):
    status: str | None = Field(default=None, pattern="^(completed|waiting|failed|running|needs_attention|escalated)$")
    outcome: str | None = None
    graph: str | None = None
    order: str | None = None
    email: str | None = None
    since: str | None = None
    until: str | None = None
    limit: int = Field(default=20, ge=1, le=1000)


async def start(call: Call) -> Answered:
    asked = call.body(Start)
    workflow(asked.workflow)
    if call.caller.is_channel and asked.workflow not in CUSTOMERS_MAY_START:
        raise Forbidden(f"A channel starts {', '.join(sorted(CUSTOMERS_MAY_START))}, and no other workflow.")
    if named := [field for field in FOLDERS if asked.input.get(field)]:
        raise InvalidInput(f"{named[0]} cannot be chosen over HTTP: set SWITCHBOARD_KNOWLEDGE_DIR on the server.")
    _refuse_long_texts(asked.input)
    if asked.name:
        await _refuse_thread_of_others(call, asked.name)
    name = asked.name or _new_id(call)
    run = call.state.switchboard.start(asked.workflow, asked.input, name)
    if _is_async(call):
        thread_id = (await call.state.engine.threads.identify(name))[0]
        call.state.in_background(_logged(call, run))
        return _accepted(thread_id, asked.name, asked.workflow)
    return _of_run(call, await run, 201)


async def say(call: Call) -> Answered:
    message = call.body(Message)
    of_readable_length(message.text)
    thread_id = await reachable(call, call.id)
    run = call.state.switchboard.say(message.text, thread_id, email=message.email)
    if _is_async(call):
        thread = await call.state.engine.threads.get(thread_id)
        call.state.in_background(_logged(call, run))
        return _accepted(thread_id, thread["name"], thread["graph"])
    return _of_run(call, await run)


async def resume(call: Call) -> Answered:
    return _of_run(call, await call.state.switchboard.resume(await reachable(call, call.id)))


async def show(call: Call) -> Answered:
    return _of_run(call, await call.state.switchboard.show(await reachable(call, call.id)))


async def list_(call: Call) -> Answered:
    asked = query(call, Filters)
    if asked.graph:
        workflow(asked.graph)
    wanted: Wanted = {
        "graph": asked.graph,
        "order_id": asked.order and asked.order.lstrip("#"),
        "email": asked.email,
        "since": asked.since and moment(asked.since),
        "until": asked.until and moment(asked.until, end_of_day=True),
        "limit": asked.limit,
        "opened_by": call.caller.person.name if call.caller.is_channel else None,
    }
    match asked.status:
        case "needs_attention" | "escalated" as outcome:
            wanted["outcome"] = outcome
        case "completed" | "waiting" | "failed" | "running" | None as status:
            wanted |= {"status": status, "outcome": asked.outcome}
    return Answered(await call.state.engine.recent(**wanted))


async def reachable(call: Call, reference: str) -> str:
    """The id of a thread that the caller may see. A channel names its own threads in full. Raises UnknownThread."""
    threads = call.state.engine.threads
    if not call.caller.is_channel:
        return await threads.find(reference)
    found = await threads.find(reference, shortest_prefix=len(reference) + 1)
    if await threads.opener(found) != call.caller.person.name:
        raise UnknownThread(f"There is no thread {reference!r}.")
    return found


async def _refuse_thread_of_others(call: Call, name: str) -> None:
    """Raises Forbidden for a name, an id or the beginning of one that leads to a thread which this channel did not start.

    For staff: which a channel has started.
    """
    thread_id, _ = await call.state.engine.threads.identify(name)
    try:
        await call.state.engine.threads.get(thread_id)
    except UnknownThread:
        return
    opener = await call.state.engine.threads.opener(thread_id)
    is_of_channel = any(one.name == opener and one.role == "channel" for one in await call.state.people.list())
    if opener != call.caller.person.name and (call.caller.is_channel or is_of_channel):
        raise Forbidden("That name is taken. Choose another one.")


def _refuse_long_texts(value: Any) -> None:
    """Raises InvalidInput."""
    match value:
        case str():
            of_readable_length(value)
        case dict():
            for one in value.values():
                _refuse_long_texts(one)
        case list():
            for one in value:
                _refuse_long_texts(one)


def _new_id(call: Call) -> str:
    """With an Idempotency-Key always the same: a request that was cut off cannot begin a second thread."""
    keys = uuid.uuid5(NAMES, "keys")  # no name leads there
    return str(uuid.uuid5(keys, f"{call.caller.person.name}\n{call.key}")) if call.key else new_thread_id()


def _is_async(call: Call) -> bool:
    return "respond-async" in call.request.headers.get("prefer", "").lower()


def _accepted(thread_id: str, name: str | None, graph: str) -> Answered:
    running = RunResult(
        thread_id=thread_id,
        name=name,
        graph=graph,
        status="running",
        outcome=None,
        reply=None,
        approval=None,
        values={},
        usage=no_usage(),
    )
    return Answered(running, 202, thread_id, {"Location": f"/api/v1/threads/{thread_id}"})


async def _logged(call: Call, run: Awaitable[RunResult]) -> None:
    """A run that nobody waits for: its thread tells how it ended."""
    try:
        call.state.metrics.used((await run)["usage"])
    except SwitchboardError as error:
        _log.warning("%s", error)


def _of_run(call: Call, result: RunResult, status: int = 200) -> Answered:
    call.state.metrics.used(result["usage"])
    location = {"Location": f"/api/v1/threads/{result['thread_id']}"} if status == 201 else {}
    return Answered(shown_to(call, result), status, result["thread_id"], location)


def shown_to(call: Call, result: RunResult) -> Any:
    """The result as the command line prints it. A channel sees the conversation, and of an approval that it waits."""
    if not call.caller.is_channel:
        return result
    said = [
        {"type": one.get("type"), "content": one.get("content")}
        for one in result["values"].get("messages") or []
        if isinstance(one, dict)
    ]
    return {
        **result,
        "approval": waiting(result["approval"]),
        "values": {"messages": said} if said else {},
        "usage": no_usage(),
    }


ENDPOINTS = (
    Endpoint("POST", "/threads", "start", start, "Start a workflow.", body=Start),
    Endpoint(
        "GET", "/threads", "read", list_, "List threads, most recently active first.", query=Filters, answer="Threads"
    ),
    Endpoint("GET", "/threads/{id}", "read", show, "Where a thread stands."),
    Endpoint("POST", "/threads/{id}/messages", "say", say, "The next message of a conversation.", body=Message),
    Endpoint("POST", "/threads/{id}/resume", "resume", resume, "Go on after a crash, a stop or a failure."),
)
