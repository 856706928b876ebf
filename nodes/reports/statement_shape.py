"""The lines of a statement: words, and below them perhaps a list, a table or code, as Markdown writes them."""

import re
from collections.abc import Sequence

from typing_extensions import TypedDict

from nodes.reports.safe_text import shown

FENCE = "```"
_ITEM = re.compile(r"(?:[-*+\u2022]|(\d{1,3})[.)])\s+(?=\S)")
_DEEPEST = 40  # characters of indentation


class Item(TypedDict):
    text: str
    number: int  # 0: it has a bullet
    depth: int  # in a list within an item: 1, and so on


class Shape(TypedDict):
    text: str
    items: list[Item]
    rows: list[list[str]]  # of a table, its heads first
    code: str


def shape_of(text: str) -> Shape:
    """Fit to show. What is neither a list, a table nor code is one line."""
    lines = [line for line in text.split("\n") if line.strip()]
    at = next((at for at, line in enumerate(lines) if _begins_block(line)), len(lines))
    shape = Shape(text=shown("\n".join(lines[:at])), items=[], rows=[], code="")
    block = lines[at:]
    if len(lines) == 1 or not block:
        return {**shape, "text": shown(text)}
    if block[0].startswith(FENCE):
        return {**shape, "code": "\n".join(_code_line(line) for line in block if not line.startswith(FENCE))}
    if rows := table_rows(block):
        return {**shape, "rows": rows}
    if _ITEM.match(block[0]):
        return {**shape, "items": _items(block)}
    return {**shape, "text": shown(text)}


def table_rows(lines: Sequence[str]) -> list[list[str]]:
    """[] when it is not a table of a head and rows that have as many cells."""
    if not all(line.startswith("|") for line in lines):
        return []
    rows = [[shown(cell) for cell in line.strip().strip("|").split("|")] for line in lines]
    return rows if len(rows) > 1 and len({len(row) for row in rows}) == 1 else []


def _begins_block(line: str) -> bool:
    return line.startswith((FENCE, "|")) or bool(_ITEM.match(line))


def _items(lines: Sequence[str]) -> list[Item]:
    """A line without a marker goes on with the item before, also one of code."""
    found: list[Item] = []
    margins: list[int] = []
    for line in (line for line in lines if not line.lstrip().startswith(FENCE)):
        words = line.lstrip()
        if marker := _ITEM.match(words):
            margin = len(line) - len(words)
            margins = [*(one for one in margins if one < margin), margin]
            found.append(Item(text=shown(words[marker.end() :]), number=int(marker[1] or 0), depth=len(margins) - 1))
        else:
            found[-1]["text"] = shown(f"{found[-1]['text']} {line}")
    return found


def _code_line(line: str) -> str:
    return " " * min(len(line) - len(line.lstrip()), _DEEPEST) + shown(line)
