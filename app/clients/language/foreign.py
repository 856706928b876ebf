"""Whether a message is in a language that the rules do not know."""

import re

from app.clients.language.lexicon import FOREIGN, PLEASANTRIES, REAL_WORDS, VOCABULARY
from app.clients.language.quoting import own_words
from app.clients.language.wording import clean
from nodes.texts import STOP_WORDS, language

LONGEST_READ = 500  # characters

_ADDRESS = re.compile(r"\S{1,200}@\S{1,200}|https?://\S{1,500}")
_ENGLISH = VOCABULARY | REAL_WORDS | PLEASANTRIES | STOP_WORDS


def foreign_language(message: str) -> str:
    """The ISO 639-1 code of a language other than English; "" when the message is English or too short to tell."""
    text = _ADDRESS.sub(" ", clean(own_words(message)[0][:LONGEST_READ]))
    words = re.findall(r"[^\W\d_]{2,}", text.casefold())
    if words and sum(word in _ENGLISH for word in words) * 2 >= len(words):
        return ""
    if (code := language(text)) != "en":
        return code
    return next((code for code, known in FOREIGN.items() if known.intersection(words)), "")
