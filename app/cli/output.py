"""What people and scripts see: one JSON object on stdout, or words; progress and refusals on stderr; the exit codes."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import typer

from nodes.ports.errors import InvalidInput, NotConfigured, Refused, SwitchboardError

if TYPE_CHECKING:
    from app.engines.contract import RunResult, Usage

EXIT_CODES = {
    0: "completed",
    1: "the run failed",
    2: "usage: something typed cannot be used",
    3: "waits for a human",
    4: "refused: unknown thread, nothing pending, already decided, expired, or busy elsewhere",
    5: "not configured, or a dependency is down",
}
WIDE = 1000
"""Columns of a table that no terminal shows: nothing is folded, so that scripts find whole ids."""
OF_STATUS = {"completed": 0, "failed": 1, "running": 1, "waiting": 3}


def print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_error(text: str) -> None:
    typer.echo(text, err=True)


@contextmanager
def failing_plainly() -> Iterator[None]:
    """Our errors, and Ctrl-C, become one sentence on stderr and the exit code that fits; never a traceback."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        print_error("Stopped. `switchboard threads` lists what was begun; a run on Temporal goes on without you.")
        raise typer.Exit(1) from stopped
    except SwitchboardError as error:
        print_error(str(error))
        raise typer.Exit(exit_code(error)) from error


def exit_code(error: SwitchboardError) -> int:
    codes: dict[type[SwitchboardError], int] = {InvalidInput: 2, Refused: 4, NotConfigured: 5}
    return next((code for kind, code in codes.items() if isinstance(error, kind)), 1)


def print_list(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str) -> None:
    """Rows as one JSON array, or as a table of these columns."""
    if as_json:
        print_json(rows)
        return
    if not rows:
        print_error(empty)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(row[column])) for column in columns))
    Console(width=None if sys.stdout.isatty() else WIDE).print(table)


def printable(value: Any) -> str:
    """A cell's text. What customers wrote cannot move the cursor, change colours or break the line."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return "".join(character if character.isprintable() else " " for character in text)


def print_result(result: "RunResult", *, as_json: bool, spoken: str = "", engine: str | None = None) -> None:
    """A run or a decision, and the exit code that belongs to it.

    `spoken`: the words that were printed as a model wrote them. When the checks replaced them, the reply that counts
    follows. `engine`: as the command was told; the next one has to be told too.
    """
    if as_json:
        print_json(result)
    else:
        if result["reply"] and result["reply"].strip() != spoken.strip():
            typer.echo(result["reply"])
        _print_next_step(result, f" --engine {engine}" if engine else "")
    if code := OF_STATUS[result["status"]]:
        raise typer.Exit(code)


def _priced(usage: "Usage") -> str:
    return "" if usage["cost"] is None else f", {usage['cost']:.4f} by the provider's count"


def _print_next_step(result: "RunResult", told: str) -> None:
    thread = result["name"] or result["thread_id"]
    approval = result["approval"]
    if result["status"] == "waiting" and approval:
        if approval["expires_at"] <= datetime.now(UTC).isoformat():
            print_error(
                f"\nThe deadline has passed ({approval['expires_at'][:19]}Z): `switchboard sweep{told}` closes it."
            )
            return
        print_error(f"\nWaits for an approval until {approval['expires_at'][:19]}Z. To decide:")
        print_error(f"  switchboard approve {thread}{told}")
        print_error(f"  switchboard reject {thread} --reason WHY{told}")
    else:
        outcome = f", {result['outcome']}" if result["outcome"] else ""
        print_error(f"\n{result['status']}{outcome} (thread {thread})")
    if result["status"] == "failed" and "switchboard resume" not in (result["reply"] or ""):
        print_error(f"`switchboard resume {thread}{told}` goes on from the last step.")
    if tokens := result["usage"]["total_tokens"]:
        print_error(f"{tokens:,} tokens{_priced(result['usage'])}")
