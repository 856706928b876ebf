"""A thread as one page that needs nothing else, built as a tree: what strangers wrote can only ever be text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, tostring

from app.exports.report_html import head, tag

if TYPE_CHECKING:
    from app.exports.thread_file import ThreadFile

STEPS = ("at", "event", "node", "label", "attempt", "duration_ms", "error")
TABLES = ("approvals", "receipts", "mails", "tickets")


def html(file: "ThreadFile") -> str:
    thread = file["thread"]
    title = (
        f"Thread {thread['name'] or thread['thread_id']}: {thread['graph']}, {thread['outcome'] or thread['status']}"
    )
    body = tag("body", tag("header", tag("h1", title, dir="auto")), tag("main", *_sections(file)))
    root = tag("html", head(title), body, lang="en")
    return f"<!doctype html>\n{tostring(root, encoding='unicode', method='html')}"


def _sections(file: "ThreadFile") -> Iterator[Element]:
    yield _section("Thread", [_table([{**file["thread"], "exported_at": file["exported_at"]}])])
    if reply := file["state"]["reply"]:
        yield _section("Last reply", [tag("p", reply, dir="auto")])
    listed: dict[str, Sequence[Mapping[str, Any]]] = {name: file[name] for name in TABLES}  # type: ignore[literal-required]
    for name, rows in listed.items():
        yield _section(name.capitalize(), [_table([one]) for one in rows] or [tag("p", "None.")])
    steps = [{name: entry[name] for name in STEPS} for entry in file["journal"]]  # type: ignore[literal-required]
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
