"""LangChain's callbacks as lines of the journal."""

import time
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID

from langchain_core.callbacks import AsyncCallbackHandler
from langgraph.errors import GraphBubbleUp, GraphDrained
from langgraph.types import Command

from app.records.journal import Entry, Event, Journal, measured, told, went_without
from app.records.journal import entry as begun
from app.records.journal_entries import FAILURE_PATH
from graphs.policies import acts
from nodes.ports.clock import iso

Watch = Callable[[Entry], None]


class JournalHandler(AsyncCallbackHandler):
    """Turns LangChain's callbacks into journal entries; attached to a compiled graph, it works on every host."""

    run_inline = True

    def __init__(self, journal: Journal, *, watch: Watch | None = None) -> None:
        self._journal = journal
        self._watch = watch
        self._open: dict[UUID, Entry] = {}
        self._began: dict[UUID, float] = {}
        self._tries: dict[str, Counter[str]] = {}

    async def on_chain_start(
        self,
        serialized: dict[str, Any] | None,
        inputs: Any,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        tags: list[str] | None = None,
        metadata: dict[str, Any] | None = None,
        name: str = "",
        **kwargs: Any,
    ) -> None:
        about = metadata or {}
        node = about.get("langgraph_node")
        if node is not None and name != node:
            return  # a router, or a call inside the step
        graph = str(about.get("graph_id") or (name if node is None else self._graph(parent_run_id)))
        entry = begun(graph, str(about.get("thread_id", "")), str(parent_run_id or run_id), inputs)
        entry["step"], entry["at"] = about.get("langgraph_step"), iso(self._journal.now())
        if node is None:
            entry["event"] = "run_resume" if inputs is None or isinstance(inputs, Command) else "run_start"
        else:
            entry["node"] = FAILURE_PATH if node == "__default_error_handler__" else node
            tries = self._tries.setdefault(entry["run_id"], Counter())
            tries[task := str(about.get("langgraph_checkpoint_ns"))] += 1
            entry["attempt"] = tries[task]
            entry["event"] = "start" if tries[task] == 1 else "retry"
        self._open[run_id] = entry
        self._began[run_id] = time.monotonic()
        if node is not None and acts(about.get("kind")):  # whatever happens to the process, that it had begun is known
            await self._journal.write(entry)
        else:
            self._journal.add(entry)
        self._tell(entry)

    async def on_chain_end(self, outputs: Any, *, run_id: UUID, **kwargs: Any) -> None:
        if run_id in self._open:
            event: Event = "run_end" if self._open[run_id]["node"] is None else "end"
            self._close(run_id, event, output=outputs)

    async def on_chain_error(self, error: BaseException, *, run_id: UUID, **kwargs: Any) -> None:
        if run_id not in self._open:
            return
        whole_run = self._open[run_id]["node"] is None
        if isinstance(error, GraphDrained):
            self._close(run_id, "run_stop", error=error.reason)
        elif isinstance(error, GraphBubbleUp):
            self._close(run_id, "interrupt")
        else:
            self._close(run_id, "run_error" if whole_run else "failure", error=told(error))

    def _graph(self, run_id: UUID | None) -> str:
        run = self._open.get(run_id) if run_id else None
        return run["graph"] if run else ""

    def _close(self, run_id: UUID, event: Event, *, error: str | None = None, output: Any = None) -> None:
        entry = self._open.pop(run_id)
        entry["event"], entry["error"], entry["at"] = event, error, iso(self._journal.now())
        entry["duration_ms"] = round((time.monotonic() - self._began.pop(run_id)) * 1000)
        if output is not None:
            entry["output_bytes"], entry["output_digest"] = measured(output)
            entry["error"] = went_without(output) if entry["node"] else None
        if entry["node"] is None:
            self._tries.pop(entry["run_id"], None)
        self._journal.add(entry)
        self._tell(entry)

    def _tell(self, entry: Entry) -> None:
        if self._watch:
            self._watch(entry)
