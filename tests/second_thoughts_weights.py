"""Fit the words that take back a request which waits, and write app/clients/language/data/second_thoughts_weights.txt.

    python -m tests.second_thoughts_weights

Fitted are the messages of tests/data/second_thoughts.jsonl, which were written while a refund waited for its approval. What is
printed is judged by weights that were fitted without the messages beside it.
"""

from app.clients.language.second_thoughts import signs
from tests.word_weights import Example, fitted, rows, score, write

PARTS = 5
BESIDE = 20
"""So many messages that were written one after another are in the same part: they are alike."""
HEADING = """# How much a word, two beside each other, and the form of a message tell that it takes back a request which waits.
# Made by `python -m tests.second_thoughts_weights`: do not edit.
"""


def main() -> None:
    messages = [
        Example(str(at // BESIDE % PARTS), frozenset(signs(row["text"])), row["takes_back"])
        for at, row in enumerate(rows("second_thoughts"))
    ]
    judged: list[tuple[bool, float]] = []
    for part in sorted({one.source for one in messages}):
        weights = fitted([one for one in messages if one.source != part])
        judged += [(one.holds, score(one, weights)) for one in messages if one.source == part]
    taken, others = [told for holds, told in judged if holds], [told for holds, told in judged if not holds]
    for bar in (-1.0, -0.5, 0.0, 0.5, 1.0):
        found, wrongly = sum(told > bar for told in taken), sum(told > bar for told in others)
        print(f"above {bar}: {found} of {len(taken)} are found, {wrongly} others of {len(others)} besides")
    write("second_thoughts_weights", HEADING, fitted(messages))


if __name__ == "__main__":
    main()
