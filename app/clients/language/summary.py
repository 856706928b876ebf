"""A summary made of quotations: what the customer asked first, what they said last, how long it went."""

import re
from collections.abc import Sequence

from app.clients.language.intents import small_talk
from app.clients.language.plain_spelling import clean, plain

LONGEST_QUOTE = 160  # characters


def summary(transcript: Sequence[str]) -> str:
    """Two or three sentences; nothing in them that nobody said."""
    said = [_words(turn) for turn in transcript if turn.lower().startswith("customer:")]
    substantial = [words for words in said if words and not small_talk(plain(words))] or [
        words for words in said if words
    ]
    count = f"The conversation has {len(transcript)} turn{'' if len(transcript) == 1 else 's'}."
    if not substantial:
        return f"The customer has not said what they want. {count}"
    first, last = substantial[0], substantial[-1]
    latest = f' Latest: "{_quote(last)}".' if last != first else ""
    return f'The customer wrote: "{_quote(first)}".{latest} {count}'


def _words(turn: str) -> str:
    return re.sub(r"\s+", " ", clean(turn.split(":", 1)[1][:2000])).strip()


def _quote(words: str) -> str:
    short = words if len(words) <= LONGEST_QUOTE else words[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " ..."
    return short.replace('"', "'").rstrip(".")
