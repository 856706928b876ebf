"""A report as CommonMark that also reads well as it is, in a terminal.

Only what would otherwise be markup is escaped; addresses that are not links are code spans.
"""

import re
from collections.abc import Iterator, Sequence
from textwrap import indent

from nodes.reports.layout import NO_CITED_SOURCES, NO_SOURCES, SILENT, Entry, Layout, Statement, Unread, lay_out
from nodes.reports.report import Report
from nodes.reports.statement_shape import Item

_MARKUP = re.compile(
    r"""
      \\(?=[!-/:-@\[-`{-~]|$)            # a backslash that would escape something
    | [`*~\[]                            # code, emphasis, strikethrough, links
    | (?<![^\W_])_ | _(?![^\W_])         # an underscore, except inside a word
    | <(?=[a-z/!?])                      # tags and links
    | &(?=\#?\w+;)                       # entities
    | (?<=\s)\#(?=\#*$)                  # the end of a heading
    | :(?=//) | (?<=\bwww)\.             # what some readers take for a link without being asked
    """,
    re.VERBOSE | re.IGNORECASE,
)
_BLOCK_START = re.compile(r"(?:[-+]|\#{1,6}|\d{1,9}[.)])(?=\s|$)|>|[-=]+$")


def markdown(report: Report) -> str:
    """Title, answer, summary, parts, sources with their quotes, what could not be read, coverage."""
    return "\n\n".join(_blocks(lay_out(report))) + "\n"


def _blocks(page: Layout) -> Iterator[str]:
    yield f"# {_line(page['title'])}"
    if page["topic"]:
        yield _line(page["topic"])
    yield _line(f"{page['made']}. {page['note']}".strip())
    yield "## Answer"
    between = "\n\n" if any(map(_is_shaped, page["answer"])) else " "
    yield between.join(map(_cited, page["answer"])) or page["no_answer"]
    if page["summary"]:
        yield "## Summary"
        yield from _points(page["summary"])
    for part in page["parts"]:
        yield f"## {_line(part['heading'])}"
        yield from map(_cited, part["statements"])
    yield "## Sources"
    shown = [
        one["said"]
        for one in [*page["answer"], *page["summary"], *(one for part in page["parts"] for one in part["statements"])]
    ]
    for entry in page["sources"]:
        yield from _source(entry, shown)
    if not page["sources"]:
        yield NO_CITED_SOURCES if page["silent"] else NO_SOURCES
    if page["silent"]:
        yield f"## {SILENT}"
        yield "\n".join(map(_silent, page["silent"]))
    if page["unread"]:
        yield "## Sources that could not be read, and why"
        yield "\n".join(map(_unread, page["unread"]))
    if page["coverage"]:
        yield "---"
        yield _line(page["coverage"])


def _cited(one: Statement) -> str:
    """The marks stand after the words, or below a block that has none."""
    marks = [f"[{mark['source']}]" for mark in one["marks"]]
    words = " ".join([_line(one["text"]), *marks]) if one["text"] else ""
    return "\n\n".join(filter(None, [words, _block(one), "" if one["text"] else " ".join(marks)]))


def _points(summary: Sequence[Statement]) -> Iterator[str]:
    """A list, unless one of its items would be a list or a table itself."""
    said = list(map(_cited, summary))
    if all(one["text"] for one in summary):
        yield "\n".join(f"- {indent(one, '  ').lstrip()}" for one in said)
    else:
        yield from said


def _is_shaped(one: Statement) -> bool:
    return bool(one["items"] or one["rows"] or one["code"])


def _block(one: Statement) -> str:
    """The list, the table or the code of a statement."""
    if one["code"]:
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", one["code"])), default=0))
        return f"{fence}\n{one['code']}\n{fence}"
    if one["rows"]:
        head, *rows = ["| " + " | ".join(map(_escaped, row)) + " |" for row in one["rows"]]
        return "\n".join([head, "|" + " --- |" * len(one["rows"][0]), *rows])
    return "\n".join(_items(one["items"]))


def _items(items: Sequence[Item]) -> Iterator[str]:
    """What stands in an item is indented as far as its words."""
    margins = [0]
    for one in items:
        marker = f"{one['number']}." if one["number"] else "-"
        margins = [*margins[: one["depth"] + 1], margins[one["depth"]] + len(marker) + 1]
        yield f"{' ' * margins[one['depth']]}{marker} {_line(one['text'])}"


def _silent(entry: Entry) -> str:
    address = f"<{entry['link']}>" if entry["link"] else _code(entry["address"])
    named = entry["title"] not in ("", entry["address"])
    return f"- [{entry['number']}] " + (f"{_escaped(entry['title'])} ({address})" if named else address)


def _source(entry: Entry, shown: Sequence[str]) -> Iterator[str]:
    """With its quotes, without those that stand in the report as they are."""
    address = f"<{entry['link']}>" if entry["link"] else _code(entry["address"])
    names = [_escaped(entry["title"]), address] if entry["title"] not in ("", entry["address"]) else [address]
    yield f"[{entry['number']}] " + "  \n".join(names)
    for quote in (one for one in entry["quotes"] if not any(one["text"] in said for said in shown)):
        yield f"> {_line(quote['text'])}"


def _unread(one: Unread) -> str:
    address = _code(one["address"])
    named = f"{_line(one['title'])} ({address})" if one["title"] not in ("", one["address"]) else address
    return f"- {named}: {_escaped(one['why'])}"


def _line(text: str) -> str:
    """Text that begins a block, and neither a heading, a list, a quotation nor a rule."""
    escaped = _escaped(text)
    start = _BLOCK_START.match(escaped)
    return f"{escaped[: start.end() - 1]}\\{escaped[start.end() - 1 :]}" if start else escaped


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", text)


def _code(text: str) -> str:
    """A code span: its fence is longer than any row of backticks inside."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{edge}{text}{edge}{fence}" if text else "(no address)"
