"""How often an answer is right, wrong, or an honest "I don't know"."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, Literal, NamedTuple
from uuid import uuid4

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from app.engines.compiled_graphs import compiled, config_of
from app.engines.workflow_input import checked
from app.evaluation.labelled_rows import Miss, Report, each, share
from app.evaluation.labelled_rows import checked as labelled
from app.evaluation.labelled_rows import read as read_rows
from nodes.texts import plain

AT_ONCE = 4
NOTHING = "I don't know"

Answered = Mapping[str, Any]
"""The state of a finished run of the answer workflow."""

Ask = Callable[[str], Awaitable[Answered]]

Verdict = Literal["right", "wrong", "unknown"]


class AnswerRow(BaseModel):
    question: str = Field(pattern=r"\S")
    facts: list[str] = []
    """What a right answer says, all of it; "30 days|a month": either will do. None: the documents do not answer."""
    files: list[str] = []
    """The documents of which a right answer cites one; none: any will do."""
    folder: str = ""
    """Inside the folder of documents."""
    kind: str = "question"
    half: str = ""


class Tally(TypedDict):
    """Counts, and shares from 0 to 1."""

    n: int
    answerable: int
    right: float  # of the answerable questions
    declined: float  # of the other questions: answered with "I don't know"
    wrong: float  # of all questions


class AnswerScores(Tally):
    per_half: dict[str, Tally]
    per_kind: dict[str, Tally]
    per_folder: dict[str, Tally]


class Judged(NamedTuple):
    row: AnswerRow
    verdict: Verdict
    said: str


def asker() -> Ask:
    """The workflow itself, on the installed services, without checkpoints."""
    graph = compiled("answer")

    async def ask(question: str) -> Answered:
        state: Answered = await graph.ainvoke(checked("answer", {"question": question}), config_of(str(uuid4())))
        return state

    return ask


def read(file: Path) -> list[AnswerRow]:
    """Raises InvalidInput, naming the line that is wrong."""
    return read_rows(file, AnswerRow)


async def judge(ask: Ask, rows: Iterable[AnswerRow | Mapping[str, Any]]) -> list[Judged]:
    async def one(row: AnswerRow) -> Judged:
        return judged(row, await ask(row.question))

    return await each(labelled(rows, AnswerRow), one, at_once=AT_ONCE)


def report(found: Sequence[Judged]) -> Report[AnswerScores]:
    scores = AnswerScores(
        **_tally(found),
        per_half=_by(found, lambda row: row.half),
        per_kind=_by(found, lambda row: row.kind),
        per_folder=_by(found, lambda row: row.folder),
    )
    return Report(scores, [_miss(each) for each in found if not _is_good(each)])


def judged(row: AnswerRow, state: Answered) -> Judged:
    """An answer is right when it says the facts and cites one of the documents that have them."""
    if state.get("outcome") != "answered":
        return Judged(row, "unknown", NOTHING)
    passages = {one["id"]: one["source"] for one in state["passages"]}
    said = " ".join(one["text"] for one in state["sentences"])
    cited = {passages[one["passage_id"]] for one in state["citations"]}
    return Judged(row, "right" if says(row, said, cited) else "wrong", f"{said} ({', '.join(sorted(cited))})")


def says(row: AnswerRow, said: str, cited: Set[str]) -> bool:
    """Whether the words have all facts, and one of the documents that have them is cited."""
    is_told = bool(row.facts) and all(_has(said, fact) for fact in row.facts)
    return is_told and (not row.files or not cited.isdisjoint(row.files))


def _has(said: str, fact: str) -> bool:
    return any(plain(one) in plain(said) for one in fact.split("|"))


def _is_good(one: Judged) -> bool:
    return one.verdict == ("right" if one.row.facts else "unknown")


def _miss(one: Judged) -> Miss:
    return Miss(text=one.row.question, expected=one.row.facts or NOTHING, got=one.said)


def _tally(found: Iterable[Judged]) -> Tally:
    counts = Counter((bool(one.row.facts), one.verdict) for one in found)
    answerable = sum(count for (has_facts, _), count in counts.items() if has_facts)
    others = counts.total() - answerable
    return Tally(
        n=counts.total(),
        answerable=answerable,
        right=share(counts[True, "right"], answerable, 1.0),
        declined=share(counts[False, "unknown"], others, 1.0),
        wrong=share(counts[True, "wrong"] + counts[False, "wrong"], counts.total(), 0.0),
    )


def _by(found: Iterable[Judged], part: Callable[[AnswerRow], str]) -> dict[str, Tally]:
    """For each part of the rows that has a name."""
    groups: dict[str, list[Judged]] = {}
    for one in found:
        groups.setdefault(part(one.row), []).append(one)
    return {name: _tally(group) for name, group in groups.items() if name}
