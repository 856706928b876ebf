"""Files as documents: Markdown, text, HTML and PDF become a title and sections of plain text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from os.path import splitext
from pathlib import PurePath

from app.clients.knowledge.html import sections_of_html
from app.clients.knowledge.pdf import PdfLimits, UnreadablePdf, title_and_pages

LARGEST_FILE = 20_000_000  # bytes
PDF_LIMITS = PdfLimits(pages=2000, characters=20_000_000, seconds=120)

GARBLED = "its characters cannot be told: it is neither UTF-8 nor anything that can be recognized"
MOST_ODD = 0.02
"""Of a text: characters that no text has. With more of them it was decoded wrongly, or never was a text."""
MOST_BROKEN = 0.1
"""Of the characters beyond ASCII: with fewer broken ones a text is still taken for what it seems to be."""
FEW = 3
"""Characters that say nothing about the whole."""
SAMPLE = 100_000  # bytes that have to be enough to recognize a character set
CHARSETS = (
    *("cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1251", "koi8_r"),
    *("cp1253", "cp1255", "cp1256", "tis_620", "cp1250", "cp1252"),
)
"""That are recognized when nobody states one."""

_ODD = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\x80-\x84\x86-\x9f\ufffd\ufffe\uffff]")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f\s]+")
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_FENCE = re.compile(r"^\s*(?:```|~~~)")
_HEADING = re.compile(r"^ {0,3}#{1,6}(?=\s)")
_UNDERLINE = re.compile(r"^ {0,3}(?:=+|-+)\s*$")
_RULE = frozenset("-:| \t")  # what the line under a table's head is made of
_INLINE = (
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


class Unreadable(Exception):
    """The file is not what its name says, or nothing can be read from it; the message says why."""


def read(name: str, content: bytes) -> Document:
    """The document that a file holds; `name` decides how it is read. Raises Unreadable."""
    title, sections = READERS[PurePath(name).suffix.lower()](content)
    return Document(title or _title_of(name), tuple(one for one in sections if one.text.strip()))


def is_known(name: str) -> bool:
    return splitext(name)[1].lower() in READERS and not name.startswith(".")


Read = tuple[str, list[Section]]


def _markdown(content: bytes) -> Read:
    text = _without_comments(_FRONT_MATTER.sub("", decoded(content)))
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    sections = list(_by_heading(text.split("\n")))
    title = next((one.heading for one in sections if one.heading), "")
    return title, sections


def _without_comments(text: str) -> str:
    """A comment that is never closed is text."""
    first, *others = text.split("<!--")
    pieces = (piece.partition("-->") for piece in others)
    return first + "".join(after if closed else f"<!--{inside}" for inside, closed, after in pieces)


def _by_heading(lines: list[str]) -> Iterator[Section]:
    heading, body, fenced = "", list[str](), False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (found := _HEADING.match(line)):
            yield Section(heading, "\n".join(body))
            heading, body = line[found.end() :].strip().rstrip("#").rstrip(), []
        elif not fenced and _UNDERLINE.match(line) and body and body[-1].strip():
            title = body.pop().strip()
            yield Section(heading, "\n".join(body))
            heading, body = title, []
        elif fenced or not _is_rule(line):
            body.append(line if fenced else _row(line))
    yield Section(heading, "\n".join(body))


def _is_rule(line: str) -> bool:
    return "|" in line and "-" in line and _RULE.issuperset(line)


def _row(line: str) -> str:
    """A table's row as a sentence of its cells."""
    if not line.lstrip().startswith("|"):
        return line
    return ", ".join(cell.strip() for cell in line.strip().strip("|").split("|")) + "."


def _text(content: bytes) -> Read:
    return "", [Section("", decoded(content))]


def _html(content: bytes) -> Read:
    title, sections = sections_of_html(decoded(content, declared=_declared_charset(content)))
    return title, [Section(heading, text) for heading, text in sections]


def _pdf(content: bytes) -> Read:
    try:
        title, pages = title_and_pages(content, PDF_LIMITS)
    except UnreadablePdf as problem:
        raise Unreadable(str(problem)) from problem
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


def decoded(content: bytes, *, declared: str = "") -> str:
    """Text in the declared character set, else UTF-8, else the one of old Windows files, else one that is recognized.

    Line ends are "\\n". Raises Unreadable for what would be no text.
    """
    marked = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    for charset in filter(None, (marked, declared, "utf-8-sig")):
        if (text := _decoded(content, charset)) is not None:
            return _sound(text)
    western = content.decode("cp1252", errors="replace")
    return _sound(western if _is_western(western) else _recognized(content))


def _decoded(content: bytes, charset: str) -> str | None:
    """None when it is another character set; a few bytes may be broken."""
    try:
        return content.decode(charset)
    except LookupError:
        return None
    except UnicodeError:
        text = content.decode(charset, errors="replace")
    beyond = sum(map(len, _BEYOND_ASCII.findall(text)))
    return text if text.count("\ufffd") <= MOST_BROKEN * beyond else None


def _is_western(text: str) -> bool:
    """Letters beyond ASCII stand between others there; one after the other they were another script."""
    runs = _BEYOND_ASCII.findall(text)
    foreign = sum(len(run) for run in runs if len(run) > FEW and len(set(run)) > 2)
    return foreign <= max(FEW, sum(map(len, runs)) / 2)


def _recognized(content: bytes) -> str:
    from charset_normalizer import from_bytes  # takes a while to load

    found = from_bytes(content[:SAMPLE], cp_isolation=list(CHARSETS)).best()
    text = _decoded(content, found.encoding) if found and found.coherence > 0 else None
    if text is None:
        raise Unreadable(GARBLED)
    return text


def _sound(text: str) -> str:
    odd = len(text) - len(_ODD.sub("", text))
    if odd > max(FEW, MOST_ODD * len(text)):
        raise Unreadable(GARBLED)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")


def _declared_charset(content: bytes) -> str:
    found = re.search(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w-]{2,40})", content[:4096], re.IGNORECASE)
    return found[1].decode("ascii") if found else ""


def _title_of(name: str) -> str:
    words = re.sub(r"[\s_-]+", " ", PurePath(name).stem).strip()
    return words[:1].upper() + words[1:]
