"""Whether a message asks after money that was promised or sent, by the words that such messages have: `data/awaited_weights.txt`.

What phrases tell (signs.txt) is sure and finds three of four; the words together find most of the others, in wordings that
nobody has thought of. `python -m tests.awaited_weights` makes the weights (docs/conversations.md).
"""

import re
from functools import cache
from itertools import pairwise

from app.clients.language.word_lists import pairs

_SUM = re.compile(r"[$€£]\S+|\S+[$€£]")
_NUMBER = re.compile(r"\b[a-z]{0,5}\d[\d.,-]*\b")


_ASKS_FOR_IT = re.compile(
    r"(?:^|[.?] )(?:(?:please|kindly|so|just|now|then|and|hi|hello|but) )*(?:refund|reimburse) "
    r"(?!(?:for|of|on|regarding|about(?! (?:[$€£]|\d))|request|from|status|delay|delayed|not|still|is|was|has|have|had|pending"
    r"|due|overdue|issue|order|to|"
    r"again|yet|never|no|where|when|since|approved|confirmed|promised|processed|initiated)\b)"
    r"|\byou (?:do|can|will|would) not (?:just )?refund\b"
    r"|(?<!when )(?<!why )\b(?:will|would|can|could) you (?:(?:also|please|kindly|just|now|then) )*(?:refund|reimburse)\b"
)
"""Money that is asked for now, or refused, is not awaited."""


_OF_MONEY = re.compile(
    r"[$€£]|\b(?:refund|money|cash|credit|pay|paid|transfer|reimburs|repa[iy]|rebate|penny|cent|amount|fund|sum|charge|deposit|card|bank"
    r"|account|balance|statement|klarna|dollar|euro|pound|back\b)"
)


def asks_after_money(plain_text: str) -> bool:
    weights = _weights()
    if _ASKS_FOR_IT.search(plain_text) or not _OF_MONEY.search(plain_text):
        return False
    return sum(weights.get(group, 0.0) for group in word_groups(plain_text)) + weights["constant of all"] > 0


def word_groups(plain_text: str) -> set[str]:
    """The words of a plain text and the pairs of words beside each other; one number is like another."""
    words = _NUMBER.sub("xnum", _SUM.sub("xsum", plain_text)).split()
    return {*words, *(f"{left} {right}" for left, right in pairwise(words))}


@cache
def _weights() -> dict[str, float]:
    return {group: float(weight) for group, weight in pairs("awaited_weights", "words", " = ").items()}
