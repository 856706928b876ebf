"""The steps of the loop, called directly."""

from typing import Any

import pytest

from app.testing import Fakes, brief
from nodes.writing.writing_steps import (
    Round,
    best_of,
    evaluate,
    finalize,
    generate,
    read_brief,
    score,
    stalled,
    verdict,
)


def rounds(*scores: float) -> list[Round]:
    return [
        Round(attempt=number, draft=f"draft {number}", score=score, criteria=[])
        for number, score in enumerate(scores, start=1)
    ]


VERDICTS = [
    # (scores so far, threshold, attempts, what comes next, why)
    ([0.8], 0.8, 3, "accepted", "the threshold itself is enough"),
    ([0.79], 0.8, 3, "again", "not yet"),
    ([0.5, 0.9], 0.8, 3, "accepted", "improved"),
    ([0.5, 0.6, 0.7], 0.8, 3, "exhausted", "no attempt left"),
    ([0.5], 0.8, 1, "exhausted", "one attempt"),
    ([0.5, 0.5], 0.8, 10, "again", "one round without improvement is forgiven"),
    ([0.5, 0.5, 0.4], 0.8, 10, "exhausted", "two are not"),
    ([0.5, 0.4, 0.6, 0.6], 0.8, 10, "again", "an improvement starts the count anew"),
    ([0.0], 0.0, 3, "accepted", "everything reaches 0"),
    ([0.999], 1.0, 3, "again", "nothing less than 1 reaches 1"),
]


@pytest.mark.parametrize(("scores", "threshold", "attempts", "answer", "why"), VERDICTS)
async def test_whether_another_round_is_worth_it(
    scores: list[float], threshold: float, attempts: int, answer: str, why: str
) -> None:
    state: Any = {"rounds": rounds(*scores), "threshold": threshold, "attempts": attempts}
    assert await verdict(state) == answer, why


async def test_the_usual_bounds() -> None:
    assert await verdict({"rounds": rounds(0.8)}) == "accepted"
    assert await verdict({"rounds": rounds(0.1, 0.2, 0.3)}) == "exhausted"


def test_of_equals_the_earliest_is_best() -> None:
    assert best_of(rounds(0.4, 0.6, 0.6))["attempt"] == 2
    assert not stalled(rounds(0.4, 0.6, 0.6))


def test_a_writer_that_says_the_same_again_has_nothing_else_to_say() -> None:
    same = [Round(attempt=number, draft="draft", score=0.5, criteria=[]) for number in (1, 2)]
    assert stalled(same)


async def test_a_brief_clears_what_an_earlier_one_left() -> None:
    read = await read_brief({"brief": "the sale, under 20 words", "must_mention": ["shop"]})
    assert (read["assignment"]["max_words"], read["assignment"]["must_mention"]) == (20, ["shop"])
    assert (read["rounds"], read["best"], read["attempt"], read["outcome"]) == ([], None, 0, None)


async def test_the_first_draft_has_no_feedback(fakes: Fakes) -> None:
    written = await generate({"assignment": brief(), "attempt": 0, "rounds": []})
    assert written == {"attempt": 1, "draft": "A draft."}
    assert fakes.language.asked_to_draft == [([], "")]


async def test_the_next_one_has_what_was_said_against_the_last(fakes: Fakes) -> None:
    asked = brief(must_mention=["party"])
    scored = await score({"assignment": asked, "attempt": 1, "draft": "Hello.", "judged": [], "rounds": []})
    await generate({"assignment": asked, "attempt": 1, "rounds": scored["rounds"]})
    ((feedback, previous),) = fakes.language.asked_to_draft
    assert previous == "Hello."
    assert {"criterion": "required_terms", "score": 0.0, "feedback": 'Mention "party".'} in feedback


async def test_code_and_model_judge_together(fakes: Fakes) -> None:
    fakes.evaluator.scores = {"The party.": 0.5}
    judged = await evaluate({"assignment": brief(topic="party"), "attempt": 1, "draft": "The party."})
    scored = await score(
        {"assignment": brief(topic="party"), "attempt": 1, "draft": "The party.", "rounds": [], **judged}
    )
    assert {one["criterion"]: one["by"] for one in scored["best"]["criteria"]} == {
        "sendable": "code",
        "on_topic": "code",
        "readability": "code",
        "structure": "code",
        "repetition": "code",
        "clarity": "model",
    }
    assert scored["best"]["score"] == 0.875


async def test_the_reply_says_how_every_round_did_and_who_judged() -> None:
    asked, done = brief(wishes=["use bullet points"], tone="warm"), rounds(0.3, 0.6, 0.5)
    told = await finalize({"assignment": asked, "rounds": done, "best": done[1], "notes": ["A note."]})
    assert told["outcome"] == "exhausted"
    assert told["draft"] == "draft 2"
    assert told["reply"].splitlines() == [
        "draft 2",
        "",
        "---",
        "Scores: round 1: 0.30, round 2: 0.60, round 3: 0.50. Round 2 is the one above. "
        "The threshold of 0.8 was not reached.",
        "Judged by code alone, without a model. Not checked: the tone (warm); use bullet points.",
        "A note.",
    ]
