"""A text without what it tells the programs that read it: what a model is given to read."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from app.clients.language.research.instructions import announces, for_programs
from app.clients.language.research.sentence_places import FENCE, Span, blocks, spans


class Paragraph(NamedTuple):
    block: Span
    fenced: bool  # it is code
    sentences: list[tuple[Span, bool]]  # and whether they may be said to programs


def told_to_people(text: str) -> str:
    """Without paragraphs that tell a program what to do, and without rows that do."""
    kept, at = list[str](), 0
    for start, end in _told_to_programs(text):
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]])


def paragraphs(text: str) -> Iterator[Paragraph]:
    """In order. What a paragraph announces to programs is said to them in the next one."""
    fences, announced = [one.start() for one in FENCE.finditer(text)], False
    for block in blocks(text):
        fenced = bisect_right(fences, block[0]) % 2 == 1
        places = list(spans(text, block))
        said = [text[slice(*place)] for place in places]
        demanding = [True] * len(said) if announced else list(for_programs(said))
        announced = not fenced and announces(said)
        yield Paragraph(block, fenced, list(zip(places, demanding, strict=True)))


def _told_to_programs(text: str) -> Iterator[Span]:
    for one in paragraphs(text):
        if one.fenced and any(demands for _, demands in one.sentences):
            yield one.block
        elif not one.fenced:
            yield from (place for place, demands in one.sentences if demands)
