"""The marks of currencies beside a number: signs, ISO codes, abbreviations and words, and the code that each stands for."""

import re
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from app.clients.language.word_lists import pairs, words

OTHER = "XXX"  # ISO 4217 for a currency that is not told
SIGNS = "[$£¤¥฿৳\u20a0-\u20c0]"  # U+20A0 to U+20C0: every sign of a currency since the euro


@cache
def before() -> str:
    """What may stand before a number."""
    return rf"(?:(?<![^\W_])(?:{_any('beside', 'before')}|{_codes()})|{SIGNS})"


@cache
def behind() -> str:
    """What may stand behind a number."""
    return rf"(?:(?:{_any('behind', 'beside')}|{in_full()}|{_codes()})(?![A-Za-zÀ-ɏЀ-ӿ\d])|{SIGNS}(?!\d))"


@cache
def codes_in_words() -> str:
    """Codes that are words in capital letters as well: "PEN 89.90"."""
    return f"(?-i:{_either(words('currencies', 'words') & _in_use())})"


@cache
def names() -> str:
    """Currencies in words."""
    return rf"(?:{_any('behind')}|{in_full()}|euros?)(?![^\W_])"


@lru_cache(maxsize=1024)
def currency(mark: str) -> str:
    """The ISO 4217 code that a mark stands for."""
    if mark in _in_use():
        return mark
    return next((code for names, code in _names() if names.fullmatch(mark)), _full_names().get(mark.casefold(), OTHER))


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
def in_full() -> str:
    """ "Egyptian pounds", "Bulgarian leva", and "leva" alone."""
    countries = {name.rpartition(" ")[0] for name in _full_names()} - {""}
    nouns = {name.rpartition(" ")[2] for name in _full_names()} - words("currencies", "other words")
    return rf"(?:(?:{_either(countries)}) )?(?:{_either(nouns)})"


def _either(spellings: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, spellings), key=len, reverse=True))


@cache
def _full_names() -> Mapping[str, str]:
    """The English names of all currencies in use, with the name of the country and, where only one has it, without."""
    from babel.numbers import get_currency_name

    names = {get_currency_name(code, number, "en").casefold(): code for code in _in_use() for number in (1, 2)}
    by_noun: dict[str, set[str]] = {}
    for name, code in names.items():
        by_noun.setdefault(name.rpartition(" ")[2], set()).add(code)
    return {noun: codes.pop() if len(codes) == 1 else OTHER for noun, codes in by_noun.items()} | names


@cache
def _iso() -> frozenset[str]:
    return _in_use() - words("currencies", "words")


@cache
def _in_use() -> frozenset[str]:
    from babel.core import get_global  # loaded late: most commands read no message
    from babel.numbers import get_territory_currencies

    return frozenset(code for land in get_global("territory_currencies") for code in get_territory_currencies(land))
