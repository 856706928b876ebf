"""What a LangGraph server's runs need: the open installation, the register with its leases, and the journal.

The server loads its entry module (app.server) once per entry, so everything that is shared lives in this one.
"""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from uuid import UUID

from langchain_core.callbacks import AsyncCallbackHandler

from app.composition import open_runner
from app.engines.compiled_graphs import Graph, compiled, config_of, refuse_unknown_steps
from app.engines.langgraph.journal_callbacks import JournalHandler
from app.engines.langgraph.runner import Runner
from app.engines.run_results import registered_outcome
from app.records.people import acting
from app.settings import load
from nodes.ports.errors import NotConfigured, SwitchboardError

STARTED_BY = "switchboard_started_by"
"""In a run's metadata: the person whose token began it. `langgraph_auth.permit` writes it, over whatever was sent."""

MAKE_READY = "import asyncio; from app.server.hosted_graphs import make_ready; asyncio.run(make_ready())"
"""In a process of its own: making a database, or bringing an old one up to date, blocks, and a server's loop must not be."""

_open: list[Runner] = []


def opened() -> Runner:
    """The installation that the server has open. Raises NotConfigured."""
    if not _open:
        raise NotConfigured("The server has no installation open: its log says why.")
    return _open[-1]


async def make_ready() -> None:
    """Make the databases that do not exist yet."""
    with suppress(SwitchboardError):  # the next command that opens the installation says what is wrong
        async with open_runner(load()):
            pass


@asynccontextmanager
async def lifespan(_: object) -> AsyncIterator[None]:
    """Open the installation when the server starts, close it when the server stops."""
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", MAKE_READY], check=False)
    async with open_runner(await asyncio.to_thread(load)) as runner:
        _open.append(runner)
        try:
            yield
        finally:
            _open.remove(runner)


def hosted(name: str) -> Graph:
    """A workflow for a server, which brings its own runner and saver."""
    return compiled(name).with_config(callbacks=[HostHandler(name)])


class RegisterHandler(AsyncCallbackHandler):
    """Puts the server's runs into the register of threads, each under its thread's lease."""

    run_inline = True
    raise_error = True  # a thread that is busy elsewhere must not run here

    def __init__(self, runner: Runner, graph: str) -> None:
        self._runner = runner
        self._graph = graph
        self._leases: dict[UUID, tuple[str, AsyncExitStack]] = {}

    async def on_chain_start(
        self,
        serialized: dict[str, Any] | None,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        """Only the root takes the lease: a write of state runs a router too, and that is not a run of its own."""
        about = metadata or {}
        if parent_run_id or "langgraph_node" in about or "thread_id" not in about:
            return
        thread_id = str(about["thread_id"])
        if saved := await self._runner.saver.aget_tuple(config_of(thread_id)):
            refuse_unknown_steps(compiled(self._graph), saved)
        if (user := about.get(STARTED_BY)) and await self._runner.people.any():
            acting.set(str(user))  # who asks for something may not decide about it too
        await self._runner.threads.register(thread_id, graph=self._graph)
        stack = AsyncExitStack()
        await stack.enter_async_context(self._runner.threads.lease(thread_id))
        self._leases[run_id] = thread_id, stack
        await self._runner.threads.note(thread_id, status="running")

    async def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        await self._release(run_id, outputs if isinstance(outputs, dict) else {})

    async def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        await self._release(run_id, None)

    async def _release(self, run_id: UUID, outputs: dict[str, Any] | None) -> None:
        """Note where the run ended: with an approval that is pending, complete, or (outputs None) in a failure."""
        if run_id not in self._leases:
            return
        thread_id, stack = self._leases.pop(run_id)
        async with stack:
            if outputs is None:
                await self._runner.threads.note(thread_id, status="failed")
                return
            approval = await self._runner.services.approvals.latest(thread_id)
            waits = approval is not None and approval["status"] == "pending"
            outcome = None if waits else outputs.get("outcome")
            await self._runner.threads.note(
                thread_id,
                status="waiting" if waits else "completed",
                outcome=await registered_outcome(thread_id, outcome, self._runner.services),
                about=outputs,
            )


class HostHandler(AsyncCallbackHandler):
    """Register and journal for the server's runs. The graphs are made before the installation is open, so it looks them up late."""

    run_inline = True
    raise_error = True

    def __init__(self, graph: str) -> None:
        self._graph = graph
        self._handlers: list[AsyncCallbackHandler] = []

    def _opened(self) -> list[AsyncCallbackHandler]:
        if not self._handlers and _open:
            runner = _open[-1]
            self._handlers = [RegisterHandler(runner, self._graph), JournalHandler(runner.journal)]
        return self._handlers

    async def on_chain_start(self, *arguments: Any, **about: Any) -> None:
        for handler in self._opened():
            await handler.on_chain_start(*arguments, **about)

    async def on_chain_end(self, *arguments: Any, **about: Any) -> None:
        for handler in self._opened():
            await handler.on_chain_end(*arguments, **about)

    async def on_chain_error(self, *arguments: Any, **about: Any) -> None:
        for handler in self._opened():
            await handler.on_chain_error(*arguments, **about)
