"""What a citation has to be, and what becomes of an answer."""

from typing import Any

import pytest

from nodes.answer.answer_steps import validate, validity
from nodes.answer.citations import invented_figures, occurs
from nodes.conversation.intake import accepts_offer
from nodes.ports.knowledge import Found
from nodes.ports.language import Sentence

TEXT = "You can return an item within 30\u00a0days of delivery \u2013 \u201cno questions asked\u201d.\nIt costs $4.95."

QUOTES = [
    # (quote, does it stand in TEXT, why)
    ("return an item within 30 days", True, "word for word, another blank"),
    ("RETURN an   item\nwithin", True, "case and white space do not count"),
    ('delivery - "no questions asked"', True, "typography does not count"),
    ('"within 30 days of delivery"', True, "quotation marks around it"),
    ("You can return ... 30 days of delivery", True, "words left out"),
    ("30 days of delivery ... You can return", False, "in another order"),
    ("return an item within 60 days", False, "another figure"),
    ("you may return an item", False, "other words"),
    ("item", False, "too short to say anything"),
    ("", False, "nothing"),
    ("... ...", False, "nothing either"),
]


@pytest.mark.parametrize(("quote", "stands", "why"), QUOTES)
def test_a_quote_stands_in_its_text(quote: str, stands: bool, why: str) -> None:
    assert occurs(quote, TEXT) is stands, why


@pytest.mark.parametrize(
    ("statement", "invented"),
    [
        ("It costs $4.95 for 30 days.", []),
        ("It costs $5.95.", ["5.95"]),
        ("You have 30.0 days.", []),
        ("No figures.", []),
    ],
)
def test_figures_come_from_the_text(statement: str, invented: list[str]) -> None:
    assert invented_figures(statement, TEXT) == invented


def passage(**changes: Any) -> Found:
    made: Found = {"id": "p1", "title": "Returns", "heading": "", "source": "r.md", "text": TEXT, "coverage": 1.0}
    return {**made, **changes}  # type: ignore[typeddict-item]


def sentence(**changes: str) -> Sentence:
    made: Sentence = {"text": "You have 30 days.", "passage_id": "p1", "quote": "within 30 days of delivery"}
    return {**made, **changes}  # type: ignore[typeddict-item]


async def test_a_valid_answer_keeps_its_citations_and_names_its_sources() -> None:
    state = await validate({"passages": [passage()], "sentences": [sentence()], "tries": 1})
    assert state["outcome"] == "answered"
    assert state["citations"] == [{"passage_id": "p1", "quote": "within 30 days of delivery"}]
    assert state["say"] == "You have 30 days. [1]\n\n[1] Returns (r.md)"


INVALID = [
    ({"passage_id": "p2"}, "was not given"),
    ({"quote": "within 60 days of delivery"}, "is not in its passage"),
    ({"text": "You have 60 days."}, "figures that its passage does not have: 60"),
    ({"text": " "}, "empty"),
]


@pytest.mark.parametrize(("changes", "problem"), INVALID)
async def test_one_sentence_that_does_not_hold_is_enough(changes: dict[str, str], problem: str) -> None:
    state = await validate({"passages": [passage()], "sentences": [sentence(), sentence(**changes)], "tries": 1})
    assert problem in state["problem"]
    assert "outcome" not in state


@pytest.mark.parametrize(
    ("sentences", "problem", "tries", "verdict"),
    [
        ([sentence()], "", 1, "valid"),
        ([sentence()], "wrong", 1, "invalid"),
        ([sentence()], "wrong", 2, "unknown"),
        ([sentence()], "", 2, "valid"),
        ([], "", 1, "unknown"),  # the passages do not answer: nothing to repair
    ],
)
async def test_what_becomes_of_an_answer(sentences: list[Sentence], problem: str, tries: int, verdict: str) -> None:
    assert await validity({"sentences": sentences, "problem": problem, "tries": tries}) == verdict


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ("yes", True),
        ("Yes, please!", True),
        ("ok go ahead", True),
        ("please refund order 12346", False),
        ("ok thanks", False),
        ("yes, where is my order?", False),
        ("no", False),
    ],
)
def test_a_plain_yes_takes_the_offer(text: str, accepted: bool) -> None:
    assert accepts_offer(text) is accepted
