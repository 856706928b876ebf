"""Why a customer wants money back, quoted from the message itself."""

import re

from app.clients.language.word_lists import patterns

LONGEST = 80  # characters of a quoted clause

_GIVEN = re.compile(
    r"\b(?:because(?: of)?|cuz|bc|since|due to|reason(?: is| was|:| being)|on account of)\s+(?:that\s)?"
    r"(?!yesterday|last|(?:mon|tues|wednes|thurs|fri|satur|sun)day|the\s\d|then|when|\d|[a-z]+\s\d)([^.!?\n;]{3,200})",
    re.I,
)
_AFTERTHOUGHT = re.compile(r",|\bso i\b|\bplease\b|\bcan (?:i|you)\b", re.I)


def reason(text: str) -> str:
    """A short quotation, or "" when the message gives no reason."""
    causes = [match for cause in patterns("reasons", "causes") if (match := cause.search(text))]
    if causes:
        return min(causes, key=lambda match: (match.start(), -match.end())).group().strip()
    given = _GIVEN.search(text)
    return _short(given.group(1)) if given else ""


def _short(clause: str) -> str:
    clause = _AFTERTHOUGHT.split(clause, maxsplit=1)[0].strip()
    return clause if len(clause) <= LONGEST else clause[:LONGEST].rsplit(" ", 1)[0]
