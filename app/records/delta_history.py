"""The values of a DeltaChannel, which a checkpoint leaves to the ones before it: the last stored value, and the writes since.

The stock saver reads each of these checkpoints whole to find the stored value. Here their metadata says which it may be.
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from functools import lru_cache
from typing import Any, Final, NamedTuple

from langgraph.checkpoint.base import DeltaChannelHistory, PendingWrite, writes_sort_key
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.types import _DeltaSnapshot

SINCE: Final = "counters_since_delta_snapshot"
"""Where a checkpoint's metadata names the channels that it does not store."""

KEPT = 16
"""Stored values that stay decoded: a conversation reads the same one several times a turn, for many turns."""

CHAIN = """
WITH RECURSIVE chain(checkpoint_id, parent_checkpoint_id, metadata) AS (
  SELECT checkpoint_id, parent_checkpoint_id, metadata FROM checkpoints
  WHERE thread_id = :thread_id AND checkpoint_ns = :ns AND checkpoint_id = :checkpoint_id
  UNION ALL
  SELECT one.checkpoint_id, one.parent_checkpoint_id, one.metadata FROM chain CROSS JOIN checkpoints one
  ON one.checkpoint_id = chain.parent_checkpoint_id WHERE one.thread_id = :thread_id AND one.checkpoint_ns = :ns
)
SELECT checkpoint_id, metadata FROM chain
"""
WRITES = """
SELECT checkpoint_id, task_path, task_id, idx, type, value FROM writes
WHERE thread_id = ? AND checkpoint_ns = ? AND channel = ? AND checkpoint_id IN (SELECT value FROM json_each(?))
"""
STORED = "SELECT type, checkpoint FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id = ?"
NEWEST = "SELECT MAX(checkpoint_id) FROM checkpoints WHERE thread_id = ? AND checkpoint_ns = ?"


class Place(NamedTuple):
    thread_id: str
    ns: str
    checkpoint_id: str


class _Found(NamedTuple):
    """Of a channel: the checkpoints since its stored value, newest first, that value's checkpoint among them."""

    chain: list[str]
    stored: list[Any]  # at most one


class DeltaHistory:
    """Reads on any connection to the file, in any thread."""

    def __init__(self, serde: SerializerProtocol) -> None:
        self._serde = serde
        self._stored_values = lru_cache(maxsize=KEPT)(self._decoded)

    def of(
        self, connection: sqlite3.Connection, place: Place, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """As `BaseCheckpointSaver.get_delta_channel_history` promises it."""
        found = self._walked(connection, place, channels)
        return {channel: self._history(connection, place, channel, found[channel]) for channel in channels}

    def needed(self, connection: sqlite3.Connection, place: Place) -> set[str]:
        """The checkpoints without which this one would lose a value: itself, and those before it that complete it."""
        row = connection.execute(f"{CHAIN} LIMIT 1", place._asdict()).fetchone()
        found = self._walked(connection, place, left_out(json.loads(row[1])) if row and row[1] else ())
        return {place.checkpoint_id}.union(*(one.chain for one in found.values()))

    def clear(self) -> None:
        """Forget what was decoded: something was deleted."""
        self._stored_values.cache_clear()

    def _walked(self, connection: sqlite3.Connection, place: Place, channels: Collection[str]) -> dict[str, _Found]:
        found = {channel: _Found([], []) for channel in channels}
        missing = set(channels)
        for checkpoint_id, metadata in _ancestors(connection, place) if missing else ():
            for channel in missing:
                found[channel].chain.append(checkpoint_id)
            if missing <= left_out(json.loads(metadata or "{}")):
                continue
            row = connection.execute(STORED, (*place[:2], checkpoint_id)).fetchone()
            for channel, value in self._stored_values(*row, frozenset(missing)).items():
                found[channel].stored.append(value)
                missing.discard(channel)
            if not missing:
                break
        return found

    def _history(
        self, connection: sqlite3.Connection, place: Place, channel: str, found: _Found
    ) -> DeltaChannelHistory:
        ages = {checkpoint_id: age for age, checkpoint_id in enumerate(reversed(found.chain))}
        rows = connection.execute(WRITES, (*place[:2], channel, json.dumps(found.chain))).fetchall()
        rows.sort(key=lambda row: (ages[row[0]], writes_sort_key(*row[1:4])))
        writes: list[PendingWrite] = [(row[2], channel, self._serde.loads_typed(row[4:6])) for row in rows]
        return {"writes": writes, "seed": _own(found.stored[0])} if found.stored else {"writes": writes}

    def _decoded(self, type_: str, checkpoint: bytes, channels: frozenset[str]) -> dict[str, Any]:
        values = self._serde.loads_typed((type_, checkpoint)).get("channel_values") or {}
        return {channel: values[channel] for channel in channels & values.keys()}


def left_out(metadata: Mapping[str, Any]) -> set[str]:
    """The channels whose values the checkpoint with this metadata leaves to those before it."""
    return set(metadata.get(SINCE) or ())


def _ancestors(connection: sqlite3.Connection, place: Place) -> Iterator[tuple[str, bytes | None]]:
    """The checkpoints before this one, newest first. One that was written anew after itself ends them."""
    rows, seen = connection.execute(CHAIN, place._asdict()), set[str]()
    for checkpoint_id, metadata in rows:
        if checkpoint_id in seen:
            return
        if seen:
            yield checkpoint_id, metadata
        seen.add(checkpoint_id)


def _own(stored: Any) -> Any:
    """The value for one reader, who may change it."""
    return _DeltaSnapshot(copy(stored.value)) if isinstance(stored, _DeltaSnapshot) else copy(stored)
