"""Pages whose elements are nested deeper than parsers go."""

import pytest

from app.clients.untrusted.nesting import DEEPEST, levelled
from tests.app.clients.untrusted.test_hidden_markup import words


@pytest.mark.parametrize("depth", [DEEPEST + 60, 3000, 100_000])
def test_what_stands_in_and_behind_many_elements_is_read(depth: int) -> None:
    for text in words(f"{'<div>' * depth}<p>A bee hums in a deep place.</p>{'</div>' * depth}"):
        assert "A bee hums in a deep place." in text
        assert "Bees swim." in text


@pytest.mark.parametrize("mark", ["<div>", "<font>", "<table><tr><td>", "<ul><li>", "<div class='a'>"])
def test_what_stands_behind_elements_that_never_end_is_not_lost_to_an_error(mark: str) -> None:
    assert all("Bees fly." in text for text in words(mark * 1000))


def test_what_may_be_hidden_in_a_deep_place_is_left_out() -> None:
    deep = f"{'<div>' * 300}<div style='display:none'><div>unseen</div></div><p>A bee.</p>{'</div>' * 300}"
    for text in words(deep):
        assert "unseen" not in text
        assert "Bees swim." in text


@pytest.mark.parametrize(
    "markup",
    [
        "<p>One <b>word</b>.",
        "<div>" * 150 + "x" + "</div>" * 150,
        "<p>a" * 5000,
        "<div><p>a</div>" * 5000,
        f"<script>{'<div>' * 1000}</script><p>a</p>",
        f"<!-- {'<div>' * 1000} --><p>a</p>",
    ],
)
def test_other_markup_stays_as_it_is(markup: str) -> None:
    assert levelled(markup) == markup


def test_it_takes_no_longer_the_stranger_the_markup_is() -> None:
    for strange in (
        "<div a" * 200_000,
        "<div a='" * 100_000,
        "<script>" * 100_000,
        "<!--" * 200_000,
        "</div>" * 200_000,
    ):
        assert len(levelled(strange)) <= len(strange)
