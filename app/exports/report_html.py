"""A report as one page that needs nothing else: no script, no font, no picture, no style sheet from elsewhere.

The page is built as a tree and written by the standard library, so a source's text can only ever be text. The browser
is told to run no script and to load nothing; the one style sheet is let in by its hash.
"""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from xml.etree.ElementTree import Element, tostring

from nodes.reports.layout import (
    NO_CITED_SOURCES,
    NO_SOURCES,
    SILENT,
    Entry,
    Layout,
    Mark,
    Part,
    Quote,
    Statement,
    Unread,
    lay_out,
)
from nodes.reports.report import Report
from nodes.reports.statement_shape import Item

_LINK_RELATION = "noopener noreferrer nofollow"


def html(report: Report) -> str:
    """A whole HTML document, for screens of any width, light or dark, and for paper."""
    page = lay_out(report)
    root = tag("html", head(page["title"]), tag("body", _header(page), _main(page), _footer(page)), lang="en")
    return f"<!doctype html>\n{tostring(root, encoding='unicode', method='html')}\n"


def tag(name: str, /, *children: "Element | str", **attributes: str) -> Element:
    """An element. `class_` stands for class, `http_equiv` for http-equiv."""
    element = Element(name, {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()})
    for child in children:
        add(element, child)
    return element


def add(element: Element, child: "Element | str") -> None:
    if isinstance(child, Element):
        element.append(child)
    elif len(element):
        element[-1].tail = (element[-1].tail or "") + child
    else:
        element.text = (element.text or "") + child


def head(title: str) -> Element:
    """Of a page that runs nothing and loads nothing."""
    style = files(__package__).joinpath("report.css").read_text(encoding="utf-8")
    style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{style_hash}'; base-uri 'none'; form-action 'none'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", style),
    )


def _header(page: Layout) -> Element:
    topic = [tag("p", page["topic"], class_="topic", dir="auto")] if page["topic"] else []
    made = tag("p", tag("time", page["made"], datetime=page["made_at"]), class_="made")
    note = [tag("p", page["note"], class_="note", dir="auto")] if page["note"] else []
    return tag("header", tag("h1", page["title"], dir="auto"), *topic, made, *note)


def _main(page: Layout) -> Element:
    return tag("main", *_sections(page))


def _sections(page: Layout) -> Iterator[Element]:
    answer = _answer(page) or [tag("p", page["no_answer"], dir="auto")]
    yield _section("answer", "Answer", answer, class_="answer" if page["answer"] else "answer none")
    if page["summary"]:
        points = [tag("li", *_cited(one), *_blocks(one), dir="auto") for one in page["summary"]]
        yield _section("summary", "Summary", [tag("ul", *points)])
    yield from (_part(number, part) for number, part in enumerate(page["parts"], start=1))
    sources = [_source(entry) for entry in page["sources"]]
    none = NO_CITED_SOURCES if page["silent"] else NO_SOURCES
    listed = tag("ol", *sources, class_="sources") if sources else tag("p", none)
    yield _section("sources", "Sources", [listed])
    if page["silent"]:
        silent = tag("ol", *map(_source, page["silent"]), class_="sources")
        yield _section("silent", SILENT, [silent])
    if page["unread"]:
        unread = tag("ul", *map(_unread, page["unread"]), class_="unread")
        yield _section("unread", "Sources that could not be read, and why", [unread])


def _answer(page: Layout) -> list[Element]:
    """One paragraph, unless a list, a table or code stands between."""
    found: list[Element] = []
    for one in page["answer"]:
        if not found or found[-1].tag != "p":
            found.append(tag("p", dir="auto"))
        for piece in (*_cited(one), " "):
            add(found[-1], piece)
        found += _blocks(one)
    return found


def _footer(page: Layout) -> Element:
    return tag("footer", tag("p", page["coverage"]))


def _section(name: str, heading: str, content: Sequence[Element], **attributes: str) -> Element:
    title = tag("h2", heading, id=f"{name}-heading", dir="auto")
    return tag("section", title, *content, aria_labelledby=f"{name}-heading", **attributes)


def _part(number: int, part: Part) -> Element:
    said = [each for one in part["statements"] for each in (tag("p", *_cited(one), dir="auto"), *_blocks(one))]
    return _section(f"part-{number}", part["heading"], said)


def _blocks(one: Statement) -> Iterator[Element]:
    """The list, the table or the code of a statement."""
    if one["items"]:
        yield _list(one["items"])
    if one["rows"]:
        heads, *rows = one["rows"]
        head = tag("thead", tag("tr", *(tag("th", cell, scope="col", dir="auto") for cell in heads)))
        body = (tag("tr", *(tag("td", cell, dir="auto") for cell in row)) for row in rows)
        yield tag("div", tag("table", head, tag("tbody", *body)), class_="table")
    if one["code"]:
        yield tag("pre", tag("code", one["code"]))


def _list(items: Sequence[Item]) -> Element:
    """Each item with the list inside it."""
    depth = items[0]["depth"]
    starts = [at for at, one in enumerate(items) if one["depth"] <= depth]
    parts = [(items[at], items[at + 1 : end]) for at, end in zip(starts, [*starts[1:], len(items)], strict=True)]
    found = [tag("li", one["text"], *([_list(inside)] if inside else []), dir="auto") for one, inside in parts]
    first = items[0]["number"]
    return tag("ol", *found, start=str(first)) if first else tag("ul", *found)


def _cited(one: Statement) -> Iterator[Element | str]:
    yield one["text"]
    for mark in one["marks"]:
        yield "\u00a0"
        yield _mark(mark)


def _mark(mark: Mark) -> Element:
    label = f"Source {mark['source']}, quote"
    link = tag(
        "a", f"[{mark['source']}]", id=mark["id"], href=f"#{mark['quote']}", role="doc-noteref", aria_label=label
    )
    return tag("sup", link)


def _source(entry: Entry) -> Element:
    title = entry["title"] if entry["title"] != entry["address"] else ""
    name = [tag("p", title, class_="title", dir="auto")] if title else []
    quotes = [_quote(quote) for quote in entry["quotes"]]
    return tag("li", *name, _address(entry), *quotes, id=entry["id"], value=str(entry["number"]))


def _address(entry: Entry) -> Element:
    if entry["link"] is None:
        return tag("p", tag("bdi", entry["address"]), class_="address")
    return tag("p", tag("a", entry["address"], href=entry["link"], rel=_LINK_RELATION), class_="address")


def _quote(quote: Quote) -> Element:
    back = tag("span", *_ways_back(quote), class_="back")
    return tag("blockquote", tag("p", quote["text"], " ", back, dir="auto"), id=quote["id"])


def _ways_back(quote: Quote) -> Iterator[Element | str]:
    """A link to each place that cites the quote."""
    total = len(quote["marks"])
    for number, mark in enumerate(quote["marks"], start=1):
        label = f"Back to where this is cited ({number} of {total})"
        yield " "
        yield tag("a", "↩" if total == 1 else f"↩{number}", href=f"#{mark}", role="doc-backlink", aria_label=label)


def _unread(one: Unread) -> Element:
    title = one["title"] if one["title"] != one["address"] else ""
    name = [tag("p", title, class_="title", dir="auto")] if title else []
    address = tag("p", tag("bdi", one["address"]), class_="address")
    return tag("li", *name, address, tag("p", one["why"], class_="why", dir="auto"))
