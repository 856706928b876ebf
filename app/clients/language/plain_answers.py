"""Answers that need no weighing: the one row of a table that names all of the question, a sentence that denies it for the place
that is asked about, and the section whose heading asks the same."""

import re
from collections.abc import Sequence

from app.clients.language.answer_gates import can_answer, denies, figures, has_figure
from app.clients.language.answer_kinds import kind_of
from app.clients.language.answer_signs import Asked
from app.clients.language.question_topic import stems, topics
from app.clients.language.quotable import Quotable, quotable
from nodes.ports.knowledge import Found

MOST_SENTENCES = 2  # of a section
LONGEST_BEGINNING = 500  # characters
FEWEST_WORDS = 2  # of the question in a row, and in a heading that is not a question
OPEN = frozenset(["steps", "yes-no", "choice", "other", "definition"])
"""Kinds of questions that a section under their words answers, whatever it has."""

Told = tuple[Found, Quotable]


def certain(asked: Asked, passages: Sequence[Found]) -> list[Told]:
    """The row, or the sentence; [] where it is open which of several is meant."""
    told = [(passage, unit) for passage in passages for unit in quotable(passage["text"])]
    rows = [each for each in told if each[1].kind == "row" and _names_all(asked, *each)]
    if row := _fullest(asked, rows):
        return [row]
    return [each for each in told if denies(asked, each[1])][:1]


def headed(asked: Asked, passages: Sequence[Found]) -> list[Told]:
    """How the section begins whose heading asks the question nearly word for word."""
    sections = (_beginning(asked, one) for one in passages if _asks_the_same(asked, one["heading"]))
    return next(filter(None, sections), [])


def _names_all(asked: Asked, passage: Found, row: Quotable) -> bool:
    """Every topic of the question is in the row, its heads or above it, and the row has what is asked for."""
    own = stems(f"{row.text} {row.names}")
    above = stems(f"{passage['heading']} {passage['title']} {passage.get('above', '')}")
    named = [asked.terms[at].likeness(own) > 0 for at in asked.topical]
    is_called = any(asked.terms[at].match(stems(row.text)) for at in asked.names)
    there = own | above | stems(passage["text"])
    return (
        bool(asked.kind.shows)
        and sum(named) + is_called + len(figures(asked.question)) >= FEWEST_WORDS
        and all(asked.terms[at].likeness(there) for at in asked.topical)
        and asked.kind.told(row.spoken)
        and can_answer(asked, passage, row)
    )


def _fullest(asked: Asked, rows: Sequence[Told]) -> Told | None:
    """The row whose cells say the most of the question; none, where two say as much."""
    said = [_said(asked, row) for _, row in rows]
    most = max(said, default=0)
    return rows[said.index(most)] if most and said.count(most) == 1 else None


def _said(asked: Asked, row: Quotable) -> int:
    there = stems(row.text)
    return sum(one.match(there) == 1 for one in asked.terms) + sum(
        has_figure(row.text, one) for one in figures(asked.question)
    )


def _asks_the_same(asked: Asked, heading: str) -> bool:
    """Whether one of its sentences has every topic of the question, and a question at most one more."""
    return any(_is_alike(asked, part) for part in re.findall(r"[^?]+\??", heading))


def _is_alike(asked: Asked, heading: str) -> bool:
    there = topics(heading)
    wanted = [asked.terms[at] for at in asked.topical]
    is_whole = bool(wanted) and all(one.match(there) for one in wanted)
    is_open = asked.kind.name in OPEN or asked.kind.shows or kind_of(heading).name == asked.kind.name
    if not is_whole or not is_open:
        return False
    asks, more = heading.endswith("?"), len(there - asked.about - {one.stem for one in asked.reading.terms})
    return more <= int(asks) if len(wanted) >= FEWEST_WORDS else asks and not more


def _beginning(asked: Asked, passage: Found) -> list[Told]:
    """Its steps, or its first sentences; of a price or a time, the first that has one."""
    units = [one for one in quotable(passage["text"]) if not one.text.endswith("?") and can_answer(asked, passage, one)]
    if asked.kind.shows:
        shown = asked.kind.shows
        return [(passage, one) for one in units if one.kind != "list" and shown.search(one.spoken)][:1]
    if asked.kind.name == "steps" and (steps := [one for one in units if one.kind in ("list", "code")]):
        return [(passage, steps[0])]
    first = [one for one in units if one.kind == "sentence"][:MOST_SENTENCES]
    while len(first) > 1 and sum(len(one.text) for one in first) > LONGEST_BEGINNING:
        first.pop()
    return [(passage, one) for one in first]
