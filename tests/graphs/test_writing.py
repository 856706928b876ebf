"""Every way through the loop."""

from typing import Any

import pytest

from app.testing import PASSES, Fakes
from nodes.ports.errors import Final, LanguageUnavailable, MalformedAnswer, NotConfigured
from tests.graphs.conftest import Play

ASK = {"brief": "the party, mention the garden"}
GOOD = "The party is in the garden."
LATER = "The party comes later."
POOR = "Hello there."
ROUND = ["generate", "evaluate", "score"]


@pytest.fixture
def writing(fakes: Fakes) -> Play:
    return Play("writing")


async def test_a_good_draft_is_accepted_at_once(writing: Play, fakes: Fakes) -> None:
    fakes.language.drafts = [GOOD]
    state = await writing.send(ASK)
    assert writing.path == ["read_brief", *ROUND, "finalize"]
    assert (state["outcome"], state["draft"], len(state["rounds"])) == ("accepted", GOOD, 1)
    assert state["reply"].startswith(GOOD)


async def test_a_poor_draft_is_improved(writing: Play, fakes: Fakes) -> None:
    fakes.language.drafts = [POOR, LATER, GOOD]
    state = await writing.send(ASK)
    assert writing.path == ["read_brief", *ROUND, *ROUND, *ROUND, "finalize"]
    assert state["outcome"] == "accepted"
    scores = [one["score"] for one in state["rounds"]]
    assert scores == sorted(set(scores))
    assert [previous for _, previous in fakes.language.asked_to_draft] == ["", POOR, LATER]


async def test_a_draft_that_drops_a_point_goes_back_and_in_the_end_the_reply_says_so(
    writing: Play, fakes: Fakes
) -> None:
    dropped = "Returns take 30 days."
    fakes.language.drafts = [dropped, f"{dropped} The shop moves."]
    fakes.evaluator.scores = {dropped: 1.0, f"{dropped} The shop moves.": 1.0}
    asked = {
        "brief": "Write a note and tell them that returns take 30 days and that sale items are excluded",
        "attempts": 2,
    }
    state = await writing.send(asked)
    sent_back = [mark["feedback"] for marks, _ in fakes.language.asked_to_draft for mark in marks]
    assert 'Say "sale items are excluded".' in sent_back
    assert (state["outcome"], len(state["rounds"])) == ("exhausted", 2)
    assert 'Say "sale items are excluded".' in state["reply"]
    assert all(one["score"] < 0.8 for one in state["rounds"])


async def test_out_of_attempts_the_best_draft_counts_not_the_last(writing: Play, fakes: Fakes) -> None:
    fakes.language.drafts = [POOR, LATER, POOR]
    state = await writing.send(ASK)
    assert (state["outcome"], state["draft"], state["best"]["attempt"]) == ("exhausted", LATER, 2)
    assert "Round 2 is the one above" in state["reply"]


async def test_two_rounds_without_improvement_end_it(writing: Play, fakes: Fakes) -> None:
    fakes.language.drafts = [LATER, POOR, f"{POOR} Bye."]
    state = await writing.send({**ASK, "attempts": 10})
    assert (state["outcome"], len(state["rounds"]), state["draft"]) == ("exhausted", 3, LATER)


@pytest.mark.parametrize(
    ("threshold", "attempts", "outcome", "count"), [(0.0, 3, "accepted", 1), (1.0, 1, "exhausted", 1)]
)
async def test_threshold_and_attempts(
    writing: Play, fakes: Fakes, threshold: float, attempts: int, outcome: str, count: int
) -> None:
    fakes.language.drafts = [POOR]
    state = await writing.send({**ASK, "threshold": threshold, "attempts": attempts})
    assert (state["outcome"], len(state["rounds"])) == (outcome, count)


async def test_a_model_judges_what_code_cannot(writing: Play, fakes: Fakes) -> None:
    fakes.language.drafts = [GOOD, f"{GOOD} Come!"]
    fakes.evaluator.scores = {GOOD: 0.0, f"{GOOD} Come!": 1.0}
    state = await writing.send({**ASK, "threshold": 0.9})
    assert [one["score"] for one in state["rounds"]] == [0.8, 1.0]
    assert "without a model" not in state["reply"]


async def test_bounds_and_points_are_kept_whoever_writes(writing: Play, fakes: Fakes) -> None:
    short = "The party starts at 8 in the garden."
    fakes.language.drafts = ["Come to the garden!", f"{short} Come! Stay! Dance!", short]
    state = await writing.send(
        {"brief": "the party, mention the garden, at most 2 sentences", "points": ["It starts at 8."]}
    )
    assert (state["outcome"], state["draft"], len(state["rounds"])) == ("accepted", short, 3)
    first, second = ([one["criterion"] for one in each["criteria"] if one["feedback"]] for each in state["rounds"][:2])
    assert "points" in first
    assert second == ["length"]


async def test_an_evaluator_that_is_down_leaves_it_to_code(writing: Play, fakes: Fakes) -> None:
    fakes.language.drafts = [GOOD]
    fakes.evaluator.fail["judge"] = [LanguageUnavailable("down")] * 3
    state = await writing.send(ASK)
    assert fakes.evaluator.calls["judge"] == 3
    assert (state["outcome"], state["notes"]) == (
        "accepted",
        ["The evaluator did not answer in every round; there, code alone judged."],
    )
    assert state["notes"][0] in state["reply"]


async def test_an_evaluator_that_recovers_counts(writing: Play, fakes: Fakes) -> None:
    fakes.language.drafts, fakes.evaluator.scores = [GOOD], {GOOD: 1.0}
    fakes.evaluator.fail["judge"] = [MalformedAnswer("what?")]
    state = await writing.send(ASK)
    assert [one["by"] for one in state["best"]["criteria"]][-1] == "model"
    assert state["notes"] == []


async def test_a_writer_that_fails_later_leaves_the_best_so_far(writing: Play, fakes: Fakes) -> None:
    fakes.language.drafts = [LATER]
    fakes.language.fail["draft"] = [PASSES, *[LanguageUnavailable("gone")] * 3]
    state = await writing.send(ASK)
    assert writing.path == ["read_brief", *ROUND, "finalize"]
    assert (state["outcome"], state["draft"]) == ("exhausted", LATER)
    assert "No further draft could be written: gone" in state["reply"]
    assert fakes.tickets.opened == {}


@pytest.mark.parametrize(("error", "tries"), [(LanguageUnavailable("gone"), 3), (Final("too long"), 1)])
async def test_a_writer_that_never_wrote_is_a_case_for_people(
    writing: Play, fakes: Fakes, error: Exception, tries: int
) -> None:
    fakes.language.fail["draft"] = [error] * 9
    state = await writing.send(ASK)
    assert writing.path == ["read_brief", "prepare_handover", "escalate", "respond"]
    assert (fakes.language.calls["draft"], state["outcome"]) == (tries, "escalated")
    (ticket,) = fakes.tickets.opened.values()
    assert ticket["facts"]["brief"] == ASK["brief"]


@pytest.mark.parametrize("call", ["draft", "judge"])
async def test_a_missing_setting_stops_the_run_and_is_nobodys_case(writing: Play, fakes: Fakes, call: str) -> None:
    fakes.language.fail[call] = fakes.evaluator.fail[call] = [NotConfigured("no key")]
    with pytest.raises(NotConfigured, match="no key"):
        await writing.send(ASK)
    assert fakes.tickets.opened == {}


async def test_a_second_brief_on_the_thread_starts_afresh(writing: Play, fakes: Fakes) -> None:
    fakes.language.drafts = [GOOD, POOR]
    await writing.send(ASK)
    state: dict[str, Any] = await writing.send({**ASK, "attempts": 1})
    assert (state["outcome"], [one["draft"] for one in state["rounds"]]) == ("exhausted", [POOR])
