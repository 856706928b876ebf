"""Fit the weights of offline answers, and write them to app/clients/language/data/answer_weights_by_meaning.txt.

    python -m tests.answer_weights DIR

The vectors are kept in SWITCHBOARD_HOME. With SWITCHBOARD_EMBEDDING_MODEL=off, fit and write those that count where nearness
in meaning is not known (answer_weights.txt).

`DIR` has the folders that `python -m tests.question_folders DIR` fetches. Fitted are the tuned half of tests/data/answers.jsonl,
all of tests/data/answers_fit.jsonl, and questions in everyday words about the same answers (answers_everyday.jsonl); nothing
reads the unseen half. The weights are those under which what answers is the
likeliest of all that could be quoted, and "none of these" the likeliest for a question without an answer. A question with one
counts as such a question too, without the documents that answer it. What is printed is judged by weights that were
fitted without the folder of the question: users ask about folders of their own.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, fields
from math import exp, sqrt
from operator import mul
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from app.clients.knowledge.folder import FolderKnowledge
from app.clients.language.answer_signs import Asked, Signs
from app.clients.language.extracts import Extract, ranked, sureness, together
from app.clients.language.question_topic import asked
from app.composition import embeddings
from app.evaluation.answer_scores import AnswerRow, read, says
from app.settings import Settings, load
from nodes.answer.answer_steps import MOST_PASSAGES

DATA = Path(__file__).parent / "data"
TARGETS = Path(__file__).parents[1] / "app" / "clients" / "language" / "data"
SIGNS = [field.name for field in fields(Signs)]
SHRINK = 5.0
WRONG, WRONG_BY_MEANING, MISSING = 0.03, 0.035, 0.27
"""How many answers may be wrong, where so many questions have no answer: so sure an answer has to be. The questions that the
weights are fitted on promise too much, words alone the most, so it is less than the 0.05 that is wanted. Questions in everyday
words do not count: without vectors their passages are not found."""
LEVELS = [level / 100 for level in range(30, 100)]
ROUNDS = 300

Vector = list[float]


class Question(NamedTuple):
    row: AnswerRow
    extracts: Sequence[Extract]  # by no weights
    right: Sequence[bool]
    apart: Sequence[bool]  # from another document than the answer


class Judged(NamedTuple):
    question: Question
    sure: float
    right: bool
    without: float | None  # how sure the answer would be if the documents that answer were not there


class Case(NamedTuple):
    """What could be quoted for a question, scaled, and which of it answers: nothing, where "none of these" is right."""

    rows: Sequence[Vector]
    right: Sequence[bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    settings = load()
    questions = asyncio.run(_questions(parser.parse_args().directory, settings))
    judged = [
        _judged(one, weights)
        for folder in sorted({one.row.folder for one in questions})
        for weights in [_fit([one for one in questions if one.row.folder != folder])]
        for one in questions
        if one.row.folder == folder
    ]
    usual = [one for one in judged if one.question.row.half != "everyday"]
    wrong, name = (WRONG_BY_MEANING, "answer_weights_by_meaning") if embeddings(settings) else (WRONG, "answer_weights")
    least = next((level for level in LEVELS if _wrong(usual, level) <= wrong), 1.0)
    _write(_fit(questions), least, name)
    for half in dict.fromkeys(one.row.half for one in questions):
        _print(half, [each for each in judged if each.question.row.half == half], least)


def _wrong(judged: Sequence[Judged], least: float) -> float:
    answerable = [one for one in judged if one.question.row.facts]
    missing = [one.without if one.question.row.facts else one.sure for one in judged]
    wrong = sum(one.sure >= least and not one.right for one in answerable) / len(answerable)
    invented = [sure >= least for sure in missing if sure is not None]
    return (1 - MISSING) * wrong + MISSING * sum(invented) / len(invented)


def _print(half: str, judged: Sequence[Judged], least: float) -> None:
    answerable = sum(bool(one.question.row.facts) for one in judged)
    first = sum(one.right for one in judged)
    said = [one.right for one in judged if one.sure >= least]
    print(
        f"{half}: {len(judged)} questions; what comes first is right: {first / answerable:.3f} of {answerable}; {least} sure: "
        f"right {sum(said) / answerable:.3f}, wrong {said.count(False) / len(judged):.3f}, "
        f"with answers taken out {_wrong(judged, least):.3f}"
    )


async def _questions(directory: Path, settings: Settings) -> list[Question]:
    rows = [one for one in read(DATA / "answers.jsonl") if one.half == "tuned"]
    rows += read(DATA / "answers_fit.jsonl") + read(DATA / "answers_everyday.jsonl")
    model = embeddings(settings)
    with TemporaryDirectory() as temporary:
        home = settings.home if model else Path(temporary)
        folders = {
            name: FolderKnowledge(directory / name, home / f"{name}.db", embeddings=model)
            for name in {row.folder for row in rows}
        }
        for knowledge in folders.values():
            await asyncio.to_thread(knowledge.index, lambda _: None)
        return [await _question(row, folders[row.folder]) for row in rows]


async def _question(row: AnswerRow, knowledge: FolderKnowledge) -> Question:
    passages = await knowledge.search(row.question, MOST_PASSAGES)
    told = passages[0].get("weights", {}) if passages else {}
    readings = [Asked(row.question, reading, told) for reading in asked(row.question)[:1]]
    extracts = [each for one in readings for each in ranked(one, passages, [0.0] * len(SIGNS))]
    right = [_is_right(row, [each]) for each in extracts]
    apart = [
        each.passage["source"] not in row.files
        and not says(AnswerRow(question=row.question, facts=row.facts), each.text, set())
        for each in extracts
    ]
    return Question(row, extracts, right, apart)


def _is_right(row: AnswerRow, extracts: Sequence[Extract]) -> bool:
    said = " ".join(f"{one.passage['title']} {one.text}" for one in extracts)
    return says(row, said, {one.passage["source"] for one in extracts})


def _judged(question: Question, weights: Vector) -> Judged:
    """How sure the answer to a question is with these weights, and whether it is right."""
    scored = _scored(question.extracts, weights)
    others = [one for one, apart in zip(question.extracts, question.apart, strict=True) if apart]
    without = sureness(_scored(others, weights), -weights[-1]) if question.row.facts else None
    return Judged(question, sureness(scored, -weights[-1]), _is_right(question.row, together(scored)), without)


def _scored(extracts: Sequence[Extract], weights: Vector) -> list[Extract]:
    scored = [one._replace(score=_dot(weights[:-1], _values(one)[:-1])) for one in extracts]
    return sorted(scored, key=lambda each: -each.score)


def _fit(questions: Sequence[Question]) -> Vector:
    """A weight for each sign, and a constant that all but "none of these" have."""
    scales = _scales([_values(each) for one in questions for each in one.extracts])
    cases = [case for one in questions for case in _cases(one, scales)]

    def slope(weights: Vector) -> Vector:
        total = [*(SHRINK * weight for weight in weights[:-1]), 0.0]
        for case in cases:
            scores = [_dot(weights, row) for row in case.rows]
            shares = _shares([*scores, 0.0])
            among = _shares([score if good else -1e9 for score, good in zip(scores, case.right, strict=True)])
            is_none = not any(case.right)
            for row, share, part in zip(case.rows, shares, among, strict=False):
                pull = share - (0.0 if is_none else part)
                for at, value in enumerate(row):
                    total[at] += pull * value
        return total

    return _divided(least(slope, len(scales)), scales)


def _cases(question: Question, scales: Vector) -> Iterator[Case]:
    rows = [_divided(_values(one), scales) for one in question.extracts]
    if rows and (any(question.right) or not question.row.facts):
        yield Case(rows, question.right)
    if question.row.facts and any(question.apart):
        others = [row for row, apart in zip(rows, question.apart, strict=True) if apart]
        yield Case(others, [False] * len(others))


def _values(one: Extract) -> Vector:
    assert one.signs
    return [*astuple(one.signs), 1.0]


def least(slope: Callable[[Vector], Vector], size: int) -> Vector:
    """Where the slope is flat: steps that grow while its sign stays and shrink when it turns (Rprop)."""
    weights, steps, before = [0.0] * size, [0.1] * size, [0.0] * size
    for _ in range(ROUNDS):
        now = slope(weights)
        for at in range(size):
            turn = now[at] * before[at]
            steps[at] *= 1.2 if turn > 0 else 0.5 if turn < 0 else 1.0
            weights[at] -= steps[at] * ((now[at] > 0) - (now[at] < 0))
        before = now
    return weights


def _write(weights: Vector, least: float, name: str) -> None:
    signs = "".join(f"{name} = {value:.3f}\n" for name, value in zip(SIGNS, weights, strict=False))
    (TARGETS / f"{name}.txt").write_text(
        "# How much each sign of an answer counts. Made by `python -m tests.answer_weights`: do not edit.\n\n"
        f"[signs]\n{signs}\n[none]\nscore = {-weights[-1]:.3f}\n\n[sure]\nleast = {least:.3f}\n"
    )


def _scales(rows: Sequence[Vector]) -> Vector:
    """How far each column spreads."""
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)]
    spreads = zip(zip(*rows, strict=True), means, strict=True)
    return [sqrt(sum((value - mean) ** 2 for value in column) / len(rows)) or 1.0 for column, mean in spreads]


def _shares(scores: Vector) -> Vector:
    most = max(scores)
    parts = [exp(score - most) for score in scores]
    total = sum(parts)
    return [part / total for part in parts]


def _divided(values: Sequence[float], by: Vector) -> Vector:
    return [value / scale for value, scale in zip(values, by, strict=True)]


def _dot(weights: Vector, values: Vector) -> float:
    return sum(map(mul, weights, values), 0.0)


if __name__ == "__main__":
    main()
