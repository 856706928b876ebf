"""`threads`: the register of threads, as a table, CSV or JSON."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from app.cli import completion, parameters
from app.cli.invoke import AsJson, EngineOption, browse
from app.cli.live import Watch, refuse_json, watched
from app.cli.output import print_error, print_hint, print_json
from app.cli.parameters import WHEN, words
from app.cli.tables import print_csv, print_list
from app.cli.times import relative

if TYPE_CHECKING:
    from app.engines.contract import Lists
    from app.records.register import Thread, Wanted

    Listed = tuple[list[Thread], dict[str, str], bool, dict[str, int]]
    """Threads, their short ids, whether there are more; and for who asks what failed, what ended otherwise than was wished."""

LONGEST_NAME = 20
"""Of a thread, in a table; one with a longer name is listed by the beginning of its id."""

OUTCOMES = (
    "resolved",
    "needs_information",
    "refunded",
    "declined",
    "rejected",
    "expired",
    "withdrawn",
    "escalated",
    "answered",
    "unanswered",
    "report_ready",
    "accepted",
    "exhausted",
    "fulfilled",
    "compensated",
    "cancelled",
    "needs_attention",
)
UNWELL = ("compensated", "needs_attention", "escalated")
SHOWN = ("thread", "workflow", "status", "order", "customer", "active")
FIELDS = {
    "thread": "thread_id",
    "name": "name",
    "workflow": "graph",
    "status": "status",
    "outcome": "outcome",
    "order": "order_id",
    "customer": "email",
    "engine": "engine",
    "started": "created_at",
    "active": "updated_at",
}
"""The columns of `threads`, and what they are called in JSON."""


def _column(text: str) -> str:
    """A column's name."""
    name = text.strip().lower().removeprefix("-")
    if name not in FIELDS:
        raise typer.BadParameter(f"{text!r} is not a column; there are {', '.join(FIELDS)}.")
    return name


def _field(text: str) -> str:
    """What a column is called in the register; "-" before it turns the order round."""
    return "-" * text.strip().startswith("-") + FIELDS[_column(text)]


def _outcome(text: str) -> str:
    """Workflows of one's own have others; what is nearly one of ours is a slip."""
    name = text.strip().lower()
    if name not in OUTCOMES and (near := get_close_matches(name, OUTCOMES, n=1)):
        raise typer.BadParameter(
            f"{text!r} is not an outcome; did you mean {near[0]}? There are {', '.join(OUTCOMES)}."
        )
    return name


def _outcomes(incomplete: str) -> list[str]:
    return [one for one in OUTCOMES if one.startswith(incomplete)]


def _columns(text: str) -> str:
    return ",".join(_column(name) for name in text.split(","))


def threads(
    status: Annotated[
        Literal["completed", "waiting", "failed", "running", "needs_attention", "escalated"] | None,
        typer.Option(help="Only threads with this status; the last two are outcomes that somebody has to look at."),
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option(
            parser=_outcome,
            autocompletion=_outcomes,
            metavar="OUTCOME",
            help="Only threads with this outcome, like refunded.",
        ),
    ] = None,
    graph: Annotated[
        str | None, typer.Option(autocompletion=completion.workflows, help="Only threads of this workflow.")
    ] = None,
    order: Annotated[
        str | None, typer.Option(parser=words, metavar="ID", help="Only threads about this order.")
    ] = None,
    email: Annotated[
        str | None, typer.Option(parser=words, metavar="EMAIL", help="Only threads of this customer.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(parser=parameters.since, metavar="WHEN", help=f"Only threads active since then: {WHEN}."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(parser=parameters.until, metavar="WHEN", help="Only threads last active before the end of then."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, most recently active first.")] = 20,
    every: Annotated[bool, typer.Option("--all", help="All of them, not the latest 20.")] = False,
    sort: Annotated[
        str | None,
        typer.Option(parser=_field, metavar="COLUMN", help="By this column; -COLUMN: the other way round."),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(parser=_columns, metavar="A,B,...", help=f"Which columns: {', '.join(FIELDS)}.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, with whole ids and ISO times.")] = False,
    watch: Watch = False,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """List threads, most recently active first.

    Example: switchboard threads --email grace@example.com --since today
    """
    wanted: Wanted = {
        "graph": graph,
        "order_id": order and order.lstrip("#"),
        "email": email,
        "since": since,
        "until": until,
        "sort": sort,
    }
    match status:
        case "needs_attention" | "escalated":
            if outcome not in (None, status):
                raise typer.BadParameter(f"--status {status} is an outcome already: leave --outcome away.")
            wanted["outcome"] = status
        case _:
            wanted |= {"status": status, "outcome": outcome}

    async def found(at_work: "Lists") -> "Listed":
        return await _found(at_work, wanted, None if every else limit)

    def show(seen: "Listed") -> None:
        listed, _, more, unwell = seen
        chosen = columns.split(",") if columns else list(FIELDS if as_csv else SHOWN)
        if as_csv:
            print_csv([{name: one.get(FIELDS[name]) for name in chosen} for one in listed], chosen)
        else:
            print_threads(seen, chosen)
        for name, count in unwell.items():
            print_hint(f"Ended, but not well: {count} {name} (--outcome {name}).")
        if more:
            print_error(f"There are more than {limit}: --all lists them, --since and --order choose.")

    if watch:
        refuse_json(as_json)
        watched(found, show, engine=engine)
    elif as_json:
        print_json(browse(found, engine=engine)[0])
    else:
        show(browse(found, engine=engine))


async def _found(at_work: "Lists", wanted: "Wanted", limit: int | None) -> "Listed":
    """One more than `limit` is looked up, to know whether there are more. Raises InvalidInput for an unknown workflow."""
    from graphs import BUILT_IN, workflow

    if (graph := wanted.get("graph")) and graph not in BUILT_IN:
        workflow(graph)
    listed = await at_work.recent(**wanted | {"limit": limit and limit + 1})
    shown = listed[:limit]
    unwell: dict[str, int] = {}
    if wanted.get("status") == "failed" and not wanted.get("outcome"):
        for outcome in UNWELL:
            if found := await at_work.recent(**wanted | {"status": None, "outcome": outcome, "limit": None}):
                unwell[outcome] = len(found)
    short = await at_work.threads.short_ids([one["thread_id"] for one in shown])
    return shown, short, len(listed) > len(shown), unwell


def print_threads(seen: "Listed", columns: Sequence[str] = SHOWN) -> None:
    """As a table."""
    rows = [_row(one, seen[1]) for one in seen[0]]
    print_list(rows, columns, as_json=False, empty="There are no such threads yet.", long=("customer", "name"))


def named(thread: "Thread", short: dict[str, str]) -> str:
    """Its name, when that is short, or the beginning of its id."""
    name = thread["name"] or ""
    return name if 0 < len(name) <= LONGEST_NAME else short.get(thread["thread_id"], thread["thread_id"])


def _row(thread: "Thread", short: dict[str, str]) -> dict[str, Any]:
    """What a person can type again, in 80 columns. The outcome of what is over says more than its status."""
    return {
        **{name: thread.get(field) for name, field in FIELDS.items()},
        "thread": named(thread, short),
        "status": thread["outcome"] if thread["status"] == "completed" and thread["outcome"] else thread["status"],
        "started": relative(thread["created_at"]),
        "active": relative(thread["updated_at"]),
    }
