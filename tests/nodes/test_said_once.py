"""A statement stands once in a report."""

import pytest

from nodes.reports.report import Citation, Cited
from nodes.research.said_once import once_each


def said(text: str, source: int) -> Cited:
    return Cited(text=text, citations=[Citation(source=source, quote=text)])


SAYS = "If you were just charged for your next month but meant to cancel, we\u2019re happy to refund it."


@pytest.mark.parametrize(
    "again",
    [
        SAYS,
        "If you were just charged for the next month but meant to cancel, we're happy to refund it.",
        "If you were just charged for your next month but meant to cancel,\nwe are happy to refund it!",
    ],
)
def test_what_is_said_before_only_adds_its_source(again: str) -> None:
    first, second = once_each([[said(SAYS, 1)], [said(again, 2)]])
    assert ([one["text"] for one in first], second) == ([SAYS], [])
    assert [citation["source"] for citation in first[0]["citations"]] == [1, 2]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("You can return it within 30 days.", "You can return it within 60 days."),
        ("You can return it within 30 days.", "You can't return it within 30 days."),
        ("Orders can be cancelled before they ship.", "Orders can be cancelled after they ship."),
        ("To use Azure Artifacts, add the index.", "To use Google Artifact Registry, add the index."),
        ("Refunds are paid to the card.", "Refunds are only paid to the card."),
        ("It costs $1.50 a month for members.", "It costs $150 a month for members."),
        ("Do not ship orders twice.", "Ship orders twice."),
        ("The fee is high.", "The fee is not high."),
    ],
)
def test_what_says_something_else_stays(one: str, other: str) -> None:
    assert [len(group) for group in once_each([[said(one, 1)], [said(other, 2)]])] == [1, 1]


def test_sentences_that_two_statements_say_are_said() -> None:
    first, second = once_each(
        [
            [said("Parrots sing at dawn.", 1), said("Owls sing at night.", 2)],
            [said("Parrots sing at dawn. Owls sing at night.", 3)],
        ]
    )
    assert second == []
    assert [[citation["source"] for citation in one["citations"]] for one in first] == [[1, 3], [2, 3]]


def test_a_list_is_the_same_only_as_a_whole() -> None:
    kept = once_each(
        [[said("- Open the page\n- Press the button", 1)], [said("- Open the page\n- Close the door now", 2)]]
    )
    assert [len(group) for group in kept] == [1, 1]
