"""What a DeltaChannel has stored is read as the stock saver reads it, for threads of every shape."""

from collections.abc import AsyncIterator, Sequence
from itertools import chain
from typing import Annotated, Any

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage
from langgraph.channels import DeltaChannel
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph, add_messages
from langgraph.graph.message import _messages_delta_reducer
from langgraph.types import Overwrite
from pydantic import SecretStr
from typing_extensions import TypedDict

from app.records.checkpoints import open_checkpointer, serializer
from app.records.sqlite_saver import SqliteSaver
from app.settings import Settings

AT: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}


class Said(TypedDict):
    messages: list[AnyMessage]


def joined(known: list[int], more: Sequence[list[int]]) -> list[int]:
    return [*known, *chain.from_iterable(more)]


class Full(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]


class Delta(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], DeltaChannel(_messages_delta_reducer, snapshot_frequency=5)]
    seen: Annotated[list[int], DeltaChannel(joined, snapshot_frequency=3)]


async def first(state: Said) -> Any:
    return {"messages": [AIMessage(f"answer {len(state['messages'])}")]}


async def second(state: Said) -> Any:
    return {"seen": [len(state["messages"])]} if len(state["messages"]) % 3 else {}


def graph(saver: Any, state: Any = Delta) -> Any:
    g = StateGraph(state)
    g.add_node("first", first)
    g.add_node("second", second)
    g.add_edge(START, "first")
    g.add_edge("first", "second" if state is Delta else END)
    if state is Delta:
        g.add_edge("second", END)
    return g.compile(checkpointer=saver)


async def turns(saver: Any, number: int = 9, state: Any = Delta, **how: Any) -> None:
    for turn in range(number):
        await graph(saver, state).ainvoke({"messages": [HumanMessage(f"question {turn}")]}, AT, **how)


async def plain(saver: Any) -> None:
    await turns(saver)


async def begun_with_the_ordinary_channel(saver: Any) -> None:
    await turns(saver, 3, Full)
    await turns(saver, 4)


async def saved_at_the_end_of_each_run(saver: Any) -> None:
    await turns(saver, 9, durability="exit")


async def mixed(saver: Any) -> None:
    await turns(saver, 3)
    await turns(saver, 3, durability="exit")
    await turns(saver, 2)


async def forked(saver: Any) -> None:
    await turns(saver, 4)
    old = [one async for one in graph(saver).aget_state_history(AT)][7]
    await graph(saver).ainvoke(None, old.config)
    await graph(saver).aupdate_state(old.config, {"messages": [HumanMessage("by hand")]}, as_node="first")
    await turns(saver, 2)


async def written_over(saver: Any) -> None:
    await turns(saver, 2)
    await graph(saver).aupdate_state(
        AT, {"messages": Overwrite([HumanMessage("all anew", id="new")])}, as_node="second"
    )
    await turns(saver, 2)
    await graph(saver).aupdate_state(AT, {"messages": [RemoveMessage(id="new")]}, as_node="second")
    await turns(saver, 1)


SHAPES = [
    plain,
    begun_with_the_ordinary_channel,
    saved_at_the_end_of_each_run,
    mixed,
    forked,
    written_over,
]


@pytest.fixture(params=[None, "0123456789abcdef"], ids=["plain", "encrypted"])
def kept(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    settings.home.mkdir()
    key = request.param and SecretStr(request.param)
    return settings.model_copy(update={"encryption_key": key})


@pytest.fixture
async def saver(kept: Settings) -> AsyncIterator[SqliteSaver]:
    async with open_checkpointer(kept) as saver:
        assert isinstance(saver, SqliteSaver)
        yield saver


@pytest.mark.parametrize("shape", SHAPES)
async def test_it_is_what_the_stock_saver_reads(saver: SqliteSaver, kept: Settings, shape: Any) -> None:
    await shape(saver)
    channels = ["messages", "seen"]
    async with AsyncSqliteSaver.from_conn_string(str(kept.checkpoint_path)) as stock:
        stock.serde = serializer(kept)
        places = [one.config async for one in saver.alist(AT)]
        for config in (AT, *places, *places):  # once more: what was decoded is kept
            found = await saver.aget_delta_channel_history(config=config, channels=channels)
            assert found == await stock.aget_delta_channel_history(config=config, channels=channels)
        assert (await graph(saver).aget_state(AT)).values == (await graph(stock).aget_state(AT)).values
        before = (await graph(saver).aget_state(AT)).values["messages"]
        await graph(stock).ainvoke({"messages": [HumanMessage("there")]}, AT)
        await graph(saver).ainvoke({"messages": [HumanMessage("and back")]}, AT)
    after = (await graph(saver).aget_state(AT)).values["messages"]
    assert after[: len(before)] == before
    assert [one.text for one in after[len(before) :: 2]] == ["there", "and back"]


@pytest.mark.parametrize("shape", SHAPES)
async def test_pruned_to_the_newest_it_has_the_same_values(saver: SqliteSaver, shape: Any) -> None:
    await shape(saver)
    before = (await graph(saver).aget_state(AT)).values
    many = len([one async for one in saver.alist(AT)])
    await saver.aprune(["t"])
    assert (await graph(saver).aget_state(AT)).values == before
    assert len([one async for one in saver.alist(AT)]) < many


async def test_a_reader_may_change_what_it_got(saver: SqliteSaver) -> None:
    await turns(saver, 3)
    values = (await graph(saver).aget_state(AT)).values
    first_read = values["messages"].copy()
    values["messages"].clear()
    assert (await graph(saver).aget_state(AT)).values["messages"] == first_read


async def test_a_thread_that_is_not_there_has_nothing(saver: SqliteSaver) -> None:
    found = await saver.aget_delta_channel_history(config=AT, channels=["messages"])
    assert found == {"messages": {"writes": []}}
