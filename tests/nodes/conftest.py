"""Nodes are called directly, with a dict, in front of a house of fakes."""

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.runtime import Runtime

from app.testing import Fakes
from nodes.context import Context
from nodes.ports import install

THREAD: RunnableConfig = {"configurable": {"thread_id": "thread-1"}}


@pytest.fixture
def house() -> Iterator[Fakes]:
    house = Fakes()
    with install(house.services):
        yield house


def runtime(**context: Any) -> Runtime[Context]:
    """The run's knobs, as LangGraph hands them to a node."""
    return Runtime(context=Context(**context))  # type: ignore[typeddict-item]
