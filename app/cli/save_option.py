"""`--out FILE`: what a research or writing thread has made, saved."""

from collections.abc import Awaitable
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.output import print_error
from nodes.ports.errors import DependencyDown, InvalidInput

if TYPE_CHECKING:
    from app.engines.contract import RunResult

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        dir_okay=False,
        writable=True,
        help="Save what the thread has made: a report as .md, .html or .pdf, a draft as text.",
    ),
]
MADE = {"research": "report", "writing": "draft"}


def check(out: Path | None, graph: str) -> None:
    """Better now than after the work is done. Raises InvalidInput, NotConfigured."""
    if out is None:
        return
    from app.exports import report_files as files

    match graph:
        case "research":
            files.check(out)
        case "writing":
            files.check_place(out, "draft")
        case _:
            raise InvalidInput(f"A thread of the workflow {graph} has nothing to save; leave --out away.")


async def saved(running: "Awaitable[RunResult]", out: Path | None) -> "RunResult":
    """The result, saved before it is returned."""
    result = await running
    if out:
        save(out, result)
    return result


def save(out: Path, result: "RunResult") -> None:
    """The report or the draft; when there is none, a line says so. Raises InvalidInput, DependencyDown."""
    made = _made(result)
    if made is None:
        print_error(f"Nothing was saved to {out}: the thread has no {MADE.get(result['graph'], 'report')}.")
        return
    try:
        _write(made, out)
    except (InvalidInput, DependencyDown) as error:
        kept = f"It is kept: `switchboard show {quote(result['name'] or result['thread_id'])} --out FILE` saves it elsewhere."
        raise type(error)(f"{error} {kept}") from error


def _made(result: "RunResult") -> Any:
    values = result["values"]
    match result["outcome"]:
        case "report_ready":
            return values.get("document")
        case "accepted" | "exhausted":
            return values.get("draft")
    return None


def _write(made: Any, out: Path) -> None:
    from app.exports import report_files as files

    if isinstance(made, str):
        files.write_whole(f"{made.rstrip()}\n".encode(), out, "draft")
    else:
        files.write(made, out)
