"""A thread's journal as a page shows it: its steps, and the state of each step of the graph."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from app.records.journal import Entry

State = Literal["done", "failed", "waits", "begun"]
ENDS: dict[str, State] = {"end": "done", "failure": "failed", "interrupt": "waits", "start": "begun", "retry": "begun"}
RUNS = {
    "run_start": "started",
    "run_resume": "went on",
    "run_end": "ended",
    "run_stop": "stopped",
    "run_error": "failed",
}


class Line(NamedTuple):
    at: str
    name: str
    state: str
    note: str
    width: int
    """How long it took, as a share of the longest step, in percent."""


def timeline(entries: Sequence[Entry]) -> list[Line]:
    """Oldest first; a step's line is that of its end."""
    longest = max((entry["duration_ms"] or 0 for entry in entries), default=0) or 1
    return [_line(entry, longest) for entry in entries if entry["event"] not in ("start", "retry")]


def states_of(entries: Sequence[Entry]) -> dict[str, State]:
    """How each step that was reached stands now."""
    states: dict[str, State] = {}
    for entry in entries:
        if entry["node"] and entry["event"] in ENDS:
            states[entry["node"]] = ENDS[entry["event"]]
    return states


def arrows_of(entries: Sequence[Entry]) -> set[tuple[str, str]]:
    """From which step the thread went to which: steps of one super-step are followed by those of the next."""
    together: dict[int, set[str]] = {}
    for entry in entries:
        if entry["node"] and entry["step"] is not None:
            together.setdefault(entry["step"], set()).add(entry["node"])
    return {(one, other) for step, ones in together.items() for one in ones for other in together.get(step + 1, ())}


def _line(entry: Entry, longest: int) -> Line:
    took = entry["duration_ms"]
    again = f"attempt {entry['attempt']}" if (entry["attempt"] or 1) > 1 else ""
    parts = (entry["label"], "" if took is None else f"{took} ms", again, entry["error"])
    if entry["event"] in RUNS:
        return Line(entry["at"], f"Run {RUNS[entry['event']]}", "run", entry["error"] or "", 0)
    note = ", ".join(part for part in parts if part)
    return Line(
        entry["at"], entry["node"] or "", ENDS[entry["event"]], note, max(1, round(100 * (took or 0) / longest))
    )
