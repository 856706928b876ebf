"""The lines of a Markdown text as they are stored: a row of a table is a line between bars, code stands between fences."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

FENCE = re.compile(r"^\s*(?:```|~~~)")
FOOTNOTE = re.compile(
    r"(?<=[^\s(|\[`])\[\^\w{1,30}\](?!:)|[ \t]\[\^\d{1,3}\](?!:)|^ {0,3}\[\^\w{1,30}\]:[ \t]*", re.MULTILINE
)
"""The mark of a footnote, in the text and before the note."""

_INDENTED = re.compile(r"(?: {4}|\t)\s*\S")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_RULE = frozenset("-:| \t")  # what the line under a table's head is made of


def laid_out(lines: Sequence[str]) -> Iterator[str]:
    """Indented code gets fences, rows get bars; the line under a table's head is left out."""
    yield from _rows(list(_with_fences(lines)))


def _with_fences(lines: Sequence[str]) -> Iterator[str]:
    fenced, indented, before, open_item = False, False, "", False
    for line in lines:
        if indented and line.strip() and not _INDENTED.match(line):
            indented = False
            yield "```"
        if not indented and FENCE.match(line):
            fenced = not fenced
        elif not fenced and not indented and not before.strip() and not open_item and _INDENTED.match(line):
            indented = True
            yield "```"
        if line.strip() and not _INDENTED.match(line):
            open_item = bool(_ITEM.match(line))
        yield line
        before = line
    if indented:
        yield "```"


def _rows(lines: Sequence[str]) -> Iterator[str]:
    fenced = table = False
    for line, after in pairwise([*lines, ""]):
        if FENCE.match(line):
            fenced = not fenced
            yield line.strip()
        elif fenced:
            yield line
        elif not _is_rule(line):
            table = "|" in line and (table or _is_rule(after) or line.lstrip().startswith("|"))
            yield _row(line.strip()) if table else line


def _is_rule(line: str) -> bool:
    return "|" in line and "-" in line and _RULE.issuperset(line)


def _row(line: str) -> str:
    return line if line.startswith("|") else f"| {line} |"
