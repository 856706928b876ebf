"""Markup that is nested deeper than parsers go: libxml2 gives up at 256 elements, and the rest of the page with it."""

import re
from collections import Counter
from collections.abc import Iterator

DEEPEST = 200
"""Elements inside each other; what pages of the web have is below 100."""

_TAG = re.compile(r"<!--|<(/?)([a-z][\w:-]*)((?:[^<>\"']|\"[^\"]{0,2000}\"|'[^']{0,2000}')*)>", re.IGNORECASE)
_OPENING = re.compile(r"<[a-z]", re.IGNORECASE)
_RAW = frozenset({"script", "style", "textarea", "title"})
"""No tag counts inside."""
_UNCOUNTED = frozenset(
    re.findall(
        r"\w+",
        "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th option optgroup thead tbody tfoot"
        " colgroup caption rt rp html head body",
    )
)
"""They have no end, or another one ends them."""
_WITH_PARTS = {"table": 4, "ul": 2, "ol": 2, "dl": 2}
"""Elements that have some of those inside."""


def levelled(markup: str) -> str:
    """The markup without the tags that are too deep; and without what is in one that has attributes, which may hide it."""
    if len(_OPENING.findall(markup)) <= DEEPEST:
        return markup
    parts, at = list[str](), 0
    for start, end in _cuts(markup):
        parts.append(markup[at:start])
        at = end
    return "".join([*parts, markup[at:]])


def _cuts(markup: str) -> Iterator[tuple[int, int]]:
    """The places that are left out."""
    open_, names, depth, out = list[tuple[str, int]](), Counter[str](), 0, 0
    for tag in _tags(markup):
        name, start, end = tag[2].lower(), tag.start(), tag.end()
        if name in _UNCOUNTED or start < out:
            continue
        if not tag[1]:
            if depth >= DEEPEST and tag[3].strip():
                out = _end_of(markup, name, end)
                yield start, out
                continue
            size = _WITH_PARTS.get(name, 1) if depth < DEEPEST else 0
            open_.append((name, size))
            names[name] += 1
            depth += size
            if not size:
                yield start, end
        elif names[name]:
            last = ""
            while last != name:
                last, size = open_.pop()
                names[last] -= 1
                depth -= size
            if not size:
                yield start, end


def _tags(markup: str) -> Iterator[re.Match[str]]:
    at = 0
    while tag := _TAG.search(markup, at):
        if tag[0] == "<!--":
            at = _after(markup, "-->", tag.end())
            continue
        at = tag.end()
        if tag[2].lower() in _RAW:
            at = _after(markup, f"</{tag[2]}", at) if not tag[1] else at
        else:
            yield tag


def _after(markup: str, end: str, at: int) -> int:
    found = re.compile(re.escape(end), re.IGNORECASE).search(markup, at)
    return found.end() if found else len(markup)


def _end_of(markup: str, name: str, at: int) -> int:
    """Behind the tag that closes an element."""
    inside = 1
    for tag in re.compile(rf"<(/?){re.escape(name)}\b[^<>]*>", re.IGNORECASE).finditer(markup, at):
        inside += -1 if tag[1] else 1
        if not inside:
            return tag.end()
    return len(markup)
