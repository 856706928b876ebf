"""A thread's journal as a page shows it: its steps, and the state of each step of the graph."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from langchain_core.messages import BaseMessage

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


LONGEST = 20_000
"""Characters of a step's state that a page shows."""


class Line(NamedTuple):
    at: str
    name: str
    state: str
    note: str
    width: int
    """How long it took, as a share of the longest step, in percent."""

    wrote: str = ""
    """What it has changed in the state, as JSON; of a fan-out the first branch that ended has all of it."""


def timeline(entries: Sequence[Entry], outputs: Mapping[tuple[int, str], Sequence[Any]]) -> list[Line]:
    """Oldest first; a step's line is that of its end."""
    longest = max((entry["duration_ms"] or 0 for entry in entries), default=0) or 1
    left, lines = dict(outputs), []
    for entry in entries:
        if entry["event"] in ("start", "retry"):
            continue
        wrote = left.pop((entry["step"] or 0, entry["node"] or ""), []) if entry["event"] == "end" else []
        lines.append(_line(entry, longest)._replace(wrote="\n".join(map(state_text, wrote))))
    return lines


def state_text(values: Any) -> str:
    """As JSON that people can read; seals prove something to this installation alone, and are left out."""
    text = json.dumps(_unsealed(values), indent=2, ensure_ascii=False, default=_in_short)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n... {len(text) - LONGEST:,} characters more"


def _unsealed(value: Any) -> Any:
    match value:
        case dict():
            return {str(name): _unsealed(one) for name, one in value.items() if name != "seal"}
        case list() | tuple():
            return [_unsealed(one) for one in value]
    return value


def _in_short(value: Any) -> Any:
    return {"type": value.type, "content": value.content} if isinstance(value, BaseMessage) else str(value)


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
