"""What every kind of document shows, in order: the report with its text made fit to show and its quotes collected.

A quote is listed once, under its source, however often it is cited. Each citation mark knows its quote and each quote
the marks that lead to it, by ids that are ours: nothing that a source says becomes part of one.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count

from typing_extensions import TypedDict

from nodes.reports.report import Cited, Report
from nodes.reports.safe_text import shown, web_link
from nodes.reports.statement_shape import Shape, shape_of, table_rows

NO_ANSWER = "The sources do not answer this."
NO_PLAIN_ANSWER = "No sentence that was read is sure to answer this. What comes nearest stands below."
NOTHING_READ = "No source could be read, so the question stays open."
NOTHING_FOUND = "No source was found, so the question stays open."
NO_SOURCES = "No source was read."
NO_CITED_SOURCES = "No source is cited."
SILENT = "Read, and nothing quoted"
"""A source may well be about the question: what it says was only not sure enough."""
NO_HEADING = "Findings"

_TITLE = 200  # characters
_ADDRESS = 300
_REASON = 400


class Mark(TypedDict):
    """A citation in the text: [1]."""

    id: str
    source: int
    quote: str  # the id of the first quote that it stands for


class Statement(Shape):
    said: str  # all of it, on one line
    marks: list[Mark]  # one for each source


class Part(TypedDict):
    heading: str
    statements: list[Statement]


class Quote(TypedDict):
    id: str
    text: str
    marks: list[str]  # the ids of the marks that lead here


class Entry(TypedDict):
    """A source in the list of sources."""

    id: str
    number: int
    title: str
    address: str
    link: str | None
    quotes: list[Quote]


class Unread(TypedDict):
    """A source that could not be read. Its address is not shown as a link, because the page may be unsafe."""

    title: str
    address: str
    why: str


class Layout(TypedDict):
    title: str
    topic: str  # empty when the title says it already
    made_at: str  # ISO-8601
    made: str  # for people
    answer: list[Statement]
    no_answer: str  # what is said instead
    note: str
    summary: list[Statement]
    parts: list[Part]
    sources: list[Entry]
    silent: list[Entry]  # read, and not cited
    unread: list[Unread]
    coverage: str


def lay_out(report: Report) -> Layout:
    """Citations that name no listed source or quote nothing are left out; so are parts without a statement."""
    title = shown(report["title"], _TITLE) or shown(report["topic"], _TITLE) or "Report"
    topic = shown(report["topic"])
    made_at = made_time(report)
    sources = _entries(report)
    references = _References(sources)
    page: Layout = {
        "title": title,
        "topic": "" if topic == title else topic,
        "made_at": made_at.isoformat(timespec="seconds"),
        "made": f"{made_at.day} {made_at:%B %Y, %H:%M} UTC",
        "answer": references.statements(_answer(report)),
        "no_answer": _no_answer(report),
        "note": shown(report["note"]),
        "summary": references.statements(report["summary"]),
        "parts": [
            {
                "heading": shown(section["heading"], _TITLE) or NO_HEADING,
                "statements": references.statements(section["statements"]),
            }
            for section in report["sections"]
            if section["statements"]
        ],
        "sources": [],
        "silent": [],
        "unread": list(_unread(report)),
        "coverage": shown(report["coverage"]),
    }
    page["sources"] = [entry for entry in sources if entry["quotes"]]
    page["silent"] = [entry for entry in sources if not entry["quotes"]]
    return page


def made_time(report: Report) -> datetime:
    at = datetime.fromisoformat(report["made_at"])
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _answer(report: Report) -> list[Cited]:
    if report["answer"] is None:
        return []
    return report.get("answer_cited") or [Cited(text=report["answer"], citations=[])]


def _no_answer(report: Report) -> str:
    if report["sources"] and (report["summary"] or report["sections"]):
        return NO_PLAIN_ANSWER
    if report["sources"]:
        return NO_ANSWER
    return NOTHING_READ if report["unread"] else NOTHING_FOUND


def _entries(report: Report) -> list[Entry]:
    return [
        {
            "id": f"source-{source['number']}",
            "number": source["number"],
            "title": shown(source["title"], _TITLE),
            "address": shown(source["address"], _ADDRESS),
            "link": web_link(source["address"]),
            "quotes": [],
        }
        for source in sorted(report["sources"], key=lambda source: source["number"])
    ]


def _unread(report: Report) -> Iterator[Unread]:
    for one in report["unread"]:
        yield {
            "title": shown(one["title"], _TITLE),
            "address": shown(one["address"], _ADDRESS),
            "why": shown(one["why"], _REASON),
        }


def _tables_joined(cited: Sequence[Cited]) -> list[Cited]:
    """Rows of one table that follow each other are shown below one head."""
    found: list[Cited] = []
    for one in cited:
        head, *rows = one["text"].split("\n")
        if found and rows and table_rows([head, *rows]) and found[-1]["text"].split("\n")[0] == head:
            text = "\n".join([found[-1]["text"], *rows])
            found[-1] = Cited(text=text, citations=[*found[-1]["citations"], *one["citations"]])
        else:
            found.append(one)
    return found


class _References:
    """Numbers marks in the order of reading, and files each quote under its source."""

    def __init__(self, sources: Sequence[Entry]) -> None:
        self._sources = {entry["number"]: entry for entry in sources}
        self._numbers = count(1)

    def statements(self, cited: Sequence[Cited]) -> list[Statement]:
        return [
            {**shape_of(one["text"]), "said": shown(one["text"]), "marks": self._marks(one)}
            for one in _tables_joined(cited)
            if shown(one["text"])
        ]

    def _marks(self, cited: Cited) -> list[Mark]:
        marks: dict[int, Mark] = {}
        for citation in cited["citations"]:
            number, text = citation["source"], shown(citation["quote"])
            if number not in self._sources or not text:
                continue
            quote = self._quote(self._sources[number], text)
            if number not in marks:
                marks[number] = {"id": f"mark-{next(self._numbers)}", "source": number, "quote": quote["id"]}
            if marks[number]["id"] not in quote["marks"]:
                quote["marks"].append(marks[number]["id"])
        return list(marks.values())

    def _quote(self, entry: Entry, text: str) -> Quote:
        for quote in entry["quotes"]:
            if quote["text"] == text:
                return quote
        new: Quote = {"id": f"quote-{entry['number']}-{len(entry['quotes']) + 1}", "text": text, "marks": []}
        entry["quotes"].append(new)
        return new
