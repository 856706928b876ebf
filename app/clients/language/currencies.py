"""The marks of currencies beside a number: signs, ISO codes, abbreviations and words, and the code that each stands for."""

import re
from functools import cache, lru_cache

from app.clients.language.word_lists import pairs, words

OTHER = "XXX"  # ISO 4217 for a currency that is not told
SIGNS = "[$£¤¥฿\u20a0-\u20c0]"  # U+20A0 to U+20C0: every sign of a currency since the euro


@cache
def before() -> str:
    """What may stand before a number."""
    return rf"(?:(?<![^\W_])(?:{_any('beside', 'before')}|{_codes()})|{SIGNS})"


@cache
def behind() -> str:
    """What may stand behind a number."""
    return rf"(?:(?:{_any('behind', 'beside')}|{_codes()})(?![A-Za-zÀ-ɏЀ-ӿ\d])|{SIGNS}(?!\d))"


@cache
def names() -> str:
    """Currencies in words."""
    return rf"(?:{_any('behind')}|euros?)(?![^\W_])"


@lru_cache(maxsize=1024)
def currency(mark: str) -> str:
    """The ISO 4217 code that a mark stands for."""
    if mark in _iso():
        return mark
    return next((code for names, code in _names() if names.fullmatch(mark)), OTHER)


@cache
def _names() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(names, re.I), code)
        for side in ("beside", "before", "behind")
        for code, names in pairs("currencies", side).items()
    )


def _any(*sides: str) -> str:
    return "|".join(names for side in sides for names in pairs("currencies", side).values())


def _codes() -> str:
    return f"(?-i:{'|'.join(sorted(_iso()))})"


@cache
def _iso() -> frozenset[str]:
    from babel.core import get_global  # loaded late: most commands read no message
    from babel.numbers import get_territory_currencies

    legal = {code for land in get_global("territory_currencies") for code in get_territory_currencies(land)}
    return frozenset(legal - words("currencies", "words"))
