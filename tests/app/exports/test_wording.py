"""Foreign text: what is shown of it, and which addresses become links."""

import pytest

from nodes.reports.safe_text import shown, web_link


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  two\n lines\tand\u2028more ", "two lines and more"),
        ("\x1b[31mred\x07\x00", "[31mred"),  # what a terminal would obey
        ("evil\u202egnp.exe \u2066x\u2069", "evilgnp.exe x"),  # what would reorder its neighbours
        ("in\u200bvis\u00adi\ufeffble", "invisible"),
        ("a\ud800b\ufffec\U0001ffffd", "a\ufffdbcd"),  # what no encoding or no page may contain
        ("Z" + "\u0301" * 50 + "a", "Z" + "\u0301" * 4 + "a"),
        ("👩\u200d👧 می\u200cروم", "👩\u200d👧 می\u200cروم"),  # joiners that shape what they join
        ("# *kept* <b>", "# *kept* <b>"),  # escaping is for others
    ],
)
def test_text_is_fit_to_show(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_a_long_text_is_cut_where_a_limit_is_given() -> None:
    assert shown("word " * 100, 11) == "word word…"
    assert shown("x" * 10, 10) == "x" * 10


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://shop.example/a?b=c&d#e", "https://shop.example/a?b=c&d#e"),
        ("HTTP://shop.example:8080/", "HTTP://shop.example:8080/"),
        ("https://shop.example/rücksendung?a=%20", "https://shop.example/r%C3%BCcksendung?a=%20"),
        ('https://shop.example/"><b>', "https://shop.example/%22%3E%3Cb%3E"),
        ("https://shop.example/`|\\^{}", "https://shop.example/%60%7C%5C%5E%7B%7D"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///notes.md", None),
        ("//shop.example/", None),
        ("policies/returns.md", None),
        ("https:///nowhere", None),
        ("https://shop.example:port/", None),
        ("http://[::1", None),
        ("https://shop.example/a b", None),
        ("https://shop.example/\u202egnp.exe", None),  # shown, it would be another address
        (" https://shop.example/", None),
        ("https://shop.example/\njavascript:alert(1)", None),
        ("", None),
    ],
)
def test_only_plain_web_addresses_become_links(address: str, link: str | None) -> None:
    assert web_link(address) == link
