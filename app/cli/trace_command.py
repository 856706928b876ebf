"""`trace`: every step a thread took, and those that come while one looks."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.invoke import AsJson, EngineOption, ThreadArgument, browse
from app.cli.live import follow as follow_changes
from app.cli.output import on_one_line, print_json, say

if TYPE_CHECKING:
    from app.engines.contract import Lists
    from app.records.journal_entries import Entry
    from app.records.register import Status

HAPPENED = {
    "run_start": "started",
    "run_resume": "resumed",
    "run_end": "ended",
    "run_stop": "stopped",
    "run_error": "failed",
    "end": "",
    "failure": "failed",
    "interrupt": "waits for a human",
}


def trace(
    thread: ThreadArgument,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what comes, until the thread is over. Ctrl-C ends it too.")
    ] = False,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """Show every step a thread took. When, how long, which attempt, and what failed."""
    told = _Told(words=not as_json)
    if follow:
        follow_changes(lambda at_work: _seen(at_work, thread), told.show, engine=engine, is_over=told.is_over)
    else:
        told.show(browse(lambda at_work: _seen(at_work, thread), engine=engine))
    if as_json:
        print_json(told.entries)


async def _seen(at_work: "Lists", thread: str) -> "tuple[list[Entry], Status]":
    known = await at_work.threads.get(await at_work.threads.find(thread))
    return await at_work.trace(thread), known["status"]


class _Told:
    """What was shown of a thread so far."""

    def __init__(self, *, words: bool) -> None:
        self._words = words
        self._failed = False
        self.entries: list[Entry] = []

    def show(self, seen: "tuple[list[Entry], Status]") -> None:
        """The entries that are new."""
        before, self.entries = len(self.entries), seen[0]
        for entry in self.entries[before:] if self._words else ():
            if entry["event"] not in ("start", "retry"):  # the line of a step's end says how often it was tried
                say(_timeline(entry))

    def is_over(self, seen: "tuple[list[Entry], Status]") -> bool:
        """A run that begins looks failed for a moment, because it has no lease yet: failed twice is failed."""
        failed_before, self._failed = self._failed, seen[1] == "failed"
        return seen[1] == "completed" or (self._failed and failed_before)


def _timeline(entry: "Entry") -> str:
    """A run's beginning and end with the date, its steps between them, indented."""
    took = "" if entry["duration_ms"] is None else f"{entry['duration_ms']} ms"
    again = f"attempt {entry['attempt']}" if (entry["attempt"] or 1) > 1 else ""
    happened = ", ".join(part for part in (HAPPENED[entry["event"]], again, entry["error"]) if part)
    at = datetime.fromisoformat(entry["at"]).astimezone()
    day, time = at.strftime("%Y-%m-%d"), at.strftime("%H:%M:%S.%f")[:12]
    if entry["node"] is None:
        return f"{day} {time}  {entry['graph']} {happened}{took and f' after {took}'}"
    what = "  ".join(filter(None, [on_one_line(entry["label"]), happened]))
    return f"{'':>10} {time}    {entry['node']:<18} {took:>9}  {what}".rstrip()
