"""Other processes for tests: started quickly, talked to through their exit codes and a pipe."""

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["app.composition", "graphs.support"])

WAIT_S = 120


def begin(work: Callable[..., Awaitable[Any]], *arguments: Any) -> BaseProcess:
    """Run a module-level coroutine function in a process of its own."""
    process = _context.Process(target=_run, args=(work, *arguments), daemon=True)
    process.start()
    return process


def end(process: BaseProcess) -> int:
    """Wait for the process; its exit code, negative for a signal."""
    process.join(WAIT_S)
    assert process.exitcode is not None, "the process did not end"
    return process.exitcode


def barrier(parties: int) -> Any:
    """Lets processes start the decisive call together."""
    return _context.Barrier(parties)


def _run(work: Callable[..., Awaitable[Any]], *arguments: Any) -> None:
    asyncio.run(work(*arguments))  # type: ignore[arg-type]


def home_of(path: Path) -> Any:
    from app.settings import Settings

    return Settings(home=path)
