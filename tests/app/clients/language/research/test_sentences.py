"""Sentences as places in a text."""

import pytest

from app.clients.language.research.sentence_places import blocks, is_code, spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for block in blocks(text) for start, end in spans(text, block)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is old. It is tall!", ["It is old.", "It is tall!"]),
        ("Dr. J. R. Smith came. He left.", ["Dr. J. R. Smith came.", "He left."]),  # title and initials
        ("It costs 3.50 dollars. Buy it.", ["It costs 3.50 dollars.", "Buy it."]),  # decimals
        ("Fruit, e.g. Apples, is sold. Yes.", ["Fruit, e.g. Apples, is sold.", "Yes."]),
        ("The U.S. Senate met. It voted.", ["The U.S. Senate met.", "It voted."]),
        ('He said "go." Then he went.', ['He said "go."', "Then he went."]),
        ("It was built in 1900.[12] It fell.", ["It was built in 1900.[12]", "It fell."]),  # a footnote
        ("# Title\n\nFirst line.\nSecond line.", ["Title", "First line.", "Second line."]),
        ("- one thing\n- another thing", ["one thing", "another thing"]),
        ("It ends.\n12. One thing.\n13. Another.", ["It ends.", "One thing.", "Another."]),
        ("| a | One. Two. |\n|bb||", ["a | One. Two.", "bb"]),  # a row is one
        ("Do this:\n```sh\nrun it\n```\nthen stop.", ["Do this:", "run it", "then stop."]),
        ("A line that was broken,\nas mails are. Next.", ["A line that was broken,\nas mails are.", "Next."]),
        (
            "The lighthouse of the old harbour was built by the merchant\nJohn Smith in 1820.",
            ["The lighthouse of the old harbour was built by the merchant\nJohn Smith in 1820."],
        ),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_what_a_sentence_is(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("start --> find_order;", True),  # a diagram
        ("decide -. &nbsp;late&nbsp; .-> close", True),
        ("shop refund --order 12345 --out report.html", True),
        ("--by <name>: Who decides.", True),
        ("def pay(order):", True),
        ("pip install switchboard", True),
        ("curl https://shop.example", True),
        ("git push origin main", True),
        ("Git pushes are signed by hand.", False),
        ("Docker runs the build.", False),
        ("if (late) {", True),
        ("With --json the command prints one value, and nothing else is said on that channel.", False),
        ("The difference was significant (n = 35, p < 0.05).", False),
        ("A well-known rule - call open() first - holds;", False),
    ],
)
def test_what_nobody_says(sentence: str, *, code: bool) -> None:
    assert is_code(sentence) is code
