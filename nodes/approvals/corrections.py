"""A customer corrects the request that waits: another order was meant, or less money. What was asked for is not wanted any more."""

import re

_CORRECTS = re.compile(
    r"\bi meant\b|\bnot that (?:one|order)\b|\b(?:do|refund|want) the other (?:one|order)\b|\bmy mistake\b"
    r"|\b(?:only|just) (?:want|need) [$€£]\d|^\W*(?:no|nope|oops)\W*(?:$|#?\d{4,})",
    re.IGNORECASE,
)
_MISTAKEN = re.compile(r"\bwrong (?:order|number)\b|\binstead\b(?! of\b)", re.IGNORECASE)
_THEIR_FAULT = re.compile(r"\b(?:sent|send|got|received|delivered|shipped|arrived|came)\b", re.IGNORECASE)


def corrects(text: str) -> bool:
    """Whether the message says that the request was not meant so. "They sent the wrong order" does not."""
    theirs = _THEIR_FAULT.search(text)
    return bool(_CORRECTS.search(text) or (_MISTAKEN.search(text) and not theirs))
