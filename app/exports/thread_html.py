"""A thread as one page that needs nothing else, built as a tree: what other people wrote can only ever be text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, tostring

from app.exports.report_html import head, tag

STEPS = ("at", "event", "node", "label", "attempt", "duration_ms", "error")
TABLES = ("approvals", "receipts", "mails", "tickets")


def html(file: Mapping[str, Any]) -> str:
    """Of a `ThreadFile`."""
    thread = file["thread"]
    title = (
        f"Thread {thread['name'] or thread['thread_id']}: {thread['graph']}, {thread['outcome'] or thread['status']}"
    )
    body = tag("body", tag("header", tag("h1", title, dir="auto")), tag("main", *_sections(file)))
    root = tag("html", head(title), body, lang="en")
    return f"<!doctype html>\n{tostring(root, encoding='unicode', method='html')}"


def _sections(file: Mapping[str, Any]) -> Iterator[Element]:
    yield _section("Thread", [_table([{**file["thread"], "exported_at": file["exported_at"]}])])
    if reply := file["state"]["reply"]:
        yield _section("Last reply", [tag("p", reply, dir="auto")])
    for name in TABLES:
        yield _section(name.capitalize(), [_table([one]) for one in file[name]] or [tag("p", "None.")])
    steps = [{name: entry[name] for name in STEPS} for entry in file["journal"]]
    yield _section("Journal", [tag("pre", "\n".join(_line(step) for step in steps))])
    yield _section(
        "State", [tag("pre", json.dumps(file["state"]["values"], ensure_ascii=False, indent=2, default=str))]
    )


def _line(step: Mapping[str, Any]) -> str:
    return "  ".join(str(value) for value in step.values() if value is not None)


def _section(title: str, parts: Sequence[Element]) -> Element:
    return tag("section", tag("h2", title), *parts)


def _table(rows: Sequence[Mapping[str, Any]]) -> Element:
    """One row of the database as names and values."""
    known = [(name, value) for row in rows for name, value in row.items() if value not in (None, "", [], {})]
    lines = [
        tag("tr", tag("th", name.replace("_", " ")), tag("td", tag("pre", _shown(value)))) for name, value in known
    ]
    return tag("table", *lines)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2, default=str)
