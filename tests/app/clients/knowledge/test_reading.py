"""Files as documents, and documents as passages."""

import gzip
from io import BytesIO
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from app.clients.knowledge.documents import Document, Section, is_known, read
from app.clients.knowledge.passages import cut, pieces
from app.clients.untrusted.confined import Unreadable


def sections(name: str, text: str) -> list[tuple[str, str]]:
    return [(one.heading, one.text.strip()) for one in read(name, text.encode()).sections]


MARKDOWN = [
    # (what is written, its sections, why)
    ("# A\n\none\n\n## B\n\ntwo", [("A", "one"), ("B", "two")], "headings"),
    ("A\n===\none\n\nB\n---\ntwo", [("A", "one"), ("B", "two")], "underlined headings"),
    ("---\ntags: x\n---\n# A\none", [("A", "one")], "front matter is no text"),
    ("# A\n```\n# no heading\n```\n", [("A", "```\n# no heading\n```")], "code keeps its signs"),
    ("# A\n[**bold** link](http://x) and `code`", [("A", "bold link and code")], "marks are no text"),
    ("# A\n| a | b |\n|---|---|\n| 1 | 2 |", [("A", "| a | b |\n| 1 | 2 |")], "a row stays a row"),
    (
        "# A\na | b\n---|---\n1 | 2\n\none | two",
        [("A", "| a | b |\n| 1 | 2 |\n\none | two")],
        "rows without outer bars",
    ),
    ("# A\n```\na | b\n--|--\n```", [("A", "```\na | b\n--|--\n```")], "code has no rows"),
    ("# A\none\n\n    x = 1\n\n    y\n\ntwo", [("A", "one\n\n```\n    x = 1\n\n    y\n\n```\ntwo")], "indented code"),
    ("# A\n- one\n\n    more of it", [("A", "- one\n\n    more of it")], "an item goes on"),
    ("# A\nOne[^1] two[^b].\n\n[^1]: Note.", [("A", "One two.\n\nNote.")], "marks of footnotes"),
    ("# A\nThe class `[^a]`.", [("A", "The class [^a].")], "no footnote"),
    ("only text", [("", "only text")], "no heading at all"),
    ("", [], "nothing at all"),
]


@pytest.mark.parametrize(("text", "expected", "why"), MARKDOWN)
def test_markdown(text: str, expected: list[tuple[str, str]], why: str) -> None:
    assert sections("page.md", text) == expected, why


def test_the_title_is_the_first_heading_or_the_file_name() -> None:
    assert read("a.md", b"# Returns\n\ntext").title == "Returns"
    assert read("folder/gift-cards_2.txt", b"text").title == "Gift cards 2"


def test_html_has_no_markup_scripts_or_navigation() -> None:
    page = (
        "<html><head><title>Our shop</title><style>p{}</style></head><body><nav>Home</nav>"
        "<h1>Returns</h1><p>30 days,\n &amp; no longer.<br>Really.</p><script>alert('x < y')</script>"
        "<ul><li>one<li>two</ul><h2>More</h2><table><tr><td>a</td><td>b</td></tr></table>"
        "<table><tr><td>Menu</td><td><p>A table for the eye.</p></td></tr></table>"
        "<pre><code>a =\n  <b>1</b></code></pre><footer>Imprint</footer>"
    )
    assert read("page.html", page.encode()).title == "Our shop"
    assert sections("page.html", page) == [
        ("Returns", "30 days, & no longer.\nReally.\n\n- one\n- two"),
        ("More", "| a | b |\n\nMenu\n\nA table for the eye.\n\n```\na =\n1\n```"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "<p>Größe</p>".encode(),
        "<p>Größe</p>".encode("cp1252"),
        '<meta charset="latin-1"><p>Größe</p>'.encode("latin-1"),
    ],
)
def test_character_sets(content: bytes) -> None:
    assert read("page.html", content).sections[0].text == "Größe"


RUSSIAN = "Москва - столица России, город федерального значения. " * 3
GREEK = "Η Αθήνα είναι η πρωτεύουσα της Ελλάδας και η μεγαλύτερη πόλη της. " * 3
HEBREW = "ירושלים היא עיר הבירה של מדינת ישראל והעיר הגדולה ביותר בה. " * 3
CZECH = "Praha je hlavní a největší město České republiky. Leží mírně na sever od středu Čech. " * 3
JAPANESE = "東京は日本の首都であり、世界最大の都市圏を形成している。人口は約一千四百万人である。" * 3
CHINESE = "北京是中华人民共和国的首都，是全国的政治中心和文化中心，也是世界著名古都。" * 3


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        *((RUSSIAN, charset) for charset in ("utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8_r")),
        *((JAPANESE, charset) for charset in ("cp932", "euc_jp")),
        *((GREEK, "cp1253"), (HEBREW, "cp1255"), (CHINESE, "gb18030")),
    ],
)
def test_character_sets_that_nobody_states(text: str, charset: str) -> None:
    (section,) = read("page.txt", text.encode(charset)).sections
    assert section.text == text


@pytest.mark.parametrize("name", ["page.txt", "page.md", "page.html"])
@pytest.mark.parametrize(
    "content",
    [
        Random(1).randbytes(100),
        Random(2).randbytes(100_000),
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\0\0\x01\0\x08\x06\0\0\0",
        gzip.compress(RUSSIAN.encode()),
        CZECH.encode("utf-16-le"),  # nothing says so
        CZECH.encode("utf-32"),
        CZECH.encode("cp037", errors="replace"),  # of mainframes
        bytes(byte ^ 0x80 for byte in CZECH.encode("ascii", errors="replace")),
    ],
    ids=("random", "much random", "picture", "compressed", "utf-16", "utf-32", "ebcdic", "top bits"),
)
def test_what_is_no_text_is_unreadable(name: str, content: bytes) -> None:
    with pytest.raises(Unreadable, match="its characters cannot be told"):
        read(name, content)


@pytest.mark.parametrize("stated", ["utf-16", "punycode", "unicode_escape", "rot13", "nonsense"])
def test_a_character_set_that_cannot_be_true_is_not_believed(stated: str) -> None:
    page = f'<meta charset="{stated}"><p>Bees fly, \\ud800.</p>'
    assert read("page.html", page.encode()).sections[0].text == "Bees fly, \\ud800."


def pdf(text: str) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(300, 300)
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): writer._add_object(font)})}
    )
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 12 Tf 20 200 Td ({text}) Tj ET".encode())
    page[NameObject("/Contents")] = writer._add_object(stream)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def test_pdf() -> None:
    (page,) = read("terms.pdf", pdf("Vouchers never expire.")).sections
    assert (page.heading, page.text.strip()) == ("Page 1", "Vouchers never expire.")


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7\ntrailer << /Root 1 0 R >>"])
def test_a_broken_pdf(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read("a.pdf", content)


@pytest.mark.parametrize(
    ("name", "known"), [("a.md", True), ("A.PDF", True), (".a.md", False), ("a.docx", False), ("md", False)]
)
def test_which_files_are_read(name: str, known: bool) -> None:
    assert is_known(name) is known


def test_passages_end_with_sentences() -> None:
    text = "One sentence here. Another one there. " * 10
    parts = cut(text.strip(), longest=80)
    assert all(part.endswith(".") and len(part) <= 80 for part in parts)


def test_items_and_rows_stay_lines_of_their_own() -> None:
    lines = [*(f"- Item {number} (see help)." for number in range(9)), *(f"| {number} | b |" for number in range(9))]
    parts = cut("\n".join(lines), longest=60)
    assert [line for part in parts for line in part.split("\n")] == lines


@given(st.text(alphabet="ab. \n", max_size=400), st.integers(min_value=5, max_value=60))
def test_no_word_is_lost_and_no_passage_is_too_long(text: str, longest: int) -> None:
    parts = cut(text, longest)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(0 < len(part) <= longest for part in parts)


def test_equal_passages_have_ids_of_their_own() -> None:
    twice = Document("t", (Section("h", "same"), Section("h", "same")))
    first, second = pieces("a.md", twice)
    assert first.id != second.id
    assert next(pieces("a.md", twice)).id == first.id


@pytest.mark.parametrize("name", ["page.html", "page.md"])
@pytest.mark.parametrize(
    "piece", ["<", "<a ", "<a b='", "<!--", "[", "![", "[a](", " ", "*", "#", "# ", "|", "-|", "```\n", "&#"]
)
def test_a_file_made_to_stall_its_reader_does_not(name: str, piece: str) -> None:
    """Each of these took a careless reader minutes."""
    assert isinstance(read(name, (piece * 200_000).encode()).title, str)
