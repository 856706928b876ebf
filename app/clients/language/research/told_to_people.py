"""A text without what it tells the programs that read it: what a model is given to read."""

from bisect import bisect_right
from collections.abc import Iterator

from app.clients.language.research.instructions import for_programs
from app.clients.language.research.sentence_places import FENCE, Span, blocks, spans


def told_to_people(text: str) -> str:
    """Without sentences that tell a program what to do, and without those beside them in their paragraph."""
    kept, at = list[str](), 0
    for start, end in _told_to_programs(text):
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]])


def _told_to_programs(text: str) -> Iterator[Span]:
    fences = [one.start() for one in FENCE.finditer(text)]
    for block in blocks(text):
        fenced = bisect_right(fences, block[0]) % 2 == 1
        places = [block] if fenced else list(spans(text, block))
        demanding = for_programs(text[slice(*place)] for place in places)
        yield from (place for place, demands in zip(places, demanding, strict=True) if demands)
