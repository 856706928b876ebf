"""Reports that quote, and whether they answer."""

import pytest

from app.clients.language.research.report import NOTE, report
from app.clients.language.research.study import study
from app.clients.language.rules import RulesLanguage
from app.services import Evidence, Page
from nodes.citations import occurs

TOWER = (
    "The Harbour Tower is a lighthouse in Westhaven. It was designed by Ada Byrne and opened in 1823.\n\n"
    "Visitors may climb its 214 steps from May to September. Tickets cost 3.50 crowns.\n\n"
    "Lighthouses have guided ships for centuries. The first lighthouses were fires on hills."
)
BRIDGE = "The Long Bridge crosses the Ems near Norden. It was built by Karl Voss between 1890 and 1894."


def evidence(topic: str) -> list[Evidence]:
    pages = [Page(address="t", title="Harbour Tower", text=TOWER), Page(address="b", title="Long Bridge", text=BRIDGE)]
    return [
        Evidence(**finding, source=number, title=page["title"])
        for number, page in enumerate(pages, 1)
        for finding in study(topic, page)
    ]


@pytest.mark.parametrize(
    ("topic", "said"),
    [
        ("Who designed the Harbour Tower?", "Ada Byrne"),
        ("When was the lighthouse in Westhaven opened?", "1823"),
        ("how many steps does the tower have", "214 steps"),
        ("Who built the Long Bridge?", "Karl Voss"),
        ("history of lighthouses", "fires on hills"),  # no question at all
        ("Were the Harbour Tower and the Long Bridge built in one century?", "1823"),  # from two sources
    ],
)
def test_what_the_sources_answer(topic: str, said: str) -> None:
    assert said in (report(topic, evidence(topic))["answer"] or "")


@pytest.mark.parametrize(
    "topic",
    [
        "Who won the 1998 World Cup?",
        "Who designed the Summer Palace in Beijing?",
        "When was the Golden Gate Bridge opened?",  # a bridge, and not that one
        "what is the population of norway",
        "How do I configure a firewall?",
        "the of and",
    ],
)
def test_what_they_do_not_answer(topic: str) -> None:
    found = report(topic, evidence(topic))
    assert found["answer"] is None
    assert found["note"] == NOTE


def test_no_evidence_no_report() -> None:
    assert report("Who designed the tower?", []) == {"answer": None, "note": NOTE, "summary": [], "sections": []}


def test_sections_have_every_quotation_once_by_source() -> None:
    found = evidence("Who designed the tower, and who built the Long Bridge?")
    sections = report("Who designed the tower, and who built the Long Bridge?", found)["sections"]
    assert [one["heading"] for one in sections] == ["Harbour Tower", "Long Bridge"]
    cited = [at for section in sections for one in section["statements"] for at in one["evidence"]]
    assert sorted(cited) == list(range(len(found)))


def test_every_statement_is_a_quotation() -> None:
    topic = "Who designed the Harbour Tower?"
    found = evidence(topic)
    made = report(topic, found)
    statements = [*made["summary"], *(one for section in made["sections"] for one in section["statements"])]
    assert statements
    assert all(occurs(one["text"], found[at]["quote"]) for one in statements for at in one["evidence"])


def test_several_questions_are_answered_each_for_itself() -> None:
    topic = "Who designed the Harbour Tower? Who won the 1998 World Cup? Who built the Long Bridge?"
    made = report(topic, evidence(topic))
    assert "Ada Byrne" in (made["answer"] or "")
    assert "Karl Voss" in (made["answer"] or "")
    assert "Who built the Long Bridge?" in [one["heading"] for one in made["sections"]]


async def test_the_offline_language_does_research() -> None:
    language = RulesLanguage()
    topic = "Who built the Long Bridge?"
    assert (await language.queries(topic, 3))[0] == topic
    findings = await language.study(topic, Page(address="b", title="", text=BRIDGE))
    made = await language.report(
        topic, [Evidence(**one, source=1, title="Harbour Tower") for one in findings], problem=""
    )
    assert "Karl Voss" in (made["answer"] or "")
