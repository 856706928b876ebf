"""From a typed command to the runner and back: open, call, print, exit."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from app.cli.output import failing_plainly, print_result
from app.cli.progress import Progress

if TYPE_CHECKING:
    from app.engine import RunResult
    from app.runner import Runner

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print exactly one JSON value on stdout.")]
ThreadOption = Annotated[
    str | None,
    typer.Option("--thread", help="A thread to go on with: a UUID, a unique beginning of one, or a name of your own."),
]
ThreadArgument = Annotated[
    str, typer.Argument(metavar="THREAD", help="A UUID, a unique beginning of one, or the thread's name.")
]


def call(use: "Callable[[Runner], Awaitable[T]]", progress: Progress | None = None, **settings: Any) -> T:
    """Open the house, let `use` work in it, close it. Errors become a sentence and an exit code.

    `settings`: what the command line says, in place of the environment.
    """
    with failing_plainly():
        from app.composition import open_runner
        from app.settings import load

        async def opened() -> T:
            async with open_runner(load(**settings), watcher=progress) as runner:
                return await use(runner)

        return asyncio.run(opened())


def run(use: "Callable[[Runner], Awaitable[RunResult]]", *, as_json: bool, **settings: Any) -> None:
    """As `call`, with progress on stderr, and the result printed."""
    with Progress(words=not as_json) as progress:
        result = call(use, progress, **settings)
    print_result(result, as_json=as_json, spoken=progress.spoken)
