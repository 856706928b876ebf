"""A document cut into passages: by heading, and within a heading by size, between sentences where that is possible."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.clients.knowledge.reading import Document
from app.digests import digest

LONGEST = 1000  # characters of a passage

_PARAGRAPH = re.compile(r"\n\s*\n")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Piece:
    id: str
    heading: str
    text: str


def pieces(source: str, document: Document) -> Iterator[Piece]:
    """Equal documents make equal ids; two equal passages of one document get two."""
    seen: dict[str, int] = {}
    for section in document.sections:
        for text in cut(section.text):
            key = digest([source, section.heading, text])[:16]
            seen[key] = seen.get(key, 0) + 1
            yield Piece(key if seen[key] == 1 else f"{key}-{seen[key]}", section.heading, text)


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
    for paragraph in filter(None, (each.strip() for each in _PARAGRAPH.split(text))):
        if len(paragraph) <= longest:
            yield paragraph
        else:
            yield from _joined(_SENTENCE.split(paragraph), longest)


def _joined(sentences: list[str], longest: int) -> Iterator[str]:
    block = ""
    for sentence in (part for each in sentences for part in _short(each, longest)):
        if block and len(block) + len(sentence) + 1 > longest:
            yield block
            block = sentence
        else:
            block = f"{block} {sentence}".strip()
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
