"""The page: its structure, every link, nothing that runs or loads, and colours that can be read."""

import base64
import hashlib
import re
from importlib.resources import files
from itertools import product

import pytest
from lxml.html import HtmlElement, HTMLParser, document_fromstring  # type: ignore[import-untyped]

from app.exports.report_html import html
from nodes.reports.report import Report
from nodes.reports.safe_text import shown
from tests.app.exports.examples import CITED, HOSTILE, HOSTILE_LINKS, RICH, RICH_LINKS, SCRIPT, TEXTS

ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "time", "bdi", "span"),
    *("h1", "h2", "p", "ul", "ol", "li", "blockquote", "sup", "a"),
}
ATTRIBUTES = {
    *("lang", "dir", "id", "class", "href", "rel", "role", "aria-label", "aria-labelledby", "value", "datetime"),
    *("charset", "http-equiv", "content", "name"),
}


def parsed(report: Report) -> HtmlElement:
    return document_fromstring(html(report).encode(), parser=HTMLParser(encoding="utf-8"))


def texts(page: HtmlElement, path: str) -> list[str]:
    return [" ".join(found.text_content().split()) for found in page.xpath(path)]


def web_links(page: HtmlElement) -> set[str]:
    return {link for link in page.xpath("//a/@href") if not link.startswith("#")}


def test_it_has_every_part_in_order() -> None:
    page = parsed(RICH)
    assert texts(page, "//h1 | //h2") == [
        *("Return windows and return shipping", "Answer", "Summary", "The return window", "Who pays for the parcel"),
        *("Sources", "Read, and nothing quoted", "Sources that could not be read, and why"),
    ]
    assert texts(page, "//title") == ["Return windows and return shipping"]
    assert texts(page, "//header/p") == [
        "How long do customers have to return an item, and who pays for the parcel?",
        "22 November 2026, 10:15 UTC",
        "Made offline: it quotes its sources rather than writes.",
    ]
    assert texts(page, "//section[h2='Summary']//li") == [
        "The return window is 30 days and starts on the day of delivery. [1] [2]",
        "Who pays for the way back depends on why the item comes back. [3]",
    ]
    assert texts(page, "//footer") == ["9 of 9 citations verified, 5 of 6 sources read"]
    assert page.get("lang") == "en"


def test_a_list_inside_an_item_is_one() -> None:
    page = parsed({**RICH, "answer": "Do this:\n3. Press.\n  - Wait.\n  - Stay.\n4. Go."})
    assert texts(page, "//section[h2='Answer']/ol[@start='3']/li") == ["Press.Wait.Stay.", "Go."]
    assert texts(page, "//section[h2='Answer']/ol/li/ul/li") == ["Wait.", "Stay."]


def test_sources_keep_their_numbers_and_quotes() -> None:
    page = parsed({**RICH, "sources": [source for source in RICH["sources"] if source["number"] != 1]})
    assert page.xpath("//ol/li/@value") == ["2", "3", "4", "5"]
    assert texts(page, "//ol/li[@id='source-2']/*") == [
        "The small print of returns",
        "policies/returns/small-print.md",
        "Our 30-day window starts when the parcel reaches you, not when it leaves us. ↩",
        "Final-sale items cannot be returned unless they are faulty. ↩",
    ]


def test_what_could_not_be_read_is_named_and_not_linked() -> None:
    page = parsed(RICH)
    assert texts(page, "//section[last()]//li/*") == [
        "Returns after Christmas?",
        "https://forum.example/t/returns-after-christmas",
        "The page did not answer within 20 seconds, three times.",
    ]
    assert not page.xpath("//section[last()]//a")


def test_the_answer_has_its_citations() -> None:
    page = parsed(CITED)
    assert texts(page, "//section[h2='Answer']/p") == [
        "You can return an item within 30 days. [1] [2] - The label is on us. [3]"
    ]
    assert "#mark-1" in page.xpath("//blockquote[@id='quote-1-1']//a/@href")


@pytest.mark.parametrize("report", [RICH, CITED, HOSTILE], ids=["rich", "cited", "hostile"])
def test_citations_lead_to_quotes_and_back(report: Report) -> None:
    page = parsed(report)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.xpath("//a[starts-with(@href, '#')]/@href")} <= set(ids)
    assert set(" ".join(page.xpath("//@aria-labelledby")).split()) <= set(ids)
    for mark in page.xpath("//sup/a"):
        quote = page.xpath("//blockquote[@id=$id]", id=mark.get("href")[1:])[0]
        assert f"#{mark.get('id')}" in quote.xpath(".//a/@href")
        assert quote.getparent().get("id") == f"source-{mark.text.strip('[]')}"


def test_only_web_addresses_of_sources_are_links() -> None:
    assert web_links(parsed(HOSTILE)) == HOSTILE_LINKS
    page = parsed(RICH)
    assert web_links(page) == RICH_LINKS
    assert set(page.xpath("//a[not(starts-with(@href, '#'))]/@rel")) == {"noopener noreferrer nofollow"}


@pytest.mark.parametrize("report", [RICH, HOSTILE], ids=["rich", "hostile"])
def test_nothing_runs_or_loads(report: Report) -> None:
    page = parsed(report)
    assert {element.tag for element in page.iter()} <= ALLOWED
    assert {name for element in page.iter() for name in element.attrib} <= ATTRIBUTES
    style = page.xpath("string(//style)")
    assert "url(" not in style
    assert "@import" not in style
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [
        f"default-src 'none'; style-src 'sha256-{hashed}'; base-uri 'none'; form-action 'none'"
    ]


def test_hostile_text_is_only_text() -> None:
    page = parsed(HOSTILE)
    expected = [text for text in map(shown, TEXTS) if text]
    assert [text.removesuffix(" [1]") for text in texts(page, "//section[h2='Summary']//li")] == expected
    assert SCRIPT not in html(HOSTILE)
    assert texts(page, "//section[1]/p") == [
        "No sentence that was read is sure to answer this. What comes nearest stands below."
    ]


def test_the_page_fits_a_phone_the_dark_and_paper() -> None:
    page = parsed(RICH)
    assert page.xpath("//meta[@name='viewport']/@content") == ["width=device-width, initial-scale=1"]
    style = page.xpath("string(//style)")
    for needed in ("prefers-color-scheme: dark", "@media print", "overflow-wrap: anywhere", "max-width: 42rem"):
        assert needed in style


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [0, 1], ids=["light", "dark"])
def test_every_text_colour_can_be_read_on_every_ground(palette: int) -> None:
    style = files("app.exports").joinpath("report.css").read_text()
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[palette]
    colours = dict(re.findall(r"--(\w+): (#\w{6});", block))
    for text, ground in product(("ink", "soft", "accent"), ("paper", "tint", "mark")):
        high, low = sorted((luminance(colours[text]), luminance(colours[ground])), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, f"{text} on {ground}"
