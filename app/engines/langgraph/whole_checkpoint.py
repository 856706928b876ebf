"""A checkpoint that can stand alone: with the values that it leaves to the checkpoints before it."""

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.channels import DeltaChannel
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple, copy_checkpoint

from app.engines.compiled_graphs import Graph
from app.records.delta_history import SINCE


async def whole(saved: CheckpointTuple, graph: Graph, saver: BaseCheckpointSaver[Any]) -> CheckpointTuple:
    """The same, to be saved in another place. Its own pending writes are left out."""
    checkpoint, metadata = copy_checkpoint(saved.checkpoint), saved.metadata.copy()
    values, versions = checkpoint["channel_values"], checkpoint["channel_versions"]
    missing = {
        name: channel
        for name, channel in graph.channels.items()
        if isinstance(channel, DeltaChannel) and name in versions and name not in values
    }
    histories = await saver.aget_delta_channel_history(config=_place(saved), channels=[*missing])
    for name, history in histories.items():
        channel = missing[name].from_checkpoint(history.get("seed", missing[name].typ()))
        channel.replay_writes(history["writes"])
        values[name] = channel.get()
        versions[name] = saver.get_next_version(versions[name], None)  # under the old one, PostgreSQL has "not stored"
    metadata.pop(SINCE, None)  # nothing is left to others any more
    return saved._replace(checkpoint=checkpoint, metadata=metadata)


def _place(saved: CheckpointTuple) -> RunnableConfig:
    return {"configurable": {"checkpoint_ns": "", **saved.config["configurable"]}}
