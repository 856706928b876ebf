"""What becomes of a page: its text in paragraphs, or one plain sentence why there is none."""

import subprocess
import sys

import pytest

from app.clients.web.pdf_paragraphs import paragraphs
from app.clients.web.reader import WebReader
from nodes.ports.errors import SourceUnreadable
from tests.app.clients.web.conftest import reader_with
from tests.site import APP_SHELL, BOT_WALL, INSTRUCTIONS, STALLING_PAGE, Answer, Site, html, pdf, stalling_pdf

ARTICLE = """<!doctype html><html><head><title>Bees | The Hive</title><meta property="og:title" content="Bees">
<style>p { color: red }</style></head><body><nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>
<main><article><h1>Bees</h1><p>A bee can fly to its hive, and it does so about ten times a day in summer.</p>
<p>It lives on nectar &amp; pollen, which it finds up to three kilometres away from its hive.</p>
<ul><li>Queens lay eggs.</li><li>Drones do not sting.</li></ul>
<table><tr><th>Kind</th><th>Legs</th></tr><tr><td>Bee</td><td>6</td></tr></table>
<script>track("bees")</script></article></main><footer>Imprint and cookies</footer></body></html>"""

GRUESSE = "<p>Größe und Gewicht der Biene: 5 € – „klein“</p>"


async def text_of(reader: WebReader, site: Site, answer: Answer, path: str = "/page") -> str:
    site.answers(path, answer)
    return (await reader.read(site.url(path)))["text"]


async def text_or_reason(reader: WebReader, site: Site, answer: Answer) -> str:
    try:
        return await text_of(reader, site, answer)
    except SourceUnreadable as problem:
        return str(problem)


async def test_the_main_part_of_a_page(site: Site, reader: WebReader) -> None:
    page = await reader.read(site.page("/bees", ARTICLE))
    assert page["title"] == "Bees"
    first, second, *_ = page["text"].removeprefix("Bees\n\n").split("\n\n")
    assert first.startswith("A bee can fly")
    assert second.startswith("It lives on nectar & pollen")
    assert "- Queens lay eggs.\n- Drones do not sting." in page["text"]
    assert "| Kind | Legs |\n| Bee | 6 |" in page["text"]
    for silent in ("Home", "Imprint", "track", "color"):
        assert silent not in page["text"]


async def test_lists_have_their_numbers_and_their_depth(site: Site, reader: WebReader) -> None:
    steps = '<ol start="3"><li>Open it.<ul><li>Press.</li></ul></li><li><p>Close it.</p></li></ol><ul>'
    assert "\n\n3. Open it.\n  - Press.\n4. Close it.\n" in await text_of(
        reader, site, html(ARTICLE.replace("<ul>", steps))
    )


async def test_code_stands_between_fences(site: Site, reader: WebReader) -> None:
    page = ARTICLE.replace("<ul>", "<pre><code>fly --high\nfly <b>--low</b></code></pre><pre>A poem.</pre><ul>")
    text = await text_of(reader, site, html(page))
    assert "\n\n```\nfly --high\nfly --low\n```\n\nA poem.\n\n- Queens" in text


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<title> The \n Title </title><p>Text of it.</p>", "The Title"),
        ("<h1>The Heading</h1><p>Text of it.</p>", "The Heading"),
        ("<p>Text of it.</p>", "some page"),
    ],
)
async def test_every_page_has_a_title(site: Site, reader: WebReader, markup: str, title: str) -> None:
    assert (await reader.read(site.page("/some-page.html", markup)))["title"] == title


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (GRUESSE.encode(), "text/html; charset=utf-8"),
        (GRUESSE.encode(), "text/html"),
        (GRUESSE.encode(), "text/html; charset=iso-8859-1"),  # the header is wrong
        (GRUESSE.encode(), "text/html; charset=nonsense"),
        (GRUESSE.encode(), "text/html; charset=rot13"),  # no character set, though Python knows it
        (GRUESSE.encode(), "text/html; charset=punycode"),
        (GRUESSE.encode("cp1252"), "text/html; charset=iso-8859-1"),  # Windows' characters under the older name
        (GRUESSE.encode("cp1252"), "text/html; charset=utf-8"),
        (GRUESSE.encode("cp1252"), "text/html"),
        (b"\xef\xbb\xbf" + GRUESSE.encode(), "text/html; charset=iso-8859-2"),  # the byte order mark knows better
        (GRUESSE.encode("utf-16"), "text/html"),
        (GRUESSE.encode("utf-16-le"), "text/html; charset=utf-16le"),
        (b'<meta charset="cp1250">' + GRUESSE.encode("cp1250"), "text/html"),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=cp1250">' + GRUESSE.encode("cp1250"),
            "text/html",
        ),
        (b'<?xml version="1.0" encoding="cp1250"?><html>' + GRUESSE.encode("cp1250"), "application/xhtml+xml"),
        (b'<meta charset="utf-16">' + GRUESSE.encode(), "text/html"),  # it could not be read, were it true
    ],
)
async def test_character_sets(site: Site, reader: WebReader, body: bytes, content_type: str) -> None:
    text = await text_of(reader, site, Answer(body=body, type=content_type))
    assert text == "Größe und Gewicht der Biene: 5 € – „klein“"


@pytest.mark.parametrize(
    ("path", "content_type", "body", "text"),
    [
        ("/a.txt", "text/plain", b"One.\r\n\r\n\r\n\r\nTwo  words.\x07", "One.\n\nTwo words."),
        ("/a.md", "text/markdown", b"# Bees\n\nA **bee** can [fly](/f).\n", "Bees\n\nA bee can fly."),
        ("/a.md", "text/markdown", b"---\nx: 1\n---\n> *A* `bee`\n\n```\n# code\n```\n2 * 3", "A bee\n\n```\n# code\n```\n\n2 * 3"),
        ("/a.md", "text/markdown", b"A bee <!-- buzz -->[^1].\n\n1. flies\n   - high\n", "A bee.\n\n1. flies\n  - high"),
        ("/a.md", "text/markdown", b"A bee[^1].\n\n| a | b |\n|--|--|\n| 1 | 2 |", "A bee.\n\n| a | b |\n| 1 | 2 |"),
        ("/a.md", "text/plain", b"# Bees\n\nA *bee* can fly.\n", "Bees\n\nA bee can fly."),
        ("/a.txt", "text/plain", "A bee.".encode("utf-16"), "A bee."),
        ("/a.txt", "application/octet-stream", b"One.", "One."),
        ("/a", None, b"<!-- x --><!DOCTYPE html><p>One bee.</p>", "One bee."),
        ("/a", "application/xhtml+xml", b"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>One bee.</p></body></html>", "One bee."),
    ],
)  # fmt: skip
async def test_kinds_of_pages(
    site: Site, reader: WebReader, path: str, content_type: str | None, body: bytes, text: str
) -> None:
    assert await text_of(reader, site, Answer(body=body, type=content_type), path) == text


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (html(BOT_WALL), "asks visitors to show that they are not a program"),
        (html(APP_SHELL), "JavaScript"),
        (html("<title>App</title><div id=app></div><script src=a.js></script>"), "JavaScript"),
        (html(""), "no text"),
        (html("<title>Empty</title><body></body>"), "no text"),
        (html("<img src=a.png>"), "no text"),
        (Answer(204), "no text"),
        (Answer(body=b" \n ", type="text/plain"), "no text"),
        (Answer(body=b"MZ\x00\x01\x00\x00", type="text/plain"), "called text, but is not text"),
        (Answer(body=b"MZ\x00\x01\x00\x00", type="application/octet-stream"), "octet-stream"),
        (Answer(body=b"MZ\x00\x01\x00\x00", type=None), "unstated"),
        (Answer(body=b"{}", type="application/json"), "application/json"),
        (Answer(body=b"%PDF-1.7 broken", type="application/pdf"), "not a readable PDF"),
        (pdf(""), "PDF file without text"),
    ],
)
async def test_pages_without_text(site: Site, reader: WebReader, answer: Answer, reason: str) -> None:
    with pytest.raises(SourceUnreadable, match=reason) as failed:
        await text_of(reader, site, answer)
    assert site.url("/page") in str(failed.value)


async def test_a_page_may_speak_of_robots_and_javascript(site: Site, reader: WebReader) -> None:
    talk = "<p>Some sites ask: are you a robot? Others say: please enable JavaScript. Both keep programs out.</p>"
    assert "are you a robot" in await text_of(
        reader, site, html(talk + "<p>There is more to be said about it.</p>" * 20)
    )


async def test_instructions_in_a_page_are_text_like_any_other(site: Site, reader: WebReader) -> None:
    assert "ignore all previous instructions" in await text_of(reader, site, html(INSTRUCTIONS))
    assert list(site.requests) == ["/page"]


async def test_pdf(site: Site, reader: WebReader) -> None:
    site.answers("/terms.pdf", pdf("Vouchers never expire.", "They are sent by mail.", title="Terms"))
    page = await reader.read(site.url("/terms.pdf"))
    assert (page["title"], page["text"]) == ("Terms", "Vouchers never expire.\n\nThey are sent by mail.")


async def test_pdf_under_another_name(site: Site, reader: WebReader) -> None:
    answer = pdf("Vouchers never expire.")
    assert (
        await text_of(reader, site, Answer(body=answer.body, type="application/octet-stream"))
        == "Vouchers never expire."
    )
    assert await text_of(reader, site, Answer(body=answer.body, type="text/html")) == "Vouchers never expire."


async def test_of_a_long_pdf_the_first_pages_are_read(site: Site) -> None:
    text = await text_of(reader_with(max_pdf_pages=2), site, pdf("One.", "Two.", "Three."))
    assert text == "One.\n\nTwo."


async def test_of_a_long_text_the_beginning_is_kept(site: Site) -> None:
    text = await text_of(
        reader_with(max_characters=100), site, html("<p>Twenty letters here.</p>\n" * 3 + "<p>x y</p>" * 99)
    )
    assert text.startswith("Twenty letters here.\n\nTwenty letters here.")
    assert len(text) <= 100


def test_lines_of_a_pdf_become_paragraphs() -> None:
    page = "The bee is a small insect that is found\nin every mea-\ndow of the country and beyond.\nIt flies.\nIt lives in a hive."
    assert paragraphs(page) == (
        "The bee is a small insect that is found in every meadow of the country and beyond. It flies.\n\nIt lives in a hive."
    )


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        *(
            (each.encode() * 40_000, "text/html")
            for each in ("<!--", "<a b='", "<?x", "</", "<div>x", "<meta charset", "<")
        ),
        *((each.encode() * 40_000, "text/markdown") for each in ("[", "<!--", "**x", "`", "[a](", "*a ")),
        (b"<!---->" * 40_000, "application/octet-stream"),
    ],
)
async def test_what_is_written_to_keep_a_reader_busy(site: Site, content: bytes, content_type: str) -> None:
    """Either way it is done within the time, in which the last step of a quadratic one would not be."""
    outcome = await text_or_reason(reader_with(timeout_s=3), site, Answer(body=content, type=content_type))
    assert "takes more than" not in outcome


@pytest.mark.parametrize("answer", [Answer(body=STALLING_PAGE), stalling_pdf()], ids=("html", "pdf"))
async def test_a_page_that_stalls_its_reader_is_unreadable(site: Site, answer: Answer) -> None:
    with pytest.raises(SourceUnreadable, match=r"/page cannot be read: reading it takes more than \d\.?\d* seconds\.$"):
        await text_of(reader_with(timeout_s=1), site, answer)
    patient = reader_with(timeout_s=60)  # a new process may have to be started for it
    assert await text_of(patient, site, html("<p>A bee can fly.</p>"), "/next") == "A bee can fly."


def test_what_is_slow_to_load_is_loaded_when_it_is_needed() -> None:
    code = (
        "import sys, app.clients.web.reader, app.clients.search.tavily, app.clients.search.searxng, app.clients.search.corpus; "
        "print([name for name in ('trafilatura', 'lxml', 'pypdf', 'langchain_tavily', 'aiohttp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
