"""Headings, and heads of tables, that are said to programs name nothing: what stands below them is read without them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.clients.knowledge.document_sections import Section
from app.clients.language.research.instructions import is_for_programs, name_for_people

NO_HEAD = "\u2013"
_HEAD = re.compile(r"(?:\A|(?<=\n))(?<!\|\n)\|[^\n]*(?=\n\|)")
"""The first row of a table."""
_TURN = re.compile(r"\W*(instruction|response|system|assistant|human|user)s?\W*:\W*", re.IGNORECASE)


def for_people(sections: Iterable[Section]) -> Iterator[Section]:
    """The sections without such names, and without a conversation that is written in headings."""
    found = list(sections)
    turns = [_TURN.fullmatch(one.heading) for one in found]
    turned = {turn[1].lower() for turn in turns if turn}
    is_talk = len(turned) > 1 and not turned.isdisjoint(("response", "assistant"))
    for one, turn in zip(found, turns, strict=True):
        if not (turn and is_talk):
            yield replace(one, heading=name_for_people(one.heading), text=_HEAD.sub(_head, one.text))


def _head(row: re.Match[str]) -> str:
    cells = row[0].split("|")
    return "|".join(f" {NO_HEAD} " if is_for_programs(cell) else cell for cell in cells)
