"""Fit the weights of offline answers, and write them to app/clients/language/data/answer_weights_by_meaning.txt.

    python -m tests.answer_weights DIR [--small]

The vectors are kept in SWITCHBOARD_HOME. With SWITCHBOARD_EMBEDDING_MODEL=off, fit and write those that count where nearness
in meaning is not known (answer_weights.txt).

`DIR` has the folders that `python -m tests.question_folders DIR` fetches. Fitted are the tuned half of tests/data/answers.jsonl,
all of tests/data/answers_fit.jsonl, and questions in everyday words about the same answers (answers_everyday.jsonl); nothing
reads the unseen half. The weights are those under which what answers is the
likeliest of all that could be quoted, and "none of these" the likeliest for a question without an answer. A question with one
counts as such a question too, without the documents that answer it. What is printed is judged by weights that were
fitted without the folder of the question: users ask about folders of their own.

How near in meaning the whole passage is counts in small folders alone. Its weight is fitted with all others held (with
`--small`, as they are in the file), on small folders that are made of the same documents (tests/small_folders.py), and on the
tuned half of tests/data/answers_small.jsonl, over little folders that we wrote.
"""

import argparse
import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, fields
from functools import cache
from math import exp, sqrt
from operator import mul
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from app.clients.knowledge.folder import FolderKnowledge
from app.clients.language.answer_signs import Asked, Signs
from app.clients.language.extracts import Extract, ranked, sureness, together
from app.clients.language.extracts import weights as weights_now
from app.clients.language.question_topic import asked
from app.composition import embeddings
from app.evaluation.answer_scores import AnswerRow, read, says
from app.settings import Settings, load
from nodes.answer.answer_steps import MOST_PASSAGES
from nodes.ports.knowledge import Found
from tests.small_folders import KeptVectors, among_others, written

DATA = Path(__file__).parent / "data"
TARGETS = Path(__file__).parents[1] / "app" / "clients" / "language" / "data"
SIGNS = [field.name for field in fields(Signs)]
SHRINK = 5.0
WRONG, WRONG_BY_MEANING, MISSING = 0.03, 0.035, 0.27
"""How many answers may be wrong, where so many questions have no answer: so sure an answer has to be. The questions that the
weights are fitted on promise too much, words alone the most, so it is less than the 0.05 that is wanted. Questions in everyday
words do not count: without vectors their passages are not found. Nor do small folders."""
LEVELS = [level / 100 for level in range(30, 100)]
ROUNDS = 300

Vector = list[float]


class Question(NamedTuple):
    row: AnswerRow
    group: str
    small: bool
    extracts: Sequence[Extract]  # by no weights
    right: Sequence[bool]
    without: Sequence[Sequence[Extract]]  # what could be quoted if what answers were not there


class Judged(NamedTuple):
    question: Question
    sure: float
    right: bool
    without: Sequence[float]  # how sure the answer would be if what answers were not there


class Case(NamedTuple):
    """What could be quoted for a question, scaled, and which of it answers: nothing, where "none of these" is right."""

    rows: Sequence[Vector]
    right: Sequence[bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--small", action="store_true", help="Fit only what counts in small folders alone.")
    given, settings = parser.parse_args(), load()
    questions = asyncio.run(_questions(given.directory, settings, only_small=given.small))
    by_meaning = embeddings(settings) is not None
    wrong, name = (WRONG_BY_MEANING, "answer_weights_by_meaning") if by_meaning else (WRONG, "answer_weights")
    now = weights_now(by_meaning=by_meaning)

    @cache
    def of_large(without: str) -> Vector:
        if given.small:
            return [*now.signs, -now.none]
        return _fit([one for one in questions if not one.small and one.row.folder != without])

    large = {one.row.folder for one in questions if not one.small}

    def fitted(without: str) -> Vector:
        small = [one for one in questions if one.small and one.row.folder != without]
        return _with_last(of_large(without if without in large else ""), small)

    weights = {folder: fitted(folder) for folder in sorted({one.row.folder for one in questions})}
    judged = [_judged(one, weights[one.row.folder]) for one in questions]
    usual = [one for one in judged if not one.question.small and one.question.row.half != "everyday"]
    least = now.sure if given.small else next((level for level in LEVELS if _wrong(usual, level) <= wrong), 1.0)
    _write(fitted(""), least, name)
    for group in dict.fromkeys(one.group for one in questions):
        _print(group, [each for each in judged if each.question.group == group], least)


def _wrong(judged: Sequence[Judged], least: float) -> float:
    answerable = [one for one in judged if one.question.row.facts]
    missing = [sure for one in judged for sure in (one.without if one.question.row.facts else [one.sure])]
    wrong = sum(one.sure >= least and not one.right for one in answerable) / len(answerable)
    invented = [sure >= least for sure in missing]
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


async def _questions(directory: Path, settings: Settings, *, only_small: bool) -> list[Question]:
    rows = [one for one in read(DATA / "answers.jsonl") if one.half == "tuned"]
    rows += read(DATA / "answers_fit.jsonl") + read(DATA / "answers_everyday.jsonl")
    large = [] if only_small else rows
    model = embeddings(settings)
    with TemporaryDirectory() as temporary:
        if model:
            settings.home.mkdir(parents=True, exist_ok=True)
            model = KeptVectors(model, settings.home / "vectors_of_questions.db")
        folders = {
            name: FolderKnowledge(directory / name, Path(temporary) / f"{name}.db", embeddings=model)
            for name in {row.folder for row in large}
        }
        for knowledge in folders.values():
            await asyncio.to_thread(knowledge.index, lambda _: None)
        found = [
            _question(row, row.half, await folders[row.folder].search(row.question, MOST_PASSAGES)) for row in large
        ]
    if model is None:
        return found
    own = [one for one in read(DATA / "answers_small.jsonl") if one.half == "tuned"]
    few = [(f"small, {one.row.half}", one) for one in await among_others(rows, directory, model)]
    few += [
        ("written, three documents" if one.few else "written", one)
        for one in await written(own, DATA / "small_folders", model)
    ]
    return found + [_question(one.row, group, one.passages, one.without) for group, one in few]


def _question(
    row: AnswerRow, group: str, passages: Sequence[Found], without: Sequence[Sequence[Found]] | None = None
) -> Question:
    """`without`: None for a folder that is not small; then it is what other documents say."""
    found = _extracts(row, passages)
    right = [_is_right(row, [each]) for each in found]
    if without is not None:
        silent = [[one for one in _extracts(row, each) if not _says_facts(row, one)] for each in without]
    else:
        apart = [one for one in found if one.passage["source"] not in row.files and not _says_facts(row, one)]
        silent = [apart] if row.facts else []
    return Question(row, group, without is not None, found, right, silent)


def _says_facts(row: AnswerRow, one: Extract) -> bool:
    return says(AnswerRow(question=row.question, facts=row.facts), one.text, set())


def _extracts(row: AnswerRow, passages: Sequence[Found]) -> Sequence[Extract]:
    told = passages[0].get("weights", {}) if passages else {}
    readings = [Asked(row.question, reading, told) for reading in asked(row.question)[:1]]
    return [each for one in readings for each in ranked(one, passages, [0.0] * len(SIGNS))]


def _is_right(row: AnswerRow, extracts: Sequence[Extract]) -> bool:
    said = " ".join(f"{one.passage['title']} {one.text}" for one in extracts)
    return says(row, said, {one.passage["source"] for one in extracts})


def _judged(question: Question, weights: Vector) -> Judged:
    """How sure the answer to a question is with these weights, and whether it is right."""
    scored = _scored(question.extracts, weights)
    without = [sureness(_scored(each, weights), -weights[-1]) for each in question.without]
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
            pulls = _pulls([_dot(weights, row) for row in case.rows], case.right)
            for row, pull in zip(case.rows, pulls, strict=True):
                for at, value in enumerate(row):
                    total[at] += pull * value
        return total

    return _divided(least(slope, len(scales)), scales)


def _cases(question: Question, scales: Vector) -> Iterator[Case]:
    rows = [_divided(_values(one), scales) for one in question.extracts]
    if rows and (any(question.right) or not question.row.facts):
        yield Case(rows, question.right)
    for without in filter(None, question.without):
        yield Case([_divided(_values(one), scales) for one in without], [False] * len(without))


def _with_last(weights: Vector, questions: Sequence[Question]) -> Vector:
    """These weights with another one for the last sign, under which what answers these questions is the likeliest."""
    if not questions:
        return weights
    cases = [case for one in questions for case in _cases(one, [1.0] * len(weights))]
    (scale,) = _scales([[row[-2]] for one in cases for row in one.rows])
    held = [*weights[:-2], 0.0, weights[-1]]
    known = [([_dot(held, row) for row in one.rows], [row[-2] / scale for row in one.rows], one.right) for one in cases]

    def slope(last: Vector) -> Vector:
        total = SHRINK * last[0]
        for scores, values, right in known:
            now = [score + last[0] * value for score, value in zip(scores, values, strict=True)]
            total += sum(map(mul, _pulls(now, right), values))
        return [total]

    return [*weights[:-2], least(slope, 1)[0] / scale, weights[-1]]


def _pulls(scores: Vector, right: Sequence[bool]) -> Iterator[float]:
    """For each row by how much its share of all is too large."""
    shares = _shares([*scores, 0.0])
    among = _shares([score if good else -1e9 for score, good in zip(scores, right, strict=True)])
    is_none = not any(right)
    for share, part in zip(shares, among, strict=False):
        yield share - (0.0 if is_none else part)


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
