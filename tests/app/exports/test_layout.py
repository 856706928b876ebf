"""Quotes are listed once, marks and quotes know each other, and what is empty is left out."""

import pytest

from nodes.reports.layout import lay_out
from nodes.reports.report import Report
from tests.app.exports.examples import RICH

NOTHING: Report = {
    "topic": "returns",
    "title": "returns",
    "made_at": "2026-11-22T12:15:00+02:00",
    "answer": None,
    "note": "",
    "summary": [],
    "sections": [],
    "sources": [],
    "unread": [],
    "coverage": "",
}


def test_a_quote_is_listed_once_and_leads_back_to_every_mark() -> None:
    first, *_ = lay_out(RICH)["sources"]
    assert first["quotes"] == [
        {
            "id": "quote-1-1",
            "text": "You can return an item within 30 days of the day it was delivered.",
            "marks": ["mark-1", "mark-4"],
        },
        {
            "id": "quote-1-2",
            "text": "What counts is the day you tell us, not the day the parcel arrives.",
            "marks": ["mark-4"],
        },
    ]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (NOTHING, "No source was found, so the question stays open."),
        ({**NOTHING, "unread": RICH["unread"]}, "No source could be read, so the question stays open."),
        ({**NOTHING, "unread": RICH["unread"], "sources": RICH["sources"]}, "The sources do not answer this."),
    ],
)
def test_why_there_is_no_answer(report: Report, said: str) -> None:
    assert (lay_out(report)["answer"], lay_out(report)["no_answer"]) == ([], said)


def test_a_statement_names_each_source_once() -> None:
    statement = lay_out(RICH)["parts"][0]["statements"][0]
    assert statement["marks"] == [{"id": "mark-4", "source": 1, "quote": "quote-1-1"}]


def test_a_citation_of_an_unlisted_source_is_left_out() -> None:
    report: Report = {**NOTHING, "summary": [{"text": "Seven.", "citations": [{"source": 7, "quote": "seven"}]}]}
    assert [(one["text"], one["marks"]) for one in lay_out(report)["summary"]] == [("Seven.", [])]


def test_the_time_is_shown_in_utc_and_the_topic_only_when_it_says_more() -> None:
    page = lay_out(NOTHING)
    assert (page["made"], page["made_at"]) == ("22 November 2026, 10:15 UTC", "2026-11-22T10:15:00+00:00")
    assert page["topic"] == ""
    assert lay_out(RICH)["topic"] == RICH["topic"]


def test_sources_stand_in_the_order_of_their_numbers() -> None:
    report: Report = {**RICH, "sources": RICH["sources"][::-1]}
    page = lay_out(report)
    assert [entry["number"] for entry in page["sources"]] == [1, 2, 3, 4]
    assert [entry["number"] for entry in page["silent"]] == [5]  # read, and not cited


def test_a_report_without_a_title_is_named_after_its_topic() -> None:
    assert lay_out({**NOTHING, "title": "\u200b"})["title"] == "returns"
    assert lay_out({**NOTHING, "title": "", "topic": ""})["title"] == "Report"


def test_a_section_without_a_heading_gets_one_and_without_statements_is_left_out() -> None:
    report: Report = {
        **NOTHING,
        "sections": [
            {"heading": "", "statements": [{"text": "A.", "citations": []}]},
            {"heading": "Empty", "statements": []},
        ],
    }
    assert [part["heading"] for part in lay_out(report)["parts"]] == ["Findings"]
