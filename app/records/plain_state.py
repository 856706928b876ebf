"""The state of a thread at rest, read from its newest checkpoint without LangGraph.

At rest: it is over, or waits for its approval. Whatever is not as simple as that is left to the engine.
"""

import json
from typing import Any

import ormsgpack

from app.clients.database.plain_sql import PlainDatabase, Statements
from app.records.register import Thread

AWAITING = "await_approval"
"""The step of every built-in workflow that waits for a human."""

TO_STEP, OF_LANGGRAPH, INTERRUPT = "branch:to:", "__", "__interrupt__"
"""How channels are called that lead to a step, or are LangGraph's own."""

OBJECT = 5
"""LangGraph's number for an object of pydantic: its module, its class, its values."""

NEWEST = """
SELECT checkpoint_id, type, checkpoint, metadata FROM checkpoints
WHERE thread_id = :thread_id AND checkpoint_ns = '' ORDER BY checkpoint_id DESC LIMIT 1
"""
WRITES = """
SELECT channel FROM writes WHERE thread_id = :thread_id AND checkpoint_ns = '' AND checkpoint_id = :checkpoint_id
"""


UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What damaged bytes raise, or those of a release that wrote them otherwise. The engine says what is wrong."""


class NotPlain(Exception):
    """Only the engine can tell."""


async def state_at_rest(checkpoints: PlainDatabase, thread: Thread, *, with_messages: bool) -> dict[str, Any]:
    """`with_messages`: they are wanted, also where they are not in the checkpoint itself. Raises NotPlain."""

    async def found(statements: Statements) -> dict[str, Any]:
        rows = await statements.rows(NEWEST, {"thread_id": thread["thread_id"]})
        if not rows or rows[0]["type"] != "msgpack":
            raise NotPlain
        if with_messages and json.loads(rows[0]["metadata"]).get("counters_since_delta_snapshot"):
            raise NotPlain
        writes = await statements.rows(WRITES, {"thread_id": thread["thread_id"], **rows[0]})
        values = _read(rows[0]["checkpoint"])["channel_values"]
        _refuse_unrest(thread, list(values), {row["channel"] for row in writes})
        return {name: value for name, value in values.items() if not _is_internal(name)}

    try:
        return await checkpoints.ask(found)
    except UNREADABLE as error:
        raise NotPlain from error


def _refuse_unrest(thread: Thread, channels: list[str], writes: set[str]) -> None:
    """Raises NotPlain unless checkpoint and register say the same of a thread at rest."""
    waits = thread["status"] == "waiting"
    if not waits and thread["status"] != "completed":
        raise NotPlain
    leads_on = {name for name in channels if _is_internal(name)}
    if leads_on != ({TO_STEP + AWAITING} if waits else set()) or writes != ({INTERRUPT} if waits else set()):
        raise NotPlain


def _is_internal(channel: str) -> bool:
    return channel.startswith((TO_STEP, OF_LANGGRAPH))


def _read(stored: bytes) -> Any:
    return ormsgpack.unpackb(stored, ext_hook=_object, option=ormsgpack.OPT_NON_STR_KEYS)


def _object(kind: int, stored: bytes) -> dict[str, Any]:
    """A message in its short form."""
    module, _, values, *_ = _read(stored) if kind == OBJECT else ("", "", {})
    if not module.startswith("langchain_core.messages.") or not isinstance(values["content"], str):
        raise NotPlain
    return {"type": values["type"], "content": values["content"], "id": values["id"]}
