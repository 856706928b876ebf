"""Whether a message is in a language that the rules do not know."""

import re
from functools import cache

from app.clients.language.plain_spelling import clean
from app.clients.language.quoting import own_words
from app.clients.language.word_lists import sections, words
from nodes.texts import STOP_WORDS, language

LONGEST_READ = 500  # characters

_ADDRESS = re.compile(r"\S{1,200}@\S{1,200}|https?://\S{1,500}")


@cache
def _english() -> frozenset[str]:
    return STOP_WORDS.union(*(words("words", section) for section in ("vocabulary", "real words", "pleasantries")))


def foreign_language(message: str) -> str:
    """The ISO 639-1 code of a language other than English; "" when the message is English or too short to tell."""
    text = _ADDRESS.sub(" ", clean(own_words(message)[0][:LONGEST_READ]))
    said = re.findall(r"[^\W\d_]{2,}", text.casefold())
    if said and sum(word in _english() for word in said) * 2 >= len(said):
        return ""
    if (code := language(text)) != "en":
        return code
    return next((code for code in sections("languages") if words("languages", code).intersection(said)), "")
