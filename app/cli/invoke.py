"""From a typed command to the engine and back: open, call, print, exit."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import typer

from app.cli import completion
from app.cli.output import failing_plainly, print_result, print_results
from app.cli.progress import Progress

if TYPE_CHECKING:
    from app.approvals.delegation import Left
    from app.clients.database.database import Database
    from app.engines.contract import Engine, Lists, Records, RunResult
    from app.engines.langgraph.runner import Runner
    from app.records.home_requests import HomeRequests
    from app.runtime import Switchboard
    from app.settings import Settings

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Print exactly one JSON value on stdout.")]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Exit code 6 when it is done, but not as asked: declined, compensated, unanswered."),
]
EngineOption = Annotated[
    Literal["langgraph", "temporal", "steps"] | None,
    typer.Option("--engine", help="What runs the thread; left out: the engine it began on, or SWITCHBOARD_ENGINE."),
]
ThreadOption = Annotated[
    str | None,
    typer.Option(
        "--thread",
        autocompletion=completion.threads,
        help="A thread to go on with: a UUID, a unique beginning of one, or a name of your own.",
    ),
]
ThreadArgument = Annotated[
    str,
    typer.Argument(
        metavar="THREAD",
        autocompletion=completion.threads,
        help="A UUID, a unique beginning of one, or the thread's name.",
    ),
]


ThreadArguments = Annotated[
    list[str],
    typer.Argument(
        metavar="THREAD...",
        autocompletion=completion.threads,
        help="A UUID, a unique beginning of one, or the thread's name; one or several.",
    ),
]


def call(use: "Callable[[Engine], Awaitable[T]]", **settings: Any) -> T:
    """Open the engine, let `use` work with it, close it. Errors become a sentence and an exit code.

    `settings`: what the command line says, in place of the environment; None: it says nothing.
    """
    return _opened(lambda switchboard: use(switchboard.engine), None, settings)


def look(use: "Callable[[Records], Awaitable[T]]", **settings: Any) -> T:
    """As `call`, for what the databases alone can tell: no engine is loaded for it."""
    with failing_plainly():
        from app.composition import open_records
        from app.settings import load

        async def opened() -> T:
            async with open_records(load(**_said(settings))) as records:
                return await use(records)

        return asyncio.run(opened())


def look_at_business(use: "Callable[[Database, Settings], Awaitable[T]]") -> T:
    """As `look`, for what the business database alone can tell or keep."""
    with failing_plainly():
        from app.records.installation import open_business
        from app.settings import load

        async def opened(settings: "Settings") -> T:
            async with open_business(settings) as database:
                return await use(database, settings)

        return asyncio.run(opened(load()))


def browse(use: "Callable[[Lists], Awaitable[T]]", *, asks_services: bool = False, **settings: Any) -> T:
    """As `look`, for what the register, the journal and the tickets tell: of a home in order, without SQLAlchemy too.

    `asks_services`: it asks for something that a package may bring a service of its own for.
    """
    with failing_plainly():
        from app.records.home_lists import open_lists
        from app.settings import load

        given = load(**_said(settings))

        async def opened() -> T:
            if not (asks_services and _has_services_of_its_own(given)):
                async with open_lists(given) as lists:
                    if lists:
                        return await use(lists)
            from app.composition import open_records

            async with open_records(given) as records:
                return await use(records)

        return asyncio.run(opened())


def describe(use: "Callable[[Lists], Awaitable[T]]", **settings: Any) -> T:
    """As `browse`, for what describes the requests that wait."""
    found = glance(use, **settings)
    return look(use, **settings) if found is None else found


def glance(use: "Callable[[HomeRequests], Awaitable[T]]", *, with_messages: bool = True, **settings: Any) -> T | None:
    """What a home in order tells of requests and threads, without an engine and SQLAlchemy; None: only those can tell."""
    with failing_plainly():
        from app.records.home_requests import open_requests
        from app.records.plain_state import NotPlain
        from app.settings import load

        async def opened() -> T | None:
            async with open_requests(load(**_said(settings)), with_messages=with_messages) as home:
                with suppress(NotPlain):
                    return await use(home) if home else None
            return None

        return asyncio.run(opened())


def _has_services_of_its_own(settings: "Settings") -> bool:
    from app.providers import has_providers

    return has_providers(settings)


def call_runner(use: "Callable[[Runner], Awaitable[T]]", **settings: Any) -> T:
    """As `call`, for what only the default engine has: checkpoints. Raises typer.Exit(5) with another engine."""
    with failing_plainly():
        from app.composition import open_runner
        from app.settings import load
        from nodes.ports.errors import NotConfigured

        given = load(**_said(settings))
        if given.engine != "langgraph":
            raise NotConfigured(
                f"This command works on checkpoints, and the engine {given.engine} keeps none here. "
                "Set SWITCHBOARD_ENGINE to langgraph."
            )

        async def opened() -> T:
            async with open_runner(given) as runner:
                return await use(runner)

        return asyncio.run(opened())


def run(
    use: "Callable[[Switchboard], Awaitable[RunResult]]",
    *,
    as_json: bool,
    strict: bool = False,
    talking: bool = False,
    **settings: Any,
) -> None:
    """As `call`, for what runs a thread: with progress on stderr, and the result printed.

    `talking`: it is one turn of a conversation at the terminal, and says little about itself.
    """
    with Progress(summed_up=talking) as progress:
        result = _opened(use, progress, settings)
    print_result(result, as_json=as_json, engine=settings.get("engine"), strict=strict, talking=talking)


def decide_each(
    threads: Sequence[str], answer: dict[str, Any], *, as_json: bool, strict: bool = False, engine: str | None = None
) -> None:
    """One decision on one thread or several. A server that runs on the home carries out a single one."""
    since = datetime.now(UTC)
    left = _delegated(threads[0], answer) if len(threads) == 1 and engine is None else "untouched"
    if not isinstance(left, str):
        print_result(left, as_json=as_json, strict=strict)
        return

    async def decided(at: "Switchboard", thread: str) -> "RunResult":
        if left == "untouched":
            return await at.decide(thread, answer)
        from app.approvals.delegation import decide_after_all

        return await decide_after_all(at.engine, thread, answer, since)

    run_each(threads, decided, as_json=as_json, strict=strict, engine=engine)


def _delegated(thread: str, answer: dict[str, Any]) -> "RunResult | Left":
    with failing_plainly(), Progress() as progress:
        from app.approvals.delegation import delegate
        from app.settings import load
        from nodes.ports.errors import OtherEngine

        with suppress(OtherEngine):
            return asyncio.run(delegate(load(), thread, answer, watch=progress.step))
    return "untouched"


def run_each(
    threads: Sequence[str],
    use: "Callable[[Switchboard, str], Awaitable[RunResult]]",
    *,
    as_json: bool,
    strict: bool = False,
    **settings: Any,
) -> None:
    """As `run`, for one thread or several: each on its own, whatever becomes of the others. The highest exit code counts."""
    from nodes.ports.errors import SwitchboardError

    if len(threads) == 1:
        run(lambda at: use(at, threads[0]), as_json=as_json, strict=strict, **settings)
        return

    async def every(at: "Switchboard") -> "list[RunResult | SwitchboardError]":
        told: list[RunResult | SwitchboardError] = []
        for thread in dict.fromkeys(threads):
            try:
                told.append(await use(at, thread))
            except SwitchboardError as error:
                told.append(error)
        return told

    with Progress() as progress:
        results = _opened(every, progress, settings)
    print_results(list(dict.fromkeys(threads)), results, as_json=as_json, strict=strict, engine=settings.get("engine"))


def _opened(use: "Callable[[Switchboard], Awaitable[T]]", progress: Progress | None, settings: dict[str, Any]) -> T:
    """Where the command names no engine, the one that the thread belongs to."""
    with failing_plainly():
        from app.approvals.sign_in import note_who_acts
        from app.runtime import open_runtime
        from app.settings import load
        from nodes.ports.errors import OtherEngine

        async def opened(given: "Settings") -> T:
            async with open_runtime(given, watcher=progress, signals=True) as switchboard:
                await note_who_acts(switchboard.engine.people, switchboard.engine.settings)
                return await use(switchboard)

        try:
            return asyncio.run(opened(load(**_said(settings))))
        except OtherEngine as error:
            if settings.get("engine") or error.engine not in ("langgraph", "temporal"):
                raise
            return asyncio.run(opened(load(**_said(settings) | {"engine": error.engine})))


def _said(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in settings.items() if value is not None}
