"""A customer corrects the request that waits, because another order was meant, or does not want it any more."""

import re
from collections.abc import Sequence

LONGEST = 200  # characters of such a message
_NUMBER = r"#?[a-z-]{0,4}\d{4,}"
_TAKEN_BACK = (
    r"(?:cancel|withdraw|retract|drop|scrap|stop|forget(?: about)?)(?: (?:it|this|that(?: one)?|(?:my|the|this|that) "
    r"(?:refund|request|refund request|claim)))?"
)
_CORRECTS = re.compile(
    rf"^\W*(?:(?:please|no|ok|actually|sorry|wait|oh)\W+)*{_TAKEN_BACK}\W+(?:(?:and|also|but|then|please|instead)\W+)*"
    rf"refund\b[^.?!;\n]{{0,40}}? {_NUMBER}[^?]*$"
    rf"|\bi meant (?:to ask (?:about|for) )?(?:order |number )*{_NUMBER}"
    rf"|\bnot that (?:one|order)\W+{_NUMBER}|\brefund (?:order |number )*{_NUMBER} instead\W*$"
    rf"|^\W*(?:(?:no|nope|oops|oh|sorry)\W+)*(?:that was |that is |that's )?(?:the )?wrong (?:order|number)\W*(?:sorry\W*)?"
    rf"(?:(?:it is|it's|i mean|(?:it )?should (?:be|have been))\W*(?:for )?)?(?:{_NUMBER})?\W*$|^\W*(?:no|nope|oops)\W+{_NUMBER}\W*$"
    rf"|^\W*(?:(?:no|nope|oops|oh|sorry)\W+)*not {_NUMBER}\W+(?:(?:but|sorry|it is|it's|i mean|i meant|rather)\W+)*{_NUMBER}\W*$",
    re.IGNORECASE,
)

CANCELS = re.compile(r"\b(?:cancel|withdraw)\b", re.IGNORECASE)
"""What withdraws a request also while an approver's question is open; every other message answers the question."""


_IT = r"(?:it|this|that|anything|(?:the|my) \w+(?: request)?)"
_NOT_ANY_MORE = re.compile(
    r"(?:(?:hi|hello|dear \w+|oh|ok|okay|hm+|sorry|please|well|actually|and|no|nope|oops)\W+)*"
    r"(?:no|nope|nein|non|abort|disregard|skip it"
    r"|(?:(?:i|we)(?: think)?(?: (?:i|we))?(?:'ll| will| have| decided| want| would like| rather)* (?:to )?"
    r"|please |let me )?keep (?:it|the \w+)"
    rf"|(?:don't|do not) (?:process|pay|approve|do|send) {_IT}(?: out)?"
    r"|(?:ignore|delete|remove|forget) my (?:last )?(?:message|mail|request)"
    r"|(?:it|that) (?:wasn't|was not) me|(?:i|we) (?:did not|didn't) write that|wrong (?:chat|shop)"
    r"|(?:nevermind,? )?(?:i|we) (?:have )?(?:fixed|repaired) it)"
    r"(?:\W+(?:please|thanks|thank you|sorry|any ?more|now|yet|after all|instead))*\W*",
    re.IGNORECASE,
)


def is_not_wanted_any_more(text: str) -> bool:
    """A whole message that takes back what waits: "no", "we keep it". Elsewhere such words answer a question. "I don't want it any
    more" does not: it is the reason of many a request."""
    return len(text) <= LONGEST and _NOT_ANY_MORE.fullmatch(text.strip().replace("\u2019", "'")) is not None


MAY_CORRECT = re.compile(
    r"\b(?:meant|instead|not that|no|nope|oops|wrong|cancel|withdraw|retract|drop|scrap|stop|forget)\b", re.IGNORECASE
)


def corrects(text: str, numbers: Sequence[str] = ()) -> bool:
    """Whether the message plainly says that another order was meant. "They sent the wrong order" does not.

    `numbers`: those of the message that have another form than most shops' order numbers.
    """
    for number in numbers:
        text = re.sub(rf"#?{re.escape(number)}(?!\w)", "12345", text, flags=re.IGNORECASE)
    return _CORRECTS.search(text) is not None
