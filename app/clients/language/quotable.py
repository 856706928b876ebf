"""What of a passage can be quoted as an answer: sentences, rows with their column heads, and lists or code with the line
that announces them."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile, zip_longest
from typing import Literal, NamedTuple

from app.clients.language.research.sentence_places import (
    FENCE,
    Span,
    is_code,
    is_head,
    is_item,
    is_row,
    lists,
)
from app.clients.language.research.told_to_people import paragraphs

LONGEST_QUOTE = 400  # characters
LONGEST_BLOCK = 1200  # characters of a list
LONGEST_CODE = 300  # characters of a code block that a sentence announces
LONGEST_LABEL = 60  # characters
SHORTEST = 3  # characters
LONGEST_OPENER = 4  # characters: "No.", "Yes."

_LABELLED = re.compile(r":\**\s+\S")
_LATER = re.compile(r"\s*(?!1[.)])\d{1,3}[.)]\s")
"""The first item of a list's second half."""
Kind = Literal["sentence", "item", "row", "list", "code"]


class Quotable(NamedTuple):
    """Words of a passage."""

    text: str  # for the reader
    quote: str  # as they stand in the passage; "..." where something is left out
    kind: Kind
    place: int
    around: str  # what announces it, or stands right before it
    names: str  # the heads of its columns

    @property
    def spoken(self) -> str:
        """Of a row, each cell followed by the head of its column: "7 to 9 Days"."""
        if self.kind != "row":
            return self.text
        cells, heads = self.text.split("|"), self.names.split("|")
        return " | ".join(f"{cell.strip()} {head.strip()}" for cell, head in zip_longest(cells, heads, fillvalue=""))


class _Line(NamedTuple):
    start: int
    end: int
    block: int
    kind: Literal["sentence", "item", "row", "head", "code"]
    demanding: bool  # it is said to programs

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def quotable(text: str) -> list[Quotable]:
    """In order. Nothing that is said to programs; of a sentence that ends in ":" only all, with what it announces."""
    lines, listed = list(_with_openers(list(_lines(text)))), lists(text)
    found: list[Quotable] = []
    for at, line in enumerate(lines):
        if line.demanding or line.kind == "head":
            continue
        if (whole := _announced(text, lines, at, listed)) is not None:
            found += whole
        elif at == 0 and line.kind == "item" and not text.rstrip().endswith(":"):
            found += _bare_list(text, lines, listed)
            found.append(_single(text, lines, at, len(found)))
        elif (
            line.kind != "code"
            and _is_said(line.of(text), line.kind)
            and SHORTEST <= line.end - line.start <= LONGEST_QUOTE
        ):
            found.append(_single(text, lines, at, len(found)))
    return found or [_code(text, line) for line in lines if line.kind == "code" and not line.demanding]


def _lines(text: str) -> Iterator[_Line]:
    for number, (block, fenced, sentences) in enumerate(paragraphs(text)):
        if fenced:
            yield _Line(*block, number, "code", any(demanding for _, demanding in sentences))
            continue
        for (start, end), demanding in sentences:
            yield _Line(start, end, number, _kind(text, start, end), demanding)


def _kind(text: str, start: int, end: int) -> Literal["sentence", "item", "row", "head", "code"]:
    if is_row(text, start):
        return "head" if is_head(text, start) else "row"
    if is_item(text, start):
        return "item"
    return "code" if is_code(text[start:end]) else "sentence"


def _with_openers(lines: Sequence[_Line]) -> Iterator[_Line]:
    """ "No." and "Yes." together with what they introduce."""
    held: _Line | None = None
    for line in lines:
        joined = line._replace(start=held.start, kind=held.kind) if held and held.block == line.block else line
        held = joined if line.end - line.start <= LONGEST_OPENER and line.kind != "row" else None
        if held is None:
            yield joined


def _is_said(said: str, kind: str) -> bool:
    """A line without an end is a heading, or a label; in a list or table it tells something."""
    return (
        kind in ("item", "row")
        or len(said) > LONGEST_LABEL
        or bool(_LABELLED.search(said))
        or said.rstrip("\"')]\u201d").endswith((".", "!", "\u2026"))
    )


def _announced(text: str, lines: Sequence[_Line], at: int, listed: Sequence[Span]) -> list[Quotable] | None:
    """For a line that ends in ":", itself and what it announces, as one; [] when that cannot be quoted whole; None for another
    line."""
    line = lines[at]
    after = lines[at + 1 :]
    said = line.of(text)
    listing = line.kind == "sentence" and bool(after) and after[0].kind == "item" and not said.endswith((".", "!", "?"))
    if line.kind not in ("sentence", "item") or not (said.endswith(":") or listing):
        return None
    if not after or any(one.demanding for one in after[:1]):
        return []
    if after[0].kind == "code":
        code = list(takewhile(lambda one: one.kind == "code" and one.block == after[0].block, after))
        return list(_with_code(text, line, code, at))
    if after[0].kind == "item":
        last = _end_of_list(text, lines, at + 1, listed)
        quote = text[line.start : lines[last].end]
        clean = not any(one.demanding for one in lines[at : last + 1])
        return [_whole(text, lines, at, quote)] if clean and len(quote) <= LONGEST_BLOCK else []
    return []


def _bare_list(text: str, lines: Sequence[_Line], listed: Sequence[Span]) -> list[Quotable]:
    """A list that stands right below the heading, from its beginning."""
    last = _end_of_list(text, lines, 0, listed)
    quote = text[: lines[last].end].strip()
    clean = not any(one.demanding for one in lines[: last + 1])
    if not last or not clean or len(quote) > LONGEST_BLOCK or _LATER.match(quote):
        return []
    return [Quotable(_tidy(quote), quote, "list", 0, "", "")]


def _end_of_list(text: str, lines: Sequence[_Line], at: int, listed: Sequence[Span]) -> int:
    """The last line of the list that this line begins, with the code that its last item announces."""
    end = next((end for start, end in listed if start <= lines[at].start < end), lines[at].end)
    last = max(place for place in range(at, len(lines)) if lines[place].start < end)
    while lines[last].of(text).endswith(":") and last + 1 < len(lines) and lines[last + 1].kind == "code":
        last += 1
    return last


def _with_code(text: str, line: _Line, code: Sequence[_Line], at: int) -> Iterator[Quotable]:
    said = text[code[0].start : code[-1].end].strip()
    if len(said) <= LONGEST_CODE:
        yield Quotable(f"{line.of(text)} {said}", f"{line.of(text)} ... {said}", "code", at, "", "")


def _whole(text: str, lines: Sequence[_Line], at: int, quote: str) -> Quotable:
    return Quotable(_tidy(quote), quote, "list", at, _before(text, lines, at), "")


def _tidy(quote: str) -> str:
    """Its lines, without empty ones and without the lines around code."""
    return "\n".join(line.rstrip() for line in quote.split("\n") if line.strip() and not FENCE.match(line))


def _single(text: str, lines: Sequence[_Line], at: int, place: int) -> Quotable:
    line = lines[at]
    said = line.of(text)
    if line.kind == "row":
        head = next(
            (one.of(text) for one in reversed(lines[:at]) if one.kind == "head" and one.block == line.block), ""
        )
        return Quotable(said, said, "row", place, "", head)
    kind: Kind = "item" if line.kind == "item" else "sentence"
    return Quotable(said, said, kind, place, _before(text, lines, at), "")


def _before(text: str, lines: Sequence[_Line], at: int) -> str:
    """The sentence before it in its paragraph; of an item, the line that announces the list."""
    if lines[at].kind == "item":
        intro = next((one for one in reversed(lines[:at]) if one.kind != "item"), None)
        return intro.of(text) if intro and intro.of(text).endswith(":") else ""
    before = lines[at - 1] if at else None
    return before.of(text) if before and before.block == lines[at].block else ""


def _code(text: str, line: _Line) -> Quotable:
    return Quotable(line.of(text).strip(), line.of(text).strip(), "code", 0, "", "")
