"""A customer corrects the request that waits: another order was meant."""

import re

_NUMBER = r"#?[a-z-]{0,4}\d{4,}"
_CORRECTS = re.compile(
    rf"\bi meant (?:order |number )*{_NUMBER}|\bnot that (?:one|order)\W+{_NUMBER}|\brefund (?:order |number )*{_NUMBER} instead\W*$"
    rf"|^\W*(?:(?:no|nope|oops|oh|sorry)\W+)*(?:that was |that is |that's )?(?:the )?wrong (?:order|number)\W*(?:sorry\W*)?"
    rf"(?:(?:it is|it's|i mean|should be)\W*)?(?:{_NUMBER})?\W*$|^\W*(?:no|nope|oops)\W+{_NUMBER}\W*$",
    re.IGNORECASE,
)

CANCELS = re.compile(r"\b(?:cancel|withdraw)\b", re.IGNORECASE)
"""What withdraws a request also while an approver's question is open; every other message answers the question."""


def corrects(text: str) -> bool:
    """Whether the message plainly says that another order was meant. "They sent the wrong order" does not."""
    return _CORRECTS.search(text) is not None
