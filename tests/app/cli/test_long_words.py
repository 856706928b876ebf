"""A megabyte of words: every command that takes words refuses it, and nothing is lost by that."""

import json

from tests.command_line import CommandLine

BIG = "x " * 500_000
LONG = [
    # (a command, what its stdin has)
    (("support", BIG), ""),
    (("support", BIG, "--thread", "talk"), ""),
    (("chat", "--thread", "new"), f"{BIG}\n"),
    (("answer", BIG), ""),
    (("write", BIG), ""),
    (("research", BIG), ""),
    (("refund", "--order", "12346", "--email", "ada@example.com", "--reason", BIG), ""),
    (("refund", "--order", BIG, "--email", "ada@example.com"), ""),
    (("run", "support", "--input", "-"), json.dumps({"messages": BIG})),
    (("reject", "talk", "--reason", BIG), ""),
    (("approve", "talk", "--note", BIG), ""),
    (("ask", "talk", BIG), ""),
    (("tickets", "answer", "T-1001", BIG), ""),
    (("people", "add", BIG, "--role", "viewer"), "a password"),
]


def test_a_megabyte_is_refused_with_a_sentence(switchboard: CommandLine) -> None:
    """By every command that takes words; the request that waits goes on waiting."""
    asked = switchboard("support", "I want a refund for order 12345", "--email", "ada@example.com", "--thread", "talk")
    assert asked.code == 3
    for words, stdin in LONG:
        refused = switchboard(*words, stdin=stdin)
        said = refused.err.strip().splitlines()[-1]
        assert refused.code == 2, (words[0], said[:300])
        assert len(said) < 300, words[0]
    assert [one["status"] for one in switchboard.json("pending")] == ["pending"]
