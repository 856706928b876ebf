"""Fit the words that tell a message about money that is missed, and write app/clients/language/data/awaited_weights.txt.

    python -m tests.awaited_weights

Fitted are the messages of tests/data: those of all authors (messages.jsonl), and the tables of refunds that are awaited, of
other intents and of requests. What is printed of an author is judged by weights that were fitted without that author.
"""

from collections.abc import Sequence

from app.clients.language.awaited import word_groups
from app.clients.language.plain_spelling import plain
from app.clients.language.quoting import own_words
from tests.word_weights import Example, fitted, rows, score, write

HEADING = """# How much a word, or two beside each other, tell that a message asks after money that was promised.
# Made by `python -m tests.awaited_weights`: do not edit.
"""


def main() -> None:
    messages = _messages()
    for author in sorted({one.source for one in messages if one.source}):
        weights = fitted([one for one in messages if one.source != author])
        _print(author, [one for one in messages if one.source == author], weights)
    write("awaited_weights", HEADING, fitted(messages))


def _print(author: str, messages: Sequence[Example], weights: dict[str, float]) -> None:
    judged = [(one.holds, score(one, weights) > 0) for one in messages]
    awaited = [told for awaits, told in judged if awaits]
    wrongly = sum(told and not awaits for awaits, told in judged)
    print(
        f"{author}: {sum(awaited)} of {len(awaited)} that await money are found, {wrongly} others of {len(judged)} besides"
    )


def _messages() -> list[Example]:
    found = [(row["author"], row["text"], row["where_is_my_refund"]) for row in rows("messages")]
    found += [("", row["text"], row["awaits"]) for row in rows("refunds_awaited")]
    found += [("", row["text"], False) for row in rows("intents") if row["intent"] != "refund"]
    found += [("", row["text"], False) for row in rows("acts") if row.get("request")]
    return [
        Example(author, frozenset(word_groups(plain(own_words(text)[0]))), awaits) for author, text, awaits in found
    ]


if __name__ == "__main__":
    main()
