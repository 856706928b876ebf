"""Other processes for tests: started quickly, talked to through their exit codes and a pipe."""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

PRELOADED = [
    "app.composition",
    "app.clients.database.migrations",
    "app.clients.language.rules",
    "babel.numbers",
    "graphs.support",
    "sqlalchemy.dialects.sqlite.pysqlite",
]
"""What a run loads on its way: every process is a fork of one that has loaded it."""

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(PRELOADED)

WAIT_S = 600
"""For a machine that is slow and busy; what works never waits that long."""


def begin(work: Callable[..., Awaitable[Any]], *arguments: Any) -> BaseProcess:
    """Run a module-level coroutine function in a process of its own."""
    process = CONTEXT.Process(target=_run, args=(work, *arguments), daemon=True)
    process.start()
    return process


def end(process: BaseProcess) -> int:
    """Wait for the process; its exit code, negative for a signal."""
    process.join(WAIT_S)
    assert process.exitcode is not None, "the process did not end"
    return process.exitcode


def barrier(parties: int) -> Any:
    """Lets processes start the decisive call together."""
    return CONTEXT.Barrier(parties)


def _run(work: Callable[..., Awaitable[Any]], *arguments: Any) -> None:
    asyncio.run(work(*arguments))  # type: ignore[arg-type]


def home_of(path: Path) -> Any:
    from app.settings import Settings

    return Settings(home=path)
