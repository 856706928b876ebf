"""A document cut into passages: by heading, and within a heading by size, between sentences where that is possible."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.clients.knowledge.documents import Document
from nodes.digests import digest

LONGEST = 1000  # characters of a passage

_PARAGRAPH = re.compile(r"\n\s*\n")
_GAP = re.compile(
    r"(?<=[.!?])\s+(?![^\S\n]*(?:[-*+\u2022]|\d{1,3}[.)])\s)|\n(?=[^\S\n]*(?:\||(?:[-*+\u2022]|\d{1,3}[.)])\s|```|~~~))"
)
"""Between sentences, items of a list, rows of a table."""


@dataclass(frozen=True)
class Piece:
    id: str
    heading: str
    text: str
    above: str = ""


def pieces(source: str, document: Document) -> Iterator[Piece]:
    """Equal documents make equal ids; two equal passages of one document get two."""
    seen: dict[str, int] = {}
    for section in document.sections:
        for text in cut(section.text):
            key = digest([source, section.heading, text])[:16]
            seen[key] = seen.get(key, 0) + 1
            yield Piece(key if seen[key] == 1 else f"{key}-{seen[key]}", section.heading, text, section.above)


def cut(text: str, longest: int = LONGEST) -> list[str]:
    """The text in parts of at most this many characters."""
    parts: list[str] = []
    for block in _blocks(text, longest):
        if parts and len(parts[-1]) + len(block) + 2 <= longest:
            parts[-1] = f"{parts[-1]}\n\n{block}"
        else:
            parts.append(block)
    return parts


def _blocks(text: str, longest: int) -> Iterator[str]:
    for paragraph in filter(str.strip, (each.strip("\n").rstrip() for each in _PARAGRAPH.split(text))):
        if len(paragraph) <= longest:
            yield paragraph
        else:
            yield from _joined(_sentences(paragraph), longest)


def _sentences(paragraph: str) -> Iterator[tuple[str, str]]:
    """Each with what stands before it: a new line stays one."""
    before, at = "", 0
    for gap in _GAP.finditer(paragraph):
        yield before, paragraph[at : gap.start()]
        before, at = "\n" if "\n" in gap[0] else " ", gap.end()
    yield before, paragraph[at:]


def _joined(sentences: Iterable[tuple[str, str]], longest: int) -> Iterator[str]:
    block = ""
    for before, sentence in ((before, part) for before, each in sentences for part in _short(each, longest)):
        if block and len(block) + len(sentence) + 1 > longest:
            yield block
            block = sentence
        else:
            block = f"{block}{before or ' '}{sentence}".rstrip() if block else sentence.rstrip()
    if block:
        yield block


def _short(sentence: str, longest: int) -> Iterator[str]:
    """A sentence longer than a passage, cut between words."""
    while len(sentence) > longest:
        at = sentence.rfind(" ", 0, longest)
        at = at if at > 0 else longest
        yield sentence[:at].strip()
        sentence = sentence[at:].strip()
    yield sentence
