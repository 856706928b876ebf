"""Which addresses lead to the same page, and how the findings of several searches become one list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.ports.search import Lead
from nodes.research.leads import canonical, merged


def lead(address: str, provider: str = "searxng") -> Lead:
    return Lead(address=address, title=f"{address} by {provider}", snippet="", provider=provider)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://a.example/b", "https://a.example/b"),
        ("https://A.Example/b", "https://a.example/b"),
        ("HTTPS://a.example/b", "https://a.example/b"),
        ("https://a.example./b", "https://a.example/b"),
        ("https://a.example:443/b", "https://a.example/b"),
        ("http://a.example:80/b", "https://a.example/b"),
        ("https://a.example/b#part", "https://a.example/b"),
        ("https://a.example/b/", "https://a.example/b"),
        ("https://a.example/", "https://a.example"),
        ("https://a.example/b?utm_source=x&UTM_Medium=y", "https://a.example/b"),
        ("https://a.example/b?gclid=1&id=7&fbclid=2", "https://a.example/b?id=7"),
        ("https://a.example/b?x=1&y=2", "https://a.example/b?y=2&x=1"),
        (" https://a.example/b ", "https://a.example/b"),
    ],
)
def test_the_same_page(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/b", "https://a.example/B"),  # paths have cases
        ("https://a.example/b", "https://www.a.example/b"),
        ("https://a.example/b", "https://a.example:8443/b"),
        ("https://a.example/b?id=1", "https://a.example/b?id=2"),
        ("https://a.example/b?id=", "https://a.example/b"),
        ("https://a.example/b?id=1&id=2", "https://a.example/b?id=1"),
        ("guides/bees.md", "guides/Bees.md"),  # paths of a corpus are taken as they are
        ("guides/bees.md", "guides/bees.md/"),
        ("https://a.example:port/b", "https://a.example/b"),  # no address at all
    ],
)
def test_other_pages(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


@given(st.text(max_size=60))
def test_anything_has_a_canonical_form(address: str) -> None:
    assert canonical(address) == canonical(f" {address} ")


def addresses(*lists: list[str]) -> list[str]:
    return [one["address"] for one in merged([[lead(each) for each in one] for one in lists])]


@pytest.mark.parametrize(
    ("lists", "order"),
    [
        ([], []),
        ([[], []], []),
        ([["a", "b"]], ["a", "b"]),
        ([["a", "b"], ["c", "d"]], ["a", "c", "b", "d"]),  # in turn
        ([["a", "b", "c"], ["c", "d"]], ["c", "a", "b", "d"]),  # found twice
        ([["a", "a", "b"], ["b"]], ["b", "a"]),  # one list does not count twice
        ([["a"], [], ["b"]], ["a", "b"]),
    ],
)
def test_the_order(lists: list[list[str]], order: list[str]) -> None:
    assert addresses(*lists) == order


def test_the_lead_with_the_best_place_is_kept() -> None:
    first = [lead("https://x.example/"), lead("http://a.example/b/?utm_source=x")]
    second = [lead("https://a.example/b", "tavily")]
    assert [one["provider"] for one in merged([first, second])] == ["tavily", "searxng"]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=8), max_size=4))
def test_every_page_is_there_once(lists: list[list[str]]) -> None:
    found = addresses(*lists)
    assert sorted(found) == sorted({each for one in lists for each in one})
