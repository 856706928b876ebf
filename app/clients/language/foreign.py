"""Whether a message is in a language that the rules do not know."""

import re
from functools import cache

from app.clients.language.plain_spelling import clean
from app.clients.language.quoting import own_words
from app.clients.language.word_lists import sections, words
from nodes.texts import STOP_WORDS, language

LONGEST_READ = 500  # characters

_CLOSING = re.compile(
    r"^\W*(?:(?:viele|liebe|beste|herzliche|freundliche|schöne) gr(?:üße|uesse|üsse|uss|uß)"
    r"|mit (?:freundlichen|besten|lieben) gr(?:üßen|uessen|üssen)|mfg|[vl]g|danke(?: schön| dir| ihnen)?|vielen dank"
    r"|(?:bien )?cordialement|bien à vous|salutations|merci(?: d'avance| beaucoup)?|(?:un )?saludos?(?: cordiales)?|atentamente"
    r"|(?:muchas )?gracias|(?:cordiali|distinti) saluti|grazie(?: mille)?|met vriendelijke groet(?:en)?|groet(?:en|jes)?"
    r"|atenciosamente|cumprimentos|obrigad[oa])\b\W*(?:$|(?=[A-Z]))",
    re.IGNORECASE | re.MULTILINE,
)
"""How people sign whose message may be in English. What stands below is a name."""

_ADDRESS = re.compile(r"\S{1,200}@\S{1,200}|https?://\S{1,500}")


@cache
def _english() -> frozenset[str]:
    return STOP_WORDS.union(*(words("words", section) for section in ("vocabulary", "real words", "pleasantries")))


def foreign_language(message: str) -> str:
    """The ISO 639-1 code of a language other than English; "" when the message is English or too short to tell."""
    text = _ADDRESS.sub(" ", clean(own_words(message)[0][:LONGEST_READ]))
    if (closing := _CLOSING.search(text)) and text[: closing.start()].strip():
        text = text[: closing.start()]
    said = re.findall(r"[^\W\d_]{2,}", text.casefold())
    if said and sum(word in _english() for word in said) * 2 >= len(said):
        return ""
    if (code := language(text)) != "en":
        return code
    return next((code for code in sections("languages") if words("languages", code).intersection(said)), "")
