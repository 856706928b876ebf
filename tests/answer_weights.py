"""Fit the weights of offline answers, and write them to app/clients/language/data/answer_weights.txt.

    python -m tests.answer_weights DIR

`DIR` has the folders that `python -m tests.question_folders DIR` fetches. Fitted are the tuned half of tests/data/answers.jsonl
and all of tests/data/answers_fit.jsonl; nothing reads the unseen half. First the weights of a sentence: those under which
sentences with the answer are the likeliest. Then those of how sure the best sentence is, and the least that is said, from
sentences that were chosen with weights of other questions.
"""

import argparse
import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import astuple, fields
from math import exp, sqrt
from operator import mul
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

from app.clients.knowledge.folder import FolderKnowledge
from app.clients.language.answer_signs import Asked, Signs
from app.clients.language.extracts import Extract, evidence, ranked, shown, sureness, together
from app.clients.language.question_topic import asked
from app.evaluation.answer_scores import AnswerRow, read, says
from nodes.answer.answer_steps import MOST_PASSAGES
from nodes.ports.knowledge import Found

DATA = Path(__file__).parent / "data"
TARGET = Path(__file__).parents[1] / "app" / "clients" / "language" / "data" / "answer_weights.txt"
SIGNS = [field.name for field in fields(Signs)]
EVIDENCE = [
    *("constant", "score", "before passages", "before documents", "crowd", "coverage", "words", "weight"),
    *("kind shown", "kind named", "kind yes-no"),
    *SIGNS,
]
MOST_WRONG = 0.02
PARTS = 8
SHRINK_SENTENCE, SHRINK_ANSWER = 1.0, 10.0
ROUNDS = 150

Vector = list[float]
T = TypeVar("T")


class Question(NamedTuple):
    row: AnswerRow
    asked: Asked
    passages: Sequence[Found]
    extracts: Sequence[Extract]  # by no weights
    right: Sequence[bool]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=Path)
    questions = asyncio.run(_questions(parser.parse_args().directory))
    random.Random(7).shuffle(questions)
    parts = [questions[at::PARTS] for at in range(PARTS)]
    judged = [one for at, part in enumerate(parts) for one in _judged(part, _fit_sentence(_without(parts, at)))]
    halves = [judged[at::PARTS] for at in range(PARTS)]
    sure = sorted(
        ((sureness(values, weights), right) for at, part in enumerate(halves)
         for weights in [_fit_answer(_without(halves, at))] for values, right in part),
        reverse=True,
    )  # fmt: skip
    threshold = _threshold(sure, MOST_WRONG * len(questions))
    _write(_fit_sentence(questions), _fit_answer(judged), threshold)
    said = [right for one, right in sure if one >= threshold]
    answerable = sum(bool(one.row.facts) for one in questions)
    print(
        f"{len(questions)} questions; best sentence right: {sum(right for _, right in judged) / answerable:.3f} of {answerable}"
    )
    print(
        f"threshold {threshold:.3f}: right {sum(said) / answerable:.3f}, wrong {said.count(False) / len(questions):.3f}"
    )


async def _questions(directory: Path) -> list[Question]:
    rows = [one for one in read(DATA / "answers.jsonl") if one.half == "tuned"] + read(DATA / "answers_fit.jsonl")
    with TemporaryDirectory() as home:
        folders = {row.folder: FolderKnowledge(directory / row.folder, Path(home) / row.folder) for row in rows}
        return [await _question(row, folders[row.folder]) for row in rows]


async def _question(row: AnswerRow, knowledge: FolderKnowledge) -> Question:
    passages = await knowledge.search(row.question, MOST_PASSAGES)
    one = Asked(row.question, asked(row.question)[0], passages[0].get("weights", {}) if passages else {})
    extracts = ranked(one, passages, [0.0] * len(SIGNS))
    return Question(row, one, passages, extracts, [_is_right(row, [each]) for each in extracts])


def _is_right(row: AnswerRow, extracts: Sequence[Extract]) -> bool:
    said = " ".join(f"{one.passage['title']} {one.text}" for one in extracts)
    return says(row, said, {one.passage["source"] for one in extracts})


def _judged(questions: Sequence[Question], weights: Vector) -> list[tuple[Vector, bool]]:
    """For each question with anything to say, the evidence for the best sentence, and whether it is right."""
    found = [(one, ranked(one.asked, one.passages, weights)) for one in questions if one.extracts]
    return [(evidence(one.asked, best), _is_right(one.row, together(best))) for one, best in found if shown(best)]


def _fit_sentence(questions: Sequence[Question]) -> Vector:
    lists = [
        ([list(astuple(each.signs)) for each in one.extracts if each.signs], one.right)
        for one in questions
        if any(one.right)
    ]
    scales = _scales([signs for each, _ in lists for signs in each])
    scaled = [([_divided(signs, scales) for signs in each], right) for each, right in lists]

    def slope(weights: Vector) -> Vector:
        total = [SHRINK_SENTENCE * weight for weight in weights]
        for each, right in scaled:
            scores = [_dot(weights, signs) for signs in each]
            shares = _shares(scores)
            among = _shares([score if good else -1e9 for score, good in zip(scores, right, strict=True)])
            for signs, share, good in zip(each, shares, among, strict=True):
                for at, value in enumerate(signs):
                    total[at] += (share - good) * value
        return total

    return _divided(_least(slope, len(scales)), scales)


def _fit_answer(judged: Sequence[tuple[Vector, bool]]) -> Vector:
    scales = _scales([values for values, _ in judged])
    scales[0] = 1.0
    scaled = [(_divided(values, scales), right) for values, right in judged]

    def slope(weights: Vector) -> Vector:
        total = [0.0, *(SHRINK_ANSWER * weight for weight in weights[1:])]
        for values, right in scaled:
            off = sureness(values, weights) - right
            for at, value in enumerate(values):
                total[at] += off * value
        return total

    return _divided(_least(slope, len(scales)), scales)


def _least(slope: Callable[[Vector], Vector], size: int) -> Vector:
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


def _threshold(sure: Sequence[tuple[float, bool]], most_wrong: float) -> float:
    """The least sure answer before there are more wrong ones than that."""
    wrong, last = 0, 1.0
    for value, right in sure:
        wrong += not right
        if wrong > most_wrong:
            break
        last = value
    return last


def _write(sentence: Vector, answer: Vector, threshold: float) -> None:
    def lines(names: Sequence[str], values: Vector) -> str:
        return "".join(f"{name} = {value:.3f}\n" for name, value in zip(names, values, strict=True))

    TARGET.write_text(
        "# How much each sign of an answer counts. Made by `python -m tests.answer_weights`: do not edit.\n\n"
        f"[sentence]\n{lines(SIGNS, sentence)}\n[answer]\n{lines(EVIDENCE, answer)}\n[sure]\nleast = {threshold:.3f}\n"
    )


def _without(parts: Sequence[Sequence[T]], left_out: int) -> list[T]:
    return [one for at, part in enumerate(parts) if at != left_out for one in part]


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
