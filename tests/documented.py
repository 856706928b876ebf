"""What the README and the pages of docs/ tell their readers to type, and what they show as its output."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
CONTRIBUTING = ROOT / "CONTRIBUTING.md"
PAGES = [README, CONTRIBUTING, *sorted((ROOT / "docs").glob("*.md"))]

CHANGES = [
    (r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d(\.\d+)?)?", "TIME"),
    (r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID"),
    (r"\bre_[0-9a-f]{16}\b", "RECEIPT"),
    (r"\d+ ms\b", "MS"),
    (r"in \d+ min\b", "MIN"),
    (r"\bAsked (now|\d+ s ago)", "Asked AGO"),
    (r" +", " "),
]
"""What differs from one run to the next."""


@dataclass(frozen=True)
class Example:
    """A `switchboard ...` line of a page, the exit code that its comment promises, and the output that the page shows."""

    words: list[str]
    code: int
    shown: str = ""
    typed: str = ""  # on stdin: what `echo` pipes into it


def examples(page: Path) -> list[Example]:
    """The examples of one page, in order: from its `sh` blocks, and with their output from its `console` blocks."""
    blocks = re.findall(r"```(sh|console)\n(.*?)```", page.read_text(), re.S)
    return [example for kind, block in blocks for example in (_typed(block) if kind == "sh" else _session(block))]


def shows(example: Example, output: str) -> bool:
    """Whether the output is the one that the page shows. "..." stands for anything."""
    pattern = re.escape(_settled(example.shown)).replace(r"\.\.\.", ".*")
    return bool(re.fullmatch(pattern, _settled(output), re.S))


def _typed(block: str) -> Iterator[Example]:
    for line in block.splitlines():
        yield from _example(line)


def _session(block: str) -> Iterator[Example]:
    for part in re.split(r"(?m)^\$ ", block)[1:]:
        line, _, shown = part.partition("\n")
        yield from _example(line, shown)


def _example(line: str, shown: str = "") -> Iterator[Example]:
    words = shlex.split(line, comments=True)
    if "switchboard" in words:
        code = re.search(r"# exit (\d)", line)
        at = words.index("switchboard")
        typed = f"{words[1]}\n" if words[0] == "echo" else ""
        yield Example(words[at + 1 :], int(code[1]) if code else 0, shown, typed)


def _settled(text: str) -> str:
    for pattern, name in CHANGES:
        text = re.sub(pattern, name, text)
    return text.strip()
