"""Files as documents: Markdown, text, HTML and PDF become a title and sections of plain text."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import count
from os.path import splitext
from pathlib import PurePath

from app.clients.knowledge.html_sections import sections_of_html
from app.clients.knowledge.markdown_lines import FENCE, FOOTNOTE, laid_out
from app.clients.untrusted.characters import decoded, stated
from app.clients.untrusted.confined import Confined
from app.clients.untrusted.pdf_text import title_and_pages

LARGEST_FILE = 20_000_000  # bytes
MOST_PAGES = 2000  # of a PDF
MOST_CHARACTERS = 20_000_000

_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_HEADING = re.compile(r"^ {0,3}#{1,6}(?=\s)")
_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-+)\s*$")
_INLINE = (
    (FOOTNOTE, ""),
    (re.compile(r"!\[([^\[\]]{0,500})\]\([^()]{0,2000}(?:\([^()]{0,200}\)[^()]{0,200})?\)"), r"\1"),
    (
        re.compile(r"\[([^\[\]]{1,500})\](?:\([^()]{0,2000}(?:\([^()]{0,200}\)[^()]{0,200})?\)|\[[^\[\]]{0,200}\])"),
        r"\1",
    ),
    (re.compile(r"(\*\*|__|\*)(?=\S)(.{1,500}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"^ {0,3}>\s?", re.MULTILINE), ""),
)


@dataclass(frozen=True)
class Section:
    heading: str
    text: str


@dataclass(frozen=True)
class Document:
    title: str
    sections: tuple[Section, ...]


def read(name: str, content: bytes) -> Document:
    """The document that a file holds; `name` decides how it is read. Raises Unreadable."""
    title, sections = READERS[PurePath(name).suffix.lower()](content)
    return Document(title or _title_of(name), tuple(one for one in sections if one.text.strip()))


def read_in_time(name: str, content: bytes, seconds: float) -> Document:
    """The same for files of unknown authors. Raises Unreadable, DependencyDown."""
    title, sections = _confined()(content, name, seconds=seconds)
    return Document(title, tuple(Section(heading, text) for heading, text in sections))


def parts(content: bytes, name: str) -> tuple[str, list[tuple[str, str]]]:
    """A document as JSON can say it. Raises Unreadable."""
    document = read(name, content)
    return document.title, [(one.heading, one.text) for one in document.sections]


@cache
def _confined() -> Confined:
    return Confined(f"{__name__}:{parts.__name__}")


def is_known(name: str) -> bool:
    return splitext(name)[1].lower() in READERS and not name.startswith(".")


Read = tuple[str, list[Section]]


def _markdown(content: bytes) -> Read:
    text = _without_comments(_FRONT_MATTER.sub("", decoded(content)))
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    sections = list(_by_heading(laid_out(text.split("\n"))))
    title = next((one.heading for one in sections if one.heading), "")
    return title, sections


def _without_comments(text: str) -> str:
    """A comment that is never closed is text."""
    first, *others = text.split("<!--")
    pieces = (piece.partition("-->") for piece in others)
    return first + "".join(after if closed else f"<!--{inside}" for inside, closed, after in pieces)


def _by_heading(lines: Iterable[str]) -> Iterator[Section]:
    heading, body, fenced = "", list[str](), False
    for line in lines:
        if FENCE.match(line):
            fenced = not fenced
            body.append(line)
        elif not fenced and (found := _HEADING.match(line)):
            yield Section(heading, "\n".join(body))
            heading, body = line[found.end() :].strip().rstrip("#").rstrip(), []
        elif not fenced and _UNDERLINE.match(line) and body and body[-1].strip():
            title = body.pop().strip()
            yield Section(heading, "\n".join(body))
            heading, body = title, []
        else:
            body.append(line)
    yield Section(heading, "\n".join(body))


def _text(content: bytes) -> Read:
    return "", [Section("", decoded(content))]


def _html(content: bytes) -> Read:
    title, sections = sections_of_html(decoded(content, declared=stated(content)))
    return title, [Section(heading, text) for heading, text in sections]


def _pdf(content: bytes) -> Read:
    title, pages = title_and_pages(content, MOST_PAGES, MOST_CHARACTERS)
    return title, [Section(f"Page {number}", page) for number, page in zip(count(1), pages, strict=False)]


READERS: dict[str, Callable[[bytes], Read]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".txt": _text,
    ".text": _text,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
}


def _title_of(name: str) -> str:
    words = re.sub(r"[\s_-]+", " ", PurePath(name).stem).strip()
    return words[:1].upper() + words[1:]
