"""`--watch` and `--follow`: what is shown is shown again as it changes, until it is over, or Ctrl-C."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from app.cli.invoke import call
from app.cli.output import clear_screen, say

if TYPE_CHECKING:
    from app.engines.contract import Engine

T = TypeVar("T")

EVERY_S = 1.0

Watch = Annotated[bool, typer.Option("--watch", help="Show it again whenever it changes. Ctrl-C ends it.")]


def watched(look: "Callable[[Engine], Awaitable[T]]", show: Callable[[T], None], *, engine: str | None) -> None:
    """A page that is drawn anew: on a terminal every second, because ages grow; in a pipe when something has changed."""
    drawn = False

    def draw(seen: T) -> None:
        nonlocal drawn
        if not clear_screen() and drawn:
            say()
        drawn = True
        show(seen)

    follow(look, draw, engine=engine, always=clear_screen())


def follow(
    look: "Callable[[Engine], Awaitable[T]]",
    show: Callable[[T], None],
    *,
    engine: str | None,
    is_over: Callable[[T], bool] = lambda _: False,
    always: bool = False,
) -> None:
    """Look again and again; Ctrl-C is a way to end it, and no failure."""

    async def looking(at_work: "Engine") -> None:
        with suppress(asyncio.CancelledError):
            await show_changes(lambda: look(at_work), show, _ticks(), is_over=is_over, always=always)

    call(looking, engine=engine)


async def show_changes(
    look: Callable[[], Awaitable[T]],
    show: Callable[[T], None],
    ticks: AsyncIterator[None],
    *,
    is_over: Callable[[T], bool],
    always: bool = False,
) -> None:
    """At each tick look, and show what differs from before; `always`: show it anyway."""
    before: list[T] = []
    async for _ in ticks:
        seen = await look()
        if always or [seen] != before:
            show(seen)
        before = [seen]
        if is_over(seen):
            return


def refuse_json(as_json: bool) -> None:
    if as_json:
        raise typer.BadParameter("--watch goes on, and --json prints one value: leave one of them away.")


async def _ticks() -> AsyncIterator[None]:
    while True:
        yield
        await asyncio.sleep(EVERY_S)
