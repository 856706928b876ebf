"""A working day on the command line, played in a home of its own: what docs/commands.md shows is what it printed.

What differs from one day, machine or run to the next is written the same: times, durations, random ids, places.
"""

import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.command_line import Called, CommandLine

SESSION = """
doctor
demo
support "where is my order 12349?" --email grace@example.com --thread parcel
answer "how long do I have to return an item?" --thread window
refund --order 12345 --email ada@example.com --reason "the box was crushed" --thread grinder
pending
approve grinder --amount 80.00 --by Mia
refund --order 12348 --email grace@example.com --thread graces-refund
show graces-refund
refund --order 12347 --email ada@example.com --thread too-late
support "I want to talk to a manager" --email grace@example.com --thread complaint
fulfil --order 12352 --thread parcel-12352
threads
threads --email grace@example.com
threads --status escalated --since today
show grinder
trace grinder
tickets show T-1001
tickets assign T-1001 --to Mia
tickets close T-1001
mails
sweep
graph answer
write "announce the new 30-day return window to customers, under 120 words" --thread letter
verify
export grinder --out grinder.html
forget ada@example.com --dry-run
prune --older-than 30d --dry-run
delete letter
"""
LONGEST = 24
"""Lines of one output that are shown."""

MASKS = (
    (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?( UTC|Z)?", "2026-11-26 14:05"),
    (r"\b\d{4}-\d\d-\d\d\b", "2026-11-26"),
    (r"\b\d\d:\d\d:\d\d\.\d{3}\b", "14:05:00.000"),
    (r" +\d+ ms\b", "  12 ms"),
    (r"\((?=\d+ ms)\d+ ms", "(12 ms"),
    (r"\b\d+ (s|min) ago\b|\bnow\b(?=$|[),.])", "1 s ago"),
    (r"\bin \d+ min\b", "in 4 min"),
    (r"\b[0-9a-f]{64}\b", "0a1b2c..."),
    (r"\d+\.\d+\.\d+ on Python [\d.]+, LangGraph [\d.]+", "0.1.0 on Python 3.11.7, LangGraph 1.2.22"),
    (r"from the environment: .*?; (?=\d+ defaults)", "from the environment: SWITCHBOARD_HOME; "),
    (r"[ \t]+$", ""),
)


def play() -> Iterator[tuple[str, Called]]:
    """Each command as it is typed, and what it printed."""
    with tempfile.TemporaryDirectory() as place, _alone(Path(place)), chdir(place):
        for line in SESSION.strip().splitlines():
            called = CommandLine()(*shlex.split(line))
            yield line, replace(called, output=_masked(called.output, place))


def shown(typed: str, called: Called) -> list[str]:
    lines = called.output.strip("\n").splitlines()
    cut = [*lines[:LONGEST], "..."] if len(lines) > LONGEST else lines
    code = [f"(exit code {called.code})"] if called.code else []
    return ["```text", f"$ switchboard {typed}", *cut, *code, "```", ""]


def _masked(text: str, place: str) -> str:
    text = text.replace(place, "~").replace(str(Path(__file__).parents[1]), "~/switchboard")
    for pattern, replaced in MASKS:
        text = re.sub(pattern, replaced, text, flags=re.MULTILINE)
    return text


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Only a home, at 80 columns."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(("SWITCHBOARD_", "OPENAI_", "TAVILY_")):
            del os.environ[name]
    os.environ |= {"SWITCHBOARD_HOME": str(place / "home"), "COLUMNS": "80", "TZ": "UTC"}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
