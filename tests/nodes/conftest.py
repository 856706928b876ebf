"""Nodes are called directly, with a dict, with fakes of every service."""

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
def fakes() -> Iterator[Fakes]:
    fakes = Fakes()
    with install(fakes.services):
        yield fakes


def runtime(**context: Any) -> Runtime[Context]:
    """The run's knobs, as LangGraph hands them to a node."""
    return Runtime(context=Context(**context))  # type: ignore[typeddict-item]
