"""Every test gets a home of its own, and no test can reach a paid model."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app.composition import open_runner
from app.engines.langgraph.runner import Runner
from app.settings import Settings
from tests.command_line import CommandLine

pytest.register_assert_rewrite("app.testing.contracts")

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
    """The whole house on SQLite, demo shop and all."""
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
