"""A finished research report, as plain JSON: what the graph hands over to be printed or saved."""

from typing import NotRequired

from typing_extensions import TypedDict


class Citation(TypedDict):
    source: int  # the number of one of the report's sources
    quote: str  # its exact words


class Cited(TypedDict):
    """A statement, and the quotes that support it."""

    text: str
    citations: list[Citation]


class Section(TypedDict):
    heading: str
    statements: list[Cited]


class Source(TypedDict):
    number: int  # from 1
    title: str
    address: str  # a URL, or a path inside a folder


class Unread(TypedDict):
    """A source that could not be read."""

    address: str
    title: str
    why: str


class Report(TypedDict):
    topic: str
    title: str
    made_at: str  # ISO-8601, UTC
    answer: str | None  # None: the sources do not answer
    answer_cited: NotRequired[list[Cited]]  # the same, with what it rests on
    note: str  # how it was made, for the reader
    summary: list[Cited]
    sections: list[Section]
    sources: list[Source]
    unread: list[Unread]
    coverage: str  # "14 of 14 citations verified, 5 of 6 sources read"
