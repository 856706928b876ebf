"""Old checkpoints: look at them, begin anew at one of them, forget them. Runs nothing."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from shlex import quote
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple, copy_checkpoint
from langgraph.checkpoint.base import Checkpoint as SavedCheckpoint
from langgraph.errors import InvalidUpdateError
from langgraph.types import StateSnapshot
from typing_extensions import TypedDict

from app.engines.compiled_graphs import compiled, config_of
from app.engines.langgraph.whole_checkpoint import whole
from app.records.journal import Journal
from app.records.sqlite_saver import SqliteSaver
from app.records.threads import Thread, Threads, called
from nodes.money import shown
from nodes.ports.clock import iso, parse
from nodes.ports.errors import NothingToResume, ThreadBusy, UnknownThread
from nodes.ports.sources import Sources


class Checkpoint(TypedDict):
    checkpoint_id: str
    step: int
    created_at: str
    source: str
    next: list[str]
    changed: list[str]


@dataclass(frozen=True)
class Archive:
    """The checkpoints of every thread."""

    threads: Threads
    journal: Journal
    saver: BaseCheckpointSaver[Any]
    sources: Sources

    async def history(self, thread: str) -> list[Checkpoint]:
        """The thread's checkpoints, newest first. Raises UnknownThread."""
        known = await self.threads.here(thread)
        graph = compiled(known["graph"], saver=self.saver)
        return [_checkpoint(s) async for s in graph.aget_state_history(config_of(known["thread_id"]))]

    async def outputs(self, thread: str, *, most: int) -> dict[tuple[int, str], list[Any]]:
        """What each step has changed in the state, by its number and name; of a fan-out, each branch. Of the newest `most` steps.

        Raises UnknownThread.
        """
        known = await self.threads.here(thread)
        graph = compiled(known["graph"], saver=self.saver)
        changed: dict[tuple[int, str], list[Any]] = {}
        with suppress(
            InvalidUpdateError
        ):  # two steps may have written the same key, after somebody has jumped into the thread
            async for snapshot in graph.aget_state_history(config_of(known["thread_id"]), limit=most):
                number = (snapshot.metadata or {}).get("step", 0) + 1
                for name in {task.name for task in snapshot.tasks}:
                    results = [task.result for task in snapshot.tasks if task.name == name and task.result is not None]
                    if results:
                        changed.setdefault((number, name), results)
        return changed

    async def fork(self, thread: str, checkpoint_id: str) -> str:
        """The id of a new thread that begins at this checkpoint; `resume` runs it. Raises UnknownThread, NothingToResume.

        Effects that the old thread had are not repeated: the fork carries its origin, from which the idempotency keys are made.
        """
        known = await self.threads.here(thread)
        graph = compiled(known["graph"], saver=self.saver)
        chosen = await whole(await self._checkpoint(known, checkpoint_id), graph, self.saver)
        fork_id, _ = await self.threads.identify(None)
        at: RunnableConfig = {"configurable": {"thread_id": fork_id, "checkpoint_ns": ""}}
        await self.sources.share(known["thread_id"], fork_id)
        checkpoint = self._with_origin(known, chosen.checkpoint)
        await self.saver.aput(at, checkpoint, chosen.metadata, checkpoint["channel_versions"])
        await self.threads.register(fork_id, graph=known["graph"], status="failed", origin=known["thread_id"])
        return fork_id

    async def paid_since(self, thread: str, checkpoint_id: str) -> str | None:
        """What the thread has paid after this checkpoint, in a sentence; None for nothing."""
        known = await self.threads.here(thread)
        chosen = await self._checkpoint(known, checkpoint_id)
        now = (await compiled(known["graph"], saver=self.saver).aget_state(config_of(known["thread_id"]))).values
        receipt = now.get("receipt_id")
        if not receipt or chosen.checkpoint["channel_values"].get("receipt_id") == receipt:
            return None
        paid = shown(now["refunded_cents"], now["currency"])
        return f"Thread {called(known)} has refunded {paid} since then (receipt {receipt}); the fork will not pay it again."

    def _with_origin(self, known: Thread, checkpoint: SavedCheckpoint) -> SavedCheckpoint:
        """The checkpoint with the thread it comes from in its state, if its graph has a place for that."""
        if "origin" not in compiled(known["graph"]).channels or checkpoint["channel_values"].get("origin"):
            return checkpoint
        copied = copy_checkpoint(checkpoint)
        copied["channel_values"]["origin"] = known["thread_id"]
        copied["channel_versions"]["origin"] = max(copied["channel_versions"].values())
        return copied

    async def delete(self, thread: str, *, before: Callable[[str], Awaitable[None]] | None = None) -> str:
        """Forget a thread: checkpoints, journal, register. The ledger, approvals and tickets stay.

        `before`: asked under the thread's lease; it may refuse.
        """
        thread_id = await self.threads.find(thread)
        async with self.threads.lease(thread_id, to_forget=True):
            if before:
                await before(thread_id)
            await self._forget(thread_id)
        await self.sources.forget_texts()
        return thread_id

    async def prune(self, *, before: str, dry_run: bool = False) -> AsyncIterator[Thread]:
        """Forget every thread that is over and was last active before this ISO time: one after the other what was (or would
        be) deleted.

        A thread that somebody has begun to use again is left alone.
        """
        deleted = False
        async for thread in self.threads.idle_since(before):
            if dry_run or await self._forget_unused(thread):
                deleted = not dry_run
                yield thread
        if deleted:
            await self.sources.forget_texts()
            if isinstance(self.saver, SqliteSaver):
                await self.saver.compact()

    async def _checkpoint(self, known: Thread, checkpoint_id: str) -> CheckpointTuple:
        thread_id = known["thread_id"]
        config: RunnableConfig = {
            "configurable": {"thread_id": thread_id, "checkpoint_ns": "", "checkpoint_id": checkpoint_id}
        }
        chosen = await self.saver.aget_tuple(config)
        if chosen is None:
            raise NothingToResume(
                f"Thread {called(known)} has no checkpoint {checkpoint_id}. `switchboard history {quote(called(known))}` lists them."
            )
        return chosen

    async def _forget_unused(self, thread: Thread) -> bool:
        """Whether the thread was forgotten: nobody was at work on it, and nobody has been since it was looked at."""
        thread_id = thread["thread_id"]
        try:
            async with self.threads.lease(thread_id, to_forget=True):
                unused = (await self.threads.get(thread_id))["updated_at"] == thread["updated_at"]
                if unused:
                    await self._forget(thread_id)
                return unused
        except (ThreadBusy, UnknownThread):
            return False

    async def _forget(self, thread_id: str) -> None:
        await self.saver.adelete_thread(thread_id)
        await self.journal.delete(thread_id)
        await self.sources.forget(thread_id, with_texts=False)
        await self.threads.delete(thread_id)


def _checkpoint(snapshot: StateSnapshot) -> Checkpoint:
    metadata: Mapping[str, Any] = snapshot.metadata or {}
    return Checkpoint(
        checkpoint_id=snapshot.config["configurable"]["checkpoint_id"],
        step=metadata.get("step", 0),
        created_at=iso(parse(snapshot.created_at)) if snapshot.created_at else "",
        source=metadata.get("source", ""),
        next=[task.name for task in snapshot.tasks],
        changed=sorted(snapshot.values),
    )
