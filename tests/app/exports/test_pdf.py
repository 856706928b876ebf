"""The PDF: its text, pages, links and title; hostile text stays text; the extra may be missing."""

import io
import socket
import sys
from typing import NoReturn

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from app.exports.report_pdf import pdf
from nodes.ports.errors import NotConfigured
from nodes.reports.report import Report
from tests.app.exports.examples import CITED, HOSTILE, HOSTILE_LINKS, LONG, RICH, RICH_LINKS

typst = pytest.importorskip("typst", reason="the extra `pdf` is not installed")


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a PDF must not touch the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def read(report: Report) -> PdfReader:
    return PdfReader(io.BytesIO(pdf(report)))


def text(document: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in document.pages).split())


def annotations(document: PdfReader) -> list[DictionaryObject]:
    return [one.get_object() for page in document.pages for one in page.get("/Annots", [])]


def web_links(document: PdfReader) -> set[str]:
    actions = [one["/A"].get_object() for one in annotations(document) if "/A" in one]
    return {str(action["/URI"]) for action in actions if isinstance(action, DictionaryObject) and "/URI" in action}


def test_it_says_what_the_report_says() -> None:
    words = text(read(RICH))
    for statement in [*RICH["summary"], *(one for section in RICH["sections"] for one in section["statements"])]:
        assert statement["text"] in words
        assert all(citation["quote"] in words for citation in statement["citations"])
    for said in (
        RICH["title"],
        RICH["topic"],
        RICH["answer"],
        RICH["note"],
        RICH["coverage"],
        RICH["unread"][0]["why"],
    ):
        assert said is not None
        assert said in words


def test_it_has_a4_pages_with_numbers_and_a_title() -> None:
    document = read(RICH)
    assert [tuple(map(round, page.mediabox[2:])) for page in document.pages] == [(595, 842)] * 2
    assert "1 / 2" in document.pages[0].extract_text()
    assert "2 / 2" in document.pages[1].extract_text()
    assert document.metadata is not None
    assert document.metadata.title == RICH["title"]
    assert document.metadata.creation_date is not None
    assert document.metadata.creation_date.isoformat() == RICH["made_at"]
    titles = [str(item["/Title"]) for item in document.outline if isinstance(item, DictionaryObject)]
    assert titles == [RICH["title"]]


def test_sources_are_linked_and_citations_lead_to_quotes_and_back() -> None:
    document = read(RICH)
    assert web_links(document) == RICH_LINKS
    inside = [one for one in annotations(document) if "/Dest" in one or one.get("/A", {}).get("/S") == "/GoTo"]
    assert len(inside) == 8 + 9  # marks, and ways back


def test_the_answer_has_its_citations() -> None:
    document = read(CITED)
    assert "within 30 days. [1] [2] - The label is on us. [3]" in text(document).replace("\u202f", " ")
    inside = [one for one in annotations(document) if "/Dest" in one or one.get("/A", {}).get("/S") == "/GoTo"]
    assert len(inside) == 8 + 9 + 2 * 3


def test_equal_reports_give_equal_files() -> None:
    assert pdf(RICH) == pdf(RICH)


def test_hostile_text_is_only_text() -> None:
    document = read(HOSTILE)
    words = text(document)
    assert '#read("/etc/passwd") $x^2$ *bold* _it_ <label> @ref = no // comment /* x */ \\u{41} ~' in words
    assert "The sources do not answer this." in words
    assert web_links(document) == HOSTILE_LINKS


@pytest.mark.parametrize("word", [LONG, "─" * 3000, "א" * 3000, "漢" * 3000], ids=["x", "rule", "hebrew", "han"])
def test_a_word_longer_than_a_line_is_broken(word: str) -> None:
    assert lines({**RICH, "answer": word}) - lines({**RICH, "answer": "short"}) > 20


def lines(report: Report) -> int:
    return sum(len(page.extract_text().splitlines()) for page in read(report).pages)


def test_scripts_without_a_font_do_not_fail() -> None:
    report: Report = {**RICH, "answer": "日本語 한국어 हिन्दी ไทย 🙂 \U0001fae8 \ue000"}
    assert pdf(report).startswith(b"%PDF-")


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(NotConfigured, match="uv sync --extra pdf"):
        pdf(RICH)
