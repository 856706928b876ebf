"""Every test gets a home of its own, and no test can reach a paid model."""

import atexit
import gc
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from app.composition import open_runner
from app.engines.langgraph.runner import Runner
from app.settings import Settings
from tests.command_line import CommandLine

pytest.register_assert_rewrite("app.testing.contracts")

if sys.dont_write_bytecode:  # each process that a test starts would compile every module anew, for seconds
    compiled = tempfile.TemporaryDirectory(prefix="bytecode-", ignore_cleanup_errors=True)
    atexit.register(compiled.cleanup)
    os.environ["PYTHONPYCACHEPREFIX"] = compiled.name
    del os.environ["PYTHONDONTWRITEBYTECODE"]

hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

gc.disable()  # until everything is collected: nothing of that can be freed


def pytest_collection_finish() -> None:
    """What is there now stays, and is not looked at again by every collection of garbage."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first: begun last, they would keep one process busy while the others are done."""
    items.sort(key=lambda item: item.path.name != "test_pages.py")


NO_SETTINGS = {name: value for name, value in os.environ.items() if not name.startswith(("SWITCHBOARD_", "OPENAI_"))}


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a home, in a folder without a .env file."""
    for name in set(os.environ) - set(NO_SETTINGS):
        monkeypatch.delenv(name)
    monkeypatch.setenv("SWITCHBOARD_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
async def runner(settings: Settings) -> AsyncIterator[Runner]:
    """Everything on SQLite, with the demo shop."""
    async with open_runner(settings) as runner:
        yield runner


@pytest.fixture
def switchboard() -> CommandLine:
    return CommandLine()


@pytest.fixture(autouse=True)
def nothing_installed() -> Iterator[None]:
    """No test leaves services behind for the next."""
    from nodes import ports as services

    yield
    assert services._installed == []
