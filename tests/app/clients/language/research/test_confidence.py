"""How sure it is that quotations answer."""

import pytest

from app.clients.language.research.confidence import confidence, signs
from app.clients.language.research.topic import read_topic
from nodes.ports.language import Evidence

QUOTE = "It was designed by Ada Byrne and opened in Westhaven in 1823."


def evidence(quote: str = QUOTE, *, title: str = "", source: int = 1, **mentions: float) -> Evidence:
    one = Evidence(claim=quote, quote=quote, relevance=0.6, source=source, title=title)
    if mentions:
        one["mentions"] = mentions
    return one


QUESTION = read_topic("Who designed the Harbour Tower in Westhaven?")


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (evidence(title="Harbour Tower"), evidence(title="Market Hall")),
        (evidence(title="Harbour Tower (Westhaven)"), evidence(title="History of the Harbour Tower")),
        (evidence(designed=0.1, westhaven=0.1, harbour=0.1), evidence(designed=0.1, westhaven=0.1)),
        (evidence(designed=0.1, westhaven=0.1), evidence(designed=0.1, westhaven=0.9)),  # said everywhere: tells little
        (evidence("The Harbour Tower is old."), evidence("The tower by the old harbour is new.")),  # a name as such
    ],
)
def test_what_makes_it_more_sure(better: Evidence, worse: Evidence) -> None:
    assert confidence(QUESTION, [better]) > confidence(QUESTION, [worse])


def test_names_may_be_in_several_sources() -> None:
    both = read_topic("Is the Harbour Tower older than the Long Bridge?")
    tower = evidence("The Harbour Tower opened in 1823.", title="Harbour Tower")
    bridge = evidence("The Long Bridge opened in 1894.", title="Long Bridge", source=2)
    assert signs(both, [tower, bridge]).titled == 1
    assert signs(both, [tower]).missing == 2
    assert confidence(both, [tower, bridge]) > 2 * confidence(both, [tower])


def test_a_subject_may_be_what_the_sources_are_about_throughout() -> None:
    said = evidence("Lighthouses have guided ships for centuries.", lighthouses=0.9)
    assert confidence(read_topic("lighthouses"), [said]) > 0.5


@pytest.mark.parametrize("topic", ["", "the of and"])
def test_what_asks_for_nothing_is_not_answered(topic: str) -> None:
    assert confidence(read_topic(topic), [evidence()]) == 0
    assert confidence(QUESTION, []) == 0
