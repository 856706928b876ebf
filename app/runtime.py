"""Switchboard from Python: `async with open_runtime() as switchboard`. The command line uses it too (docs/python.md)."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.messages import convert_to_messages
from typing_extensions import TypedDict

from app.approvals.approval_questions import ask
from app.composition import open_pipelines, open_runner
from app.engines.contract import Engine, RunResult, Unwatched, Watcher
from app.engines.repeated_refunds import refuse_repeated
from app.engines.workflow_input import MESSAGES, checked, refuse_unknown
from app.records.journal import Entry
from app.records.people import Person
from app.settings import Settings, load
from nodes.context import Context
from nodes.ports.approvals import Approval, Decider
from nodes.ports.errors import InvalidInput


class StepEvent(TypedDict):
    """A step started, ended, failed, or waits."""

    event: Literal["step"]
    step: Entry


class TokenEvent(TypedDict):
    """A piece of the reply, as a chat model writes it."""

    event: Literal["token"]
    text: str


class ResultEvent(TypedDict):
    """Where the thread stands: the last event."""

    event: Literal["result"]
    result: RunResult


RunEvent = StepEvent | TokenEvent | ResultEvent


@dataclass(frozen=True)
class Switchboard:
    """Runs threads. A thread is named by its id, a unique beginning of it, or a name of your own.

    Every method may raise what `nodes.ports.errors` lists: Refused and InvalidInput for what cannot be done,
    NotConfigured for what has to be set up first.
    """

    engine: Engine

    async def start(
        self, workflow: str, input: Mapping[str, Any], name: str | None = None, *, context: Context | None = None
    ) -> RunResult:
        """Run a workflow on this input: on a new thread, or as the next run of the finished thread of that name."""
        refuse_unknown(workflow, input)
        values = checked(workflow, {key: value for key, value in input.items() if key != MESSAGES}, strict=True)
        if workflow == "support":
            text = _last_text(input.get(MESSAGES))
            return await self.engine.say(text, thread=name, email=values.get("email"), context=context)
        if MESSAGES in input:
            values[MESSAGES] = _messages(input[MESSAGES])
        if workflow == "refund":
            await refuse_repeated(self.engine.services, values)
        return await self.engine.start(workflow, values, thread=name, context=context)

    async def say(
        self, text: str, name: str | None = None, *, email: str | None = None, context: Context | None = None
    ) -> RunResult:
        """The next message of a support conversation. While an approval is pending, it is answered and kept for later."""
        return await self.engine.say(text, thread=name, email=email, context=context)

    async def stream(
        self, workflow: str, input: Mapping[str, Any], name: str | None = None, *, context: Context | None = None
    ) -> AsyncGenerator[RunEvent, None]:
        """As `start`, with everything that happens on the way. Closed early, it stops the run; `resume` goes on."""
        events: asyncio.Queue[RunEvent | None] = asyncio.Queue()
        heard = copy_context()
        heard.run(_listener.set, events)
        run = asyncio.create_task(self.start(workflow, input, name, context=context), context=heard)
        run.add_done_callback(lambda _: events.put_nowait(None))
        try:
            while event := await events.get():
                yield event
            yield {"event": "result", "result": await run}
        finally:
            run.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.wait([run])

    async def decide(self, thread: str, answer: Mapping[str, Any], *, by: Person | str | None = None) -> RunResult:
        """Answer the pending approval, and go on: {"type": "approve", "by": "Mia"},
        {"type": "edit", "args": {"amount": "80.00"}}, {"type": "reject", "message": "the seal is broken"}.

        `by`: who decides. A Person is somebody whose token or password you have checked (`engine.people`), a name is the
        operating-system user. Left out: SWITCHBOARD_TOKEN, the login of this home, or the operating-system user.
        """
        return await self.engine.decide(thread, answer, decider=_decider(by))

    async def ask(self, thread: str, text: str, *, by: Person | str | None = None) -> Approval:
        """Put a question to the customer, or to a ticket, before deciding; the deadline stands. `by`: as in `decide`."""
        return await ask(self.engine, thread, text, decider=_decider(by))

    async def resume(self, thread: str) -> RunResult:
        """Go on after a crash, a stop or a failure."""
        return await self.engine.resume(thread)

    async def show(self, thread: str) -> RunResult:
        """Where the thread stands; runs nothing."""
        return await self.engine.show(thread)


@asynccontextmanager
async def open_runtime(
    settings: Settings | None = None, *, watcher: Watcher | None = None, signals: bool = False
) -> AsyncIterator[Switchboard]:
    """Everything that SWITCHBOARD_... describes, or these settings, open until the block ends.

    `signals`: SIGINT, SIGTERM and SIGHUP end a run at its next step. Raises NotConfigured, DependencyDown.
    """
    async with _engine(settings or load(), _Heard(watcher or Unwatched()), signals) as engine:
        yield Switchboard(engine)


def _engine(settings: Settings, watcher: Watcher, signals: bool) -> AbstractAsyncContextManager[Engine]:
    match settings.engine:
        case "langgraph":
            return open_runner(settings, watcher=watcher, signals=signals)
        case "temporal":
            from app.engines.temporal.temporal_engine import open_engine

            return open_engine(settings, watcher=watcher)
        case "steps":
            return open_pipelines(settings, watcher=watcher)


_listener: ContextVar[asyncio.Queue[Any] | None] = ContextVar("listener", default=None)
"""The reader of this task's stream: each run's steps and tokens go to its own reader."""


@dataclass(frozen=True)
class _Heard:
    """Implements Watcher: tells the watcher, and the reader of the run's stream, if there is one."""

    watcher: Watcher

    def step(self, entry: Entry) -> None:
        self.watcher.step(entry)
        if events := _listener.get():
            events.put_nowait({"event": "step", "step": entry.copy()})  # the journal changes the entry afterwards

    def token(self, text: str) -> None:
        self.watcher.token(text)
        if events := _listener.get():
            events.put_nowait({"event": "token", "text": text})


def _decider(by: Person | str | None) -> Decider | None:
    if isinstance(by, Person):
        return Decider(by.name, signed_in=True)
    return Decider(by, signed_in=False) if by else None


def _messages(said: Any) -> list[Any]:
    """Messages from a text, or from a list of texts, {"role", "content"} objects and LangChain messages."""
    try:
        return convert_to_messages([said] if isinstance(said, str) else said)
    except (ValueError, TypeError, NotImplementedError) as error:
        raise InvalidInput(
            f'{MESSAGES} cannot be {str(said)[:80]!r}: write a text, or a list of {{"role": "user", "content": "..."}}.'
        ) from error


def _last_text(said: Any) -> str:
    messages: Sequence[Any] = _messages(said) if said else []
    text = str(messages[-1].text).strip() if messages else ""
    if not text:
        raise InvalidInput(f"{MESSAGES} is missing: write at least a word.")
    return text
