"""Headings, and heads of tables, that are said to programs name nothing: what stands below them is read without them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.clients.knowledge.document_sections import Section
from app.clients.language.research.instructions import name_for_people

NO_HEAD = "\u2013"
NO_HEADS = f"| {NO_HEAD} |"
MOST_NAMES = 2000
"""Of a document, that are judged; what comes after them is named by nobody."""
_HEAD = re.compile(r"(?:\A|(?<=\n))(?<!\|\n)\|[^\n]*(?=\n\|)")
"""The first row of a table."""
_TURN = re.compile(r"\W*(instruction|response|system|assistant|human|user)s?\W*:\W*", re.IGNORECASE)


def for_people(sections: Iterable[Section]) -> Iterator[Section]:
    """The sections without such names, and without a conversation that is written in headings."""
    found = list(sections)
    turns = [_TURN.fullmatch(one.heading) for one in found]
    turned = {turn[1].lower() for turn in turns if turn}
    is_talk = len(turned) > 1 and not turned.isdisjoint(("response", "assistant"))
    judged = 0
    for one, turn in zip(found, turns, strict=True):
        if turn and is_talk:
            continue
        heads = len(_HEAD.findall(one.text)) if judged < MOST_NAMES else 0
        judged += heads + bool(one.heading)
        if judged <= MOST_NAMES:
            yield replace(one, heading=name_for_people(one.heading), text=_HEAD.sub(_head, one.text))
        else:
            yield replace(one, heading="", text=_HEAD.sub(NO_HEADS, one.text))


def _head(row: re.Match[str]) -> str:
    cells = row[0].split("|")
    return "|".join(f" {NO_HEAD} " if cell.strip() and not name_for_people(cell) else cell for cell in cells)
