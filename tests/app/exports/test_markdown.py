"""Markdown: a parser reads the same texts back, and no link but the sources' own."""

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from nodes.reports.report import Cited, Report
from nodes.reports.report_markdown import markdown
from nodes.reports.safe_text import shown
from nodes.reports.statement_shape import shape_of
from tests.app.exports.examples import ATTRIBUTES, CITED, HOSTILE, HOSTILE_LINKS, RICH, RICH_LINKS, TEXTS

HARD_BREAK = "  "  # before the end of a line
PLAIN = {"text", "softbreak", "hardbreak", "code_inline", "text_special"}
TEMPLATE = """\
# Return windows and return shipping

How long do customers have to return an item, and who pays for the parcel?

22 November 2026, 10:15 UTC. Made offline: it quotes its sources rather than writes.

## Answer

Customers have 30 days from delivery; the shop pays for the parcel when the item was faulty.

## Summary

- The return window is 30 days and starts on the day of delivery. [1] [2]
- Who pays for the way back depends on why the item comes back. [3]

## The return window

A return has to be announced within 30 days of delivery; the parcel may arrive later. [1]
"""


def inlines(text: str) -> list[Token]:
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    assert {token.type for token in tokens} <= {
        *("heading_open", "inline", "heading_close", "paragraph_open", "paragraph_close", "hr"),
        *("bullet_list_open", "list_item_open", "list_item_close", "bullet_list_close"),
        *("blockquote_open", "blockquote_close"),
    }
    return [token for token in tokens if token.type == "inline"]


def words(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [] if child.type in PLAIN)


def links(text: str) -> set[str]:
    children = [child for inline in inlines(text) for child in inline.children or []]
    assert {child.type for child in children} <= PLAIN | {"link_open", "link_close"}
    return {str(child.attrs["href"]) for child in children if child.type == "link_open"}


def test_it_reads_well_as_it_is() -> None:
    text = markdown(RICH)
    assert text.startswith(TEMPLATE)
    assert text.endswith("\n---\n\n9 of 9 citations verified, 5 of 6 sources read\n")
    assert "\\" not in text


def test_a_source_is_followed_by_its_quotes() -> None:
    assert f"""
[2] The small print of returns{HARD_BREAK}
`policies/returns/small-print.md`

> Our 30-day window starts when the parcel reaches you, not when it leaves us.

> Final-sale items cannot be returned unless they are faulty.
""" in markdown(RICH)


def test_it_names_what_could_not_be_read() -> None:
    assert """
## Sources that could not be read, and why

- Returns after Christmas? (`https://forum.example/t/returns-after-christmas`): The page did not answer within 20 \
seconds, three times.
""" in markdown(RICH)


def test_it_says_plainly_when_there_is_no_answer() -> None:
    assert "\n## Answer\n\nNo sentence that was read is sure to answer this." in markdown({**RICH, "answer": None})
    assert "so the question stays open.\n" in markdown({**RICH, "answer": None, "sources": []})
    bare: Report = {**RICH, "summary": [], "sections": [], "sources": [], "unread": [], "coverage": ""}
    assert markdown(bare).endswith("\n## Sources\n\nNo source was read.\n")


def test_the_answer_has_its_citations() -> None:
    said = "You can return an item within 30 days. [1] [2] \\- The label is on us. [3]"
    assert f"\n## Answer\n\n{said}\n\n## Summary" in markdown(CITED)


def test_web_addresses_of_sources_are_links() -> None:
    assert links(markdown(RICH)) == RICH_LINKS


def test_hostile_text_makes_no_link_and_no_markup() -> None:
    assert links(markdown(HOSTILE)) == {link.replace("]", "%5D") for link in HOSTILE_LINKS}


@pytest.mark.parametrize("text", [text for text in map(shown, [*TEXTS, ATTRIBUTES]) if text])
def test_hostile_text_is_read_back_as_it_was(text: str) -> None:
    report: Report = {
        **HOSTILE,
        "topic": text,
        "answer": text,
        "summary": [{"text": text, "citations": []}],
        "sections": [{"heading": text[:150], "statements": [{"text": text, "citations": []}]}],
        "sources": [],
        "unread": [{"title": "", "address": text[:150], "why": text[:150]}],
        "coverage": text,
    }
    found = list(map(words, inlines(markdown(report))))
    assert found[1] == text
    assert found[5:] == [
        *("Summary", text, text[:150], text, "Sources", "No source was read."),
        *("Sources that could not be read, and why", f"{text[:150]}: {text[:150]}", text),
    ]


def test_nothing_of_it_commands_a_terminal() -> None:
    assert all(character.isprintable() or character in "\n\u200c\u200d" for character in markdown(HOSTILE))


def test_addresses_in_text_are_not_linked_by_eager_readers() -> None:
    eager = MarkdownIt("gfm-like", {"linkify": False})
    text = markdown({**RICH, "answer": "See https://evil.example and www.evil.example"})
    assert "See https\\://evil.example and www\\.evil.example" in text
    assert "<p>See https://evil.example and www.evil.example</p>" in eager.render(text)


def test_code_of_an_item_stands_in_the_item_without_its_fence() -> None:
    shape = shape_of("To begin:\n1. install it\n2. set the colour:\n```\ncolour = 1\n```")
    assert [one["text"] for one in shape["items"]] == ["install it", "set the colour: colour = 1"]


def test_a_list_inside_an_item_keeps_its_place_and_the_numbers_theirs() -> None:
    said = "To begin:\n1. Press Restore.\n  - Wait for the light.\n  - Stay there.\n2. Enter the code."
    text = markdown({**RICH, "answer": said})
    assert "1. Press Restore.\n   - Wait for the light.\n   - Stay there.\n2. Enter the code." in text


def test_a_summary_of_a_list_alone_has_no_other_marker_before_it() -> None:
    summary = [Cited(text=text, citations=[]) for text in ("- Wait for the light.\n- Stay there.", "It is done.")]
    text = markdown({**RICH, "summary": summary})
    assert "## Summary\n\n- Wait for the light.\n- Stay there.\n\nIt is done.\n" in text
