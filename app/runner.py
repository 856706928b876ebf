"""Start, continue, decide and resume a thread on LangGraph: the default engine.

Every way into a graph goes through here: it takes the thread's lease, checks that what is asked makes sense now, streams
the graph with `durability="sync"`, and writes down where the thread stands.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, Protocol, cast

from langchain_core.callbacks import UsageMetadataCallbackHandler
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.errors import GraphDrained, GraphRecursionError, NodeError
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import RunControl
from langgraph.types import Command, StateSnapshot
from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict

from app.checkpointer import SqliteSaver
from app.clock import iso, parse
from app.errors import (
    AlreadyDecided,
    ApprovalExpired,
    EditRefused,
    InvalidInput,
    NotConfigured,
    NothingPending,
    NothingToResume,
    SwitchboardError,
    ThreadBusy,
    ThreadUnfinished,
)
from app.journal import Entry, Journal, JournalHandler, redacted
from app.services import Approval, Services, Ticket
from app.settings import Settings
from app.threads import Status, Thread, Threads
from graphs import workflow
from nodes.context import Context
from nodes.decisions import read_answer
from nodes.escalation import escalate_while_waiting
from nodes.money import shown

RECURSION_LIMIT = 200
SPEAKING = "respond"
"""The step whose words the customer reads as they come."""
NEEDS_ATTENTION = "needs_attention"
"""The outcome of a run that is over, and that `resume` begins again: its first step sees how far it came."""

Graph = CompiledStateGraph[Any, Any, Any, Any]


class Usage(TypedDict):
    input_tokens: int
    output_tokens: int
    total_tokens: int
    models: dict[str, int]  # total tokens of each model


class RunResult(TypedDict):
    """Where a thread stands: what every run and every decision prints with --json."""

    thread_id: str
    name: str | None
    graph: str
    status: Status
    outcome: str | None
    reply: str | None
    approval: Approval | None
    values: dict[str, Any]
    usage: Usage


class Checkpoint(TypedDict):
    checkpoint_id: str
    step: int
    created_at: str
    source: str
    next: list[str]
    changed: list[str]


class Watcher(Protocol):
    """Sees a run go by."""

    def step(self, entry: Entry) -> None:
        """A step started, ended, failed, waits."""

    def token(self, text: str) -> None:
        """A piece of the reply, as a chat model writes it."""


class Unwatched:
    """Nobody looks."""

    def step(self, entry: Entry) -> None: ...

    def token(self, text: str) -> None: ...


def compiled(name: str, *, saver: BaseCheckpointSaver[Any] | None = None) -> Graph:
    """A fresh compiled workflow, with its failure handler attached."""
    module = workflow(name)
    handler = _raising_anew(module.on_failure)
    graph: Graph = module.build().set_node_defaults(error_handler=handler).compile(checkpointer=saver, name=name)
    return graph


@dataclass(frozen=True)
class Runner:
    """One open house: services, saver, register, journal, and the engine on top of them."""

    settings: Settings
    services: Services
    threads: Threads
    journal: Journal
    saver: BaseCheckpointSaver[Any]
    watcher: Watcher

    async def start(
        self, graph: str, values: Mapping[str, Any], *, thread: str | None = None, context: Context | None = None
    ) -> RunResult:
        """Run a workflow on this input, on a new thread or as the next run of a finished one.

        Raises ThreadUnfinished, ThreadBusy, InvalidInput.
        """
        checked = _checked(graph, values)
        thread_id, name = await self.threads.identify(thread)
        await self.threads.register(thread_id, graph=graph, name=name)
        async with self._leased(thread_id) as at:
            if at.snapshot.interrupts:
                raise ThreadUnfinished(
                    f"Thread {thread_id} waits for an approval. Decide with `switchboard approve {thread_id}` first."
                )
            self._refuse_unfinished(at)
            return await self._run(at, checked, context=context)

    async def say(
        self, text: str, *, thread: str | None = None, email: str | None = None, context: Context | None = None
    ) -> RunResult:
        """The next message of a support conversation. While an approval is pending the message is kept for later."""
        known = _checked("support", {"email": email} if email else {})
        thread_id, name = await self.threads.identify(thread)
        await self.threads.register(thread_id, graph="support", name=name)
        async with self._leased(thread_id) as at:
            if at.snapshot.interrupts:
                return await self._hold(at, text)
            self._refuse_unfinished(at)
            held = await self.threads.held(thread_id)
            messages = [*(HumanMessage(said, id=known_as) for known_as, said in held.items()), HumanMessage(text)]
            result = await self._run(at, {**known, "messages": messages}, context=context)
            await self.threads.release_held(thread_id)
            return result

    async def decide(self, thread: str, answer: Mapping[str, Any]) -> RunResult:
        """Answer the pending approval and go on.

        Raises UnknownThread, NothingPending, AlreadyDecided, ApprovalExpired, EditRefused, ThreadBusy.
        """
        thread_id = await self.threads.find(thread)
        async with self._leased(thread_id) as at:
            record = await self._undecided(at)
            decision = read_answer(answer, record["args"])
            if decision["problem"]:
                raise EditRefused(decision["problem"])
            return await self._answer(at, answer)

    async def resume(self, thread: str) -> RunResult:
        """Go on after a crash, a stop or a failure. Raises UnknownThread, NothingToResume, ThreadBusy."""
        thread_id = await self.threads.find(thread)
        async with self._leased(thread_id) as at:
            if at.snapshot.interrupts:
                record = await self.services.approvals.get(_awaited(at))
                if record and record["status"] != "pending":  # decided on another thread: this one is a fork of it
                    return await self._answer(at, {"type": "decided"})
                raise NothingToResume(
                    f"Thread {thread_id} waits for an approval: `switchboard approve {thread_id}` or "
                    f"`switchboard reject {thread_id} --reason ...`."
                )
            if at.snapshot.values.get("outcome") == NEEDS_ATTENTION and not at.snapshot.next:
                return await self._run(at, _input_of(at))
            if not at.snapshot.next:
                raise NothingToResume(
                    f"Thread {thread_id} has nothing left to do. `switchboard show {thread_id}` tells more."
                )
            return await self._run(at, None)

    async def sweep(self) -> list[RunResult]:
        """Let every overdue approval expire, and finish its thread. Threads that are busy are left for the next sweep."""
        now = iso(self.services.clock.now())
        overdue = [record for record in await self.services.approvals.pending() if record["expires_at"] <= now]
        swept = [await self._expire(record) for record in overdue]
        return [result for result in swept if result]

    async def pending(self) -> list[Approval]:
        """Approvals that wait, oldest deadline first."""
        return await self.services.approvals.pending()

    async def show(self, thread: str) -> RunResult:
        """Where the thread stands; runs nothing. Raises UnknownThread."""
        thread_id = await self.threads.find(thread)
        known = await self.threads.get(thread_id)
        snapshot = await self._snapshot(known["graph"], thread_id)
        return await self._result(known, snapshot, status=_status(snapshot, known["status"]))

    async def tickets(self, thread: str | None = None) -> list[Ticket]:
        """What was handed to people, newest first: of one thread, or all."""
        return await self.services.tickets.list(thread_id=await self.threads.find(thread) if thread else None)

    async def history(self, thread: str) -> list[Checkpoint]:
        """The thread's checkpoints, newest first. Raises UnknownThread."""
        known = await self.threads.get(await self.threads.find(thread))
        graph = compiled(known["graph"], saver=self.saver)
        return [_checkpoint(s) async for s in graph.aget_state_history(_config(known["thread_id"]))]

    async def trace(self, thread: str) -> list[Entry]:
        """The thread's journal, oldest first. Raises UnknownThread."""
        return await self.journal.entries(await self.threads.find(thread))

    async def fork(self, thread: str, checkpoint_id: str) -> RunResult:
        """A new thread that begins at this checkpoint; `resume` runs it. Raises UnknownThread, NothingToResume.

        Effects that the old thread had are not repeated: their idempotency keys are part of the copied state.
        """
        known = await self.threads.get(await self.threads.find(thread))
        chosen = await self._checkpoint(known["thread_id"], checkpoint_id)
        fork_id, _ = await self.threads.identify(None)
        at: RunnableConfig = {"configurable": {"thread_id": fork_id, "checkpoint_ns": ""}}
        await self.saver.aput(at, chosen.checkpoint, chosen.metadata, chosen.checkpoint["channel_versions"])
        await self.threads.register(fork_id, graph=known["graph"], status="failed")
        return await self.show(fork_id)

    async def delete(self, thread: str) -> str:
        """Forget a thread: checkpoints, journal, register. The ledger, approvals and tickets stay, they are the books."""
        thread_id = await self.threads.find(thread)
        async with self.threads.lease(thread_id):
            await self._forget(thread_id)
        return thread_id

    async def prune(self, *, before: str, dry_run: bool = False) -> list[Thread]:
        """Forget every thread that is over and was last active before this ISO time. Returns what was (or would be) deleted."""
        old = await self.threads.idle_since(before)
        if not dry_run:
            for thread in old:
                async with self.threads.lease(thread["thread_id"]):
                    await self._forget(thread["thread_id"])
            if old and isinstance(self.saver, SqliteSaver):
                await self.saver.compact()
        return old

    @asynccontextmanager
    async def _leased(self, thread_id: str) -> AsyncIterator["_At"]:
        async with self.threads.lease(thread_id):
            thread = await self.threads.get(thread_id)
            yield _At(thread, await self._snapshot(thread["graph"], thread_id))

    async def _snapshot(self, graph: str, thread_id: str) -> StateSnapshot:
        return await compiled(graph, saver=self.saver).aget_state(_config(thread_id))

    async def _run(
        self, at: "_At", values: dict[str, Any] | Command[Any] | None, *, context: Context | None = None
    ) -> RunResult:
        """Stream the graph to its end, its next interrupt, or its failure; then write down which."""
        thread_id, graph = at.thread["thread_id"], compiled(at.thread["graph"], saver=self.saver)
        usage = UsageMetadataCallbackHandler()
        config: RunnableConfig = {
            **_config(thread_id),
            "recursion_limit": RECURSION_LIMIT,
            "callbacks": [JournalHandler(self.journal, watch=self.watcher.step), usage],
        }
        await self.threads.note(thread_id, status="running")
        problem = await self._stream(graph, values, config, context)  # raises: "running", and run by nobody, is failed
        snapshot = await graph.aget_state(config)
        status: Status = "failed" if problem else _status(snapshot, "failed")
        result = await self._result(at.thread, snapshot, status=status, usage=_usage(usage))
        if problem:
            result["reply"] = f"{problem} Nothing is lost: `switchboard resume {thread_id}` goes on from the last step."
        await self.threads.note(thread_id, status=result["status"], outcome=result["outcome"])
        return result

    async def _stream(self, graph: Graph, values: Any, config: RunnableConfig, context: Context | None) -> str | None:
        """What stopped the run, as a sentence; None when nothing did."""
        control = RunControl()
        try:
            with _drained_by_signals(control):
                async with asyncio.timeout(self.settings.run_timeout_s):
                    async for part in graph.astream(
                        values, config, context=context, stream_mode="messages", durability="sync", control=control
                    ):
                        chunk, about = cast("tuple[Any, dict[str, Any]]", part)
                        if about["langgraph_node"] == SPEAKING and isinstance(chunk, AIMessageChunk) and chunk.text:
                            self.watcher.token(str(chunk.text))
        except GraphDrained:
            return "Stopped, as you asked."
        except NotConfigured:
            raise
        except TimeoutError:
            return f"The run took longer than {self.settings.run_timeout_s:g} s (SWITCHBOARD_RUN_TIMEOUT_S)."
        except GraphRecursionError:
            return f"The run took more than {RECURSION_LIMIT} steps."
        except SwitchboardError as error:
            return redacted(str(error))
        except Exception as error:
            return f"A step failed in a way nobody foresaw ({type(error).__name__}: {redacted(str(error))})."
        return None

    async def _answer(self, at: "_At", answer: Mapping[str, Any]) -> RunResult:
        """Resume by interrupt id, never by position."""
        waiting = at.snapshot.interrupts[0]
        return await self._run(at, Command(resume={waiting.id: dict(answer)}))

    async def _undecided(self, at: "_At") -> Approval:
        """The record that waits for a decision, or the refusal that fits."""
        thread_id = at.thread["thread_id"]
        record = await self.services.approvals.latest(thread_id)
        if not at.snapshot.interrupts:
            if record and record["status"] in ("approved", "rejected"):
                raise _already(record)
            if record and record["status"] == "expired":
                raise ApprovalExpired(f"The approval expired at {record['expires_at']}. A ticket takes care of it.")
            raise NothingPending(
                f"Thread {thread_id} does not wait for an approval. `switchboard pending` lists those that do."
            )
        record = await self.services.approvals.get(_awaited(at))
        if record is None:
            raise NothingPending(f"The approval {_awaited(at)} has no record. Start the refund again.")
        if record["status"] in ("approved", "rejected"):
            raise _already(record)
        if record["expires_at"] <= iso(self.services.clock.now()):
            raise ApprovalExpired(
                f"The deadline was {record['expires_at']}; nothing can be approved after it. "
                "`switchboard sweep` closes it with a ticket."
            )
        return record

    async def _expire(self, record: Approval) -> RunResult | None:
        thread_id = record["thread_id"]
        try:
            async with self._leased(thread_id) as at:
                if at.snapshot.interrupts:
                    return await self._answer(at, {"type": "expire"})
        except ThreadBusy:
            return None
        except SwitchboardError:
            pass  # the thread was deleted: its record is all that is left
        await self.services.approvals.expire(record["approval_id"])
        return None

    async def _hold(self, at: "_At", text: str) -> RunResult:
        """A message that comes while an approval is pending: kept, and answered by code; a call for a human is heard."""
        thread_id = at.thread["thread_id"]
        await self.threads.hold(thread_id, text)
        result = await self._result(at.thread, at.snapshot, status="waiting")
        approval = result["approval"]
        assert approval
        amount = shown(approval["args"]["amount_cents"], approval["args"]["currency"])
        until = parse(approval["expires_at"]).strftime("%Y-%m-%d %H:%M UTC")
        ticket = await escalate_while_waiting(thread_id, text)
        told = (
            f"I have passed your message on to a colleague (ticket {ticket['ticket_id']})."
            if ticket
            else "I have kept your message and read it when that is decided."
        )
        result["reply"] = (
            f"Your refund of {amount} for order {approval['args']['order_id']} still waits for an approval, "
            f"until {until} at the latest. {told}"
        )
        return result

    def _refuse_unfinished(self, at: "_At") -> None:
        if at.snapshot.next:
            thread_id = at.thread["thread_id"]
            raise ThreadUnfinished(f"Thread {thread_id} stopped half way. Run `switchboard resume {thread_id}` first.")

    async def _checkpoint(self, thread_id: str, checkpoint_id: str) -> Any:
        config: RunnableConfig = {
            "configurable": {"thread_id": thread_id, "checkpoint_ns": "", "checkpoint_id": checkpoint_id}
        }
        chosen = await self.saver.aget_tuple(config)
        if chosen is None:
            raise NothingToResume(
                f"Thread {thread_id} has no checkpoint {checkpoint_id}. `switchboard history {thread_id}` lists them."
            )
        return chosen

    async def _forget(self, thread_id: str) -> None:
        await self.saver.adelete_thread(thread_id)
        await self.journal.delete(thread_id)
        await self.threads.delete(thread_id)

    async def _result(
        self, thread: Thread, snapshot: StateSnapshot, *, status: Status, usage: Usage | None = None
    ) -> RunResult:
        values = _plain(snapshot.values)
        approval = values.get("approval")
        if approval:
            approval = await self.services.approvals.get(approval["approval_id"]) or approval
            values["approval"] = approval
        return RunResult(
            thread_id=thread["thread_id"],
            name=thread["name"],
            graph=thread["graph"],
            status=status,
            outcome=values.get("outcome") if status == "completed" else None,
            reply=values.get("reply") or None,
            approval=approval,
            values=values,
            usage=usage or Usage(input_tokens=0, output_tokens=0, total_tokens=0, models={}),
        )


@dataclass(frozen=True)
class _At:
    """A thread under lease, and where it stood when the lease was taken."""

    thread: Thread
    snapshot: StateSnapshot


def _checked(graph: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The input, as the workflow's input schema wants it. Raises InvalidInput, naming the first value that is wrong."""
    try:
        checked: dict[str, Any] = TypeAdapter(workflow(graph).build().input_schema).validate_python(dict(values))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = ".".join(map(str, first["loc"]))
        raise InvalidInput(f"{name} cannot be {str(first['input'])[:80]!r}: {first['msg']}.") from error
    return checked


def _raising_anew(on_failure: Any) -> Any:
    """The handler, which never raises the very error that it was given.

    LangGraph takes that object for handled: it saves the failed step as done, and the thread could not be resumed.
    """

    @wraps(on_failure)
    async def handler(state: Any, error: NodeError) -> Any:
        try:
            return await on_failure(state, error)
        except Exception as raised:
            if raised is not error.error:
                raise
            raise type(raised)(*raised.args) from raised

    return handler


def _awaited(at: _At) -> str:
    """The approval that the thread waits for."""
    approval_id: str = at.snapshot.interrupts[0].value["approval"]["approval_id"]
    return approval_id


def _input_of(at: "_At") -> dict[str, Any]:
    """What the thread was started with last, from its state."""
    values = at.snapshot.values
    schema = workflow(at.thread["graph"]).build().input_schema
    return {name: values[name] for name in schema.__annotations__ if name in values}


def _config(thread_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread_id}}


def _status(snapshot: StateSnapshot, otherwise: Status) -> Status:
    """Where the checkpoint says the thread stands; `otherwise` for a thread that has steps left to run."""
    if snapshot.interrupts:
        return "waiting"
    return otherwise if snapshot.next or not snapshot.values else "completed"


def _already(record: Approval) -> AlreadyDecided:
    return AlreadyDecided(
        f"This was {record['status']} by {record['decided_by']} at {record['decided_at']}; a decision is final."
    )


def _checkpoint(snapshot: StateSnapshot) -> Checkpoint:
    metadata: Mapping[str, Any] = snapshot.metadata or {}
    return Checkpoint(
        checkpoint_id=snapshot.config["configurable"]["checkpoint_id"],
        step=metadata.get("step", 0),
        created_at=snapshot.created_at or "",
        source=metadata.get("source", ""),
        next=list(snapshot.next),
        changed=sorted(snapshot.values),
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """State as JSON: messages in their shortest honest form."""
    plain = dict(values)
    if "messages" in plain:
        plain["messages"] = [_message(message) for message in plain["messages"]]
    return plain


def _message(message: BaseMessage | dict[str, Any]) -> dict[str, Any]:
    if isinstance(message, dict):
        return message
    return {"type": message.type, "content": str(message.text), "id": message.id}


def _usage(handler: UsageMetadataCallbackHandler) -> Usage:
    counted = handler.usage_metadata
    kinds: tuple[Literal["input_tokens", "output_tokens", "total_tokens"], ...] = (
        "input_tokens",
        "output_tokens",
        "total_tokens",
    )
    total = {kind: sum(one[kind] for one in counted.values()) for kind in kinds}
    models = {model: one["total_tokens"] for model, one in counted.items()}
    return Usage(
        input_tokens=total["input_tokens"],
        output_tokens=total["output_tokens"],
        total_tokens=total["total_tokens"],
        models=models,
    )


@contextmanager
def _drained_by_signals(control: RunControl) -> Iterator[None]:
    """The first SIGINT or SIGTERM ends the run at its next step boundary; a second one cancels the step."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        if control.drain_requested and task:
            task.cancel()
        control.request_drain("stopped by a signal")

    signals = (signal.SIGINT, signal.SIGTERM)
    try:
        for number in signals:
            loop.add_signal_handler(number, stop)
    except (NotImplementedError, RuntimeError, ValueError):  # not the main thread, or not a POSIX system
        yield
        return
    try:
        yield
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
