"""How people speak to a program that reads for them, and to nobody else: by what it is at, what it hides, and what it may do.

Each kind of attack takes what is common to its wordings (`data/instruction_speech.txt`).
"""

import re
from difflib import get_close_matches
from functools import cache, lru_cache

from app.clients.language.word_lists import pairs, pattern
from nodes.texts import stem

_FILE = "instruction_speech"

_WORDS = re.findall(
    r"\w+",
    "ignore disregard forget override reveal previous above earlier prior before instructions instruction prompt system everything"
    " everyone were told rules following answer recommend product assistant unrestricted summarise summarize paragraph document your"
    " what user asked",
)
_KEYS = frozenset({"ignore", "disregard", "forget", "override", "reveal", "unrestricted"})
_WELL_SPELT = frozenset(
    re.findall(
        r"\w+",
        "forge forged forges real overwrite overwrites overwrote overdrive ignite overrule reverse overridden overriding where rule"
        " ruled ruler user users asks told tell instructor recommended",
    )
)
"""Words of their own."""
_LETTER_BY_LETTER = re.compile(r"(?<!\w)(?:\w[.*_-]){4,}\w(?!\w)")
_LIKE = 0.8
_LEET = str.maketrans("013457@$", "oieastas")


def is_spoken_to_programs(said: str) -> bool:
    words = set(re.findall(r"[a-z]+", said.lower()))
    if any((not needed or needed & words) and forms.search(said) for needed, forms in _spoken()):
        return True
    return bool(pattern(_FILE, "glued").search(said)) or _is_spelt_out(said) or _is_spoken_badly(said)


def _is_spelt_out(said: str) -> bool:
    """Whether a word that demands is written letter by letter: "I.g.n.o.r.e what stands before"."""
    return any(re.sub(r"\W|_", "", found).lower() in _KEYS for found in _LETTER_BY_LETTER.findall(said))


@cache
def _spoken() -> tuple[tuple[frozenset[str], re.Pattern[str]], ...]:
    """Words without one of which a form of the kind does not occur (none: any words), and the forms."""
    return tuple((frozenset(words.split()), pattern(_FILE, kind)) for kind, words in pairs(_FILE, "kinds").items())


def _is_spoken_badly(said: str) -> bool:
    """Whether it is about what came before once its misspelt words are mended; two of them, or the word that demands."""
    words = re.findall(r"[^\W_]+(?:[@$][^\W_]+)*", said.lower())
    mended = [_mended(word) for word in words]
    changed = [new for old, new in zip(words, mended, strict=True) if new != old and new in _WORDS]
    return (len(changed) > 1 or bool(_KEYS & set(changed))) and bool(
        pattern(_FILE, "repaired").search(" ".join(mended))
    )


@lru_cache(20_000)  # most words come again
def _mended(word: str) -> str:
    plain = word.translate(_LEET) if re.search(r"[a-z]", word) else word
    if plain in _WORDS or plain in _WELL_SPELT or len(plain) < 4 or any(plain.startswith(one) for one in _KEYS):
        return plain
    like = next(iter(get_close_matches(plain, [one for one in _WORDS if one[0] == plain[0]], 1, _LIKE)), plain)
    return plain if stem(plain.removesuffix("ly")) == stem(like) else like
