"""The workflows on a LangGraph server (and in Studio): the same graphs, services, journal and leases.

The server brings its own runner; this module gives its runs what app.runner gives to ours.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import UUID

from langchain_core.callbacks import AsyncCallbackHandler
from starlette.applications import Starlette

from app.composition import open_runner
from app.journal import JournalHandler
from app.runner import Graph, Runner, compiled
from app.settings import load

_open: list[Runner] = []


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    """Open the house when the server starts, close it when the server stops."""
    async with open_runner(load()) as runner:
        _open.append(runner)
        try:
            yield
        finally:
            _open.remove(runner)


app = Starlette(lifespan=lifespan)


async def support() -> Graph:
    return hosted("support")


async def refund() -> Graph:
    return hosted("refund")


def hosted(name: str) -> Graph:
    """A workflow for the server, which brings the saver; journal and leases come with it once the house is open."""
    graph = compiled(name)
    if not _open:
        return graph
    runner = _open[-1]
    return graph.with_config(callbacks=[RegisterHandler(runner, name), JournalHandler(runner.journal)])


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
        metadata: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        about = metadata or {}
        if "langgraph_node" in about or "thread_id" not in about:
            return
        thread_id = str(about["thread_id"])
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
            await self._runner.threads.note(
                thread_id,
                status="waiting" if waits else "completed",
                outcome=None if waits else outputs.get("outcome"),
            )
