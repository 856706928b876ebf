"""The sentences of a text, as places in it: what is quoted has to stand there letter by letter."""

import re
from collections.abc import Iterator
from typing import Literal

Span = tuple[int, int]

SHORT_LINE = 55  # characters; a longer line without an end was broken by its margin
LONGEST_NUMBER = 4  # characters
WORDS_PER_OPTION = 8  # of a command line; whoever talks about an option says more

FENCE = re.compile(r"^[^\S\n]*(?:```[^`\n]*|~~~[^\n]*)$\n?", re.MULTILINE)
"""What stands around code."""

_BLOCK = re.compile(rf"\n(?:[^\S\n]*\n)+|{FENCE.pattern}", re.MULTILINE)
_GAP = re.compile(
    r"(?<=[.!?\u2026])[\"'\u201d\u2019)\]]*(?:\[\d{1,3}\])*[^\S\n]+(?=[\"'\u201c\u2018(\[]*[^\W_a-z])|\n\s*"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'\u201c])(?:[^\W\d_]|(?:[^\W\d_]\.)+[^\W\d_]?|mr|mrs|ms|dr|prof|rev|gen|col|capt|lt|sgt|sen|rep|gov|hon|st|"
    r"jr|sr|mt|ft|no|nos|vol|vs|cf|ca|c|approx|fig|figs|eq|eds?|pp?|etc|al|inc|ltd|co|corp|dept|univ|jan|feb|mar|apr|jun|"
    r"jul|aug|sept?|oct|nov|dec|e\.g|i\.e|a\.m|p\.m|b\.c|a\.d|u\.s|u\.k|ph\.d)\.$",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"[-=]>|<[-=]|[{}]\s*$|&\w+;|^(?:File \"|Traceback \(|--\w|\$ |>>> |#!|@\w|def \w+\(|class \w+[(:]|import \w+$|(?:const|let|var) \w+ =)"
    r"|^(?:sudo |(?:pip3?|npm|yarn|apt|apt-get|brew|cargo|dnf|uv|go) (?:install|add|get|i|ci|sync|run) ?|(?:npx|curl|wget|ssh) \S"
    r"|git (?:clone|add|commit|push|pull|checkout|init)\b|docker (?:run|build|compose|pull|exec)\b|export \w+=|python3? -?\S+$|cd \S+$)"
)
_LEADS_ON = re.compile(
    r"\b(?:the|an?|of|to|in|on|at|by|for|from|with|and|or|our|your|its|is|are|be|as|that|than|via|into|using|set|use)$",
    re.IGNORECASE,
)
"""A line that ends in such a word goes on."""
_OPTION = re.compile(r"(?<!\S)(?:--[a-z][\w-]*|-[a-z]\b)")
_MARKER = re.compile(r"(?:[-*+\u2022#>]|\d{1,3}[.)])\s|\|")
_LEADING = re.compile(r"(?:(?:[-*+\u2022>#]+|\d{1,3}[.)])\s+)+")
_ITEM = re.compile(r"\s*(?:[-*+\u2022]|\d{1,3}[.)])\s+")
_NUMBER = re.compile(r"\d+")
_INSIDE = "  "
"""How further paragraphs of an item begin."""
_BARS = "| \t\n"


def blocks(text: str) -> Iterator[Span]:
    """Paragraphs: what stands between empty lines, or before, in and after code."""
    at = 0
    for gap in _BLOCK.finditer(text):
        if text[at : gap.start()].strip():
            yield at, gap.start()
        at = gap.end()
    if text[at:].strip():
        yield at, len(text)


def is_code(sentence: str) -> bool:
    """A command, an option, a line of a program or of a diagram, and nothing that anybody says."""
    if _CODE.search(sentence):
        return True
    options = len(_OPTION.findall(sentence))
    return options > 0 and options * WORDS_PER_OPTION >= len(sentence.split())


def is_row(text: str, at: int) -> bool:
    """Whether the line of this place belongs to a table."""
    return text.startswith("|", text.rfind("\n", 0, at) + 1)


def is_head(text: str, at: int) -> bool:
    """Whether it is the first row of its table."""
    line = text.rfind("\n", 0, at) + 1
    return is_row(text, at) and not (line and is_row(text, line - 1))


def head_of(text: str, at: int) -> str:
    """The first row of the table that has this place; "" outside a table."""
    line, head = text.rfind("\n", 0, at) + 1, ""
    while text.startswith("|", line):
        head = text[line:].split("\n", 1)[0]
        if line == 0:
            break
        line = text.rfind("\n", 0, line - 1) + 1
    return head


def is_item(text: str, at: int) -> bool:
    """Whether the sentence of this place begins an item of a list."""
    return _ITEM.fullmatch(text, text.rfind("\n", 0, at) + 1, at) is not None


def lists(text: str) -> list[Span]:
    """Each list with everything in it: the paragraphs, the code and the tables of its items, and what stands between two items
    that are numbered on.
    """
    found, open_ = list[_List](), None
    for line, in_code in _lines(text):
        item = None if in_code else _ITEM.match(line[0])
        if item and not (open_ and open_.has_next(item)):
            open_ = _List(line.start())
            found.append(open_)
        if open_ and (item or line[0].strip()):
            open_.read(line, item, in_code=in_code)
        elif open_:
            open_.before = "gap" if open_.before == "text" else open_.before
    return [(one.start, one.end) for one in found]


class _List:
    def __init__(self, start: int) -> None:
        self.start = self.end = start
        self.before: Literal["text", "gap", "block", "away"] = "text"
        """What stands right before the next line: the list, an empty line, code or a table that may be the item's, or words that
        are not."""
        self._numbers: dict[int, str] = {}  # the last one at each depth

    def has_next(self, item: re.Match[str]) -> bool:
        if self.before in ("text", "gap"):
            return True
        mark, depth = _mark(item), _depth(item)
        last = self._numbers.get(depth, "")
        if mark.isdigit() and last.isdigit():
            return int(mark) == int(last) + 1
        return self.before == "block" and mark == last

    def read(self, line: re.Match[str], item: re.Match[str] | None, *, in_code: bool) -> None:
        if item:
            self._numbers[_depth(item)] = _mark(item)
            self._numbers = {depth: mark for depth, mark in self._numbers.items() if depth <= _depth(item)}
        elif in_code or line[0].startswith("|"):
            self.before = "away" if self.before == "away" else "block"
            return
        elif self.before != "text" and (self.before == "away" or not line[0].startswith(_INSIDE)):
            self.before = "away"
            return
        self.before, self.end = "text", line.start() + len(line[0].rstrip())


def _lines(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Each line, and whether it belongs to code; the lines around the code do."""
    fenced = False
    for line in re.finditer(r"[^\n]+|(?<=\n)(?=\n)", text):
        is_fence = FENCE.match(line[0]) is not None
        yield line, fenced or is_fence
        fenced ^= is_fence


def _mark(item: re.Match[str]) -> str:
    number = _NUMBER.search(item[0])
    return number[0] if number else item[0].strip()


def _depth(item: re.Match[str]) -> int:
    return len(item[0]) - len(item[0].lstrip())


def is_item_line(line: str) -> bool:
    return _ITEM.match(line) is not None


def spans(text: str, block: Span) -> Iterator[Span]:
    """The sentences of a paragraph, in order, without white space and list markers around them."""
    start, end = block
    for gap in _GAP.finditer(text, start, end):
        if _ends(text, start, gap, end):
            yield from _trimmed(text, start, gap.end())
            start = gap.end()
    yield from _trimmed(text, start, end)


def _ends(text: str, start: int, gap: re.Match[str], end: int) -> bool:
    if "\n" not in gap[0] and (text.startswith("|", start) or _is_number(text[start : gap.start()])):
        return False  # a cell may hold several sentences
    if "\n" in gap[0]:
        return not _is_wrapped(text, start, gap.start(), gap.end(), end)
    return not _ABBREVIATION.search(text[max(start, gap.start() - 12) : gap.start()])


def _is_number(text: str) -> bool:
    """Of an item in a list: "12."."""
    return len(text) <= LONGEST_NUMBER and text[:-1].isdecimal()


def _is_wrapped(text: str, start: int, at: int, after: int, end: int) -> bool:
    """A line that goes on in the next one."""
    if after >= end or _MARKER.match(text, after) or text[at - 1 : at] in ".!?:;|":
        return False
    if text[after].islower() or text[at - 1 : at] in ",-(" or _LEADS_ON.search(text, max(start, at - 12), at):
        return True
    line = at - (text.rfind("\n", start, at) + 1 or start)
    return line >= SHORT_LINE and not text[start:at].lstrip().startswith("#")


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    if text.startswith("|", start):
        start += len(piece.lstrip()) - len(piece.lstrip().lstrip(_BARS))
    end -= len(piece) - len(piece.rstrip(_BARS))
    if marker := _LEADING.match(text, start, end):
        start = marker.end()
    if end - start > 1:
        yield start, end
