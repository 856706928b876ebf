"""A customer corrects the request that waits: another order was meant, or less money. What was asked for is not wanted any more."""

import re

_CORRECTS = re.compile(
    r"\bi meant\b|\bnot that (?:one|order)\b|\binstead\b|\bthe other (?:one|order)\b|\bmake it\b"
    r"|\b(?:only|just) (?:half|part|some|want|need|\S?\d)|\b(?:half|part) of it\b|\b(?:my|a) mistake\b"
    r"|^\W*(?:no|nope|oops)\W*(?:$|#?\d{4,})",
    re.IGNORECASE,
)
_WRONG = re.compile(r"\bwrong (?:order|number)\b", re.IGNORECASE)
_THEIR_FAULT = re.compile(r"\b(?:sent|send|got|received|delivered|shipped|arrived|came)\b", re.IGNORECASE)


def corrects(text: str) -> bool:
    """Whether the message says that the request was not meant so. "They sent the wrong order" does not."""
    wrong = _WRONG.search(text) and not _THEIR_FAULT.search(text)
    return bool(wrong or _CORRECTS.search(text))
