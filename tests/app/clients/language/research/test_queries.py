"""What the first sources name is searched for."""

import pytest

from app.clients.language.research.queries import named_in
from nodes.ports.language import Finding


def finding(quote: str, relevance: float = 0.5) -> Finding:
    return Finding(claim=quote, quote=quote, relevance=relevance)


@pytest.mark.parametrize(
    ("quote", "query"),
    [
        ("It was built by Ada Byrne in 1902.", ["Ada Byrne"]),
        ("Please read our Cancellation policy for more.", ["Cancellation policy"]),
        ("Nobody knows.", []),  # a capital that begins a sentence
        ("The tower stands in Norden. Everybody goes there.", ["Norden"]),
    ],
)
def test_names_that_are_not_asked_about(quote: str, query: list[str]) -> None:
    assert named_in("Where was the builder of the tower born?", [finding(quote)]) == query


def test_nothing_when_all_of_the_topic_is_said() -> None:
    assert named_in("Who built the tower?", [finding("The tower was built by Ada Byrne.")]) == []


def test_the_best_findings_count_first_and_the_query_is_short() -> None:
    many = [finding(f"It was seen by Person Number{chr(65 + at)}.", at / 100) for at in range(26)]
    (query,) = named_in("Where was the builder of the tower born?", many)
    assert query.startswith("Person NumberZ ")
    assert query.count("Person") == 6
