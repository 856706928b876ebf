"""A customer corrects the request that waits, because another order was meant."""

import re
from collections.abc import Sequence

LONGEST = 200  # characters of such a message
_NUMBER = r"#?[a-z-]{0,4}\d{4,}"
_PARDON = r"(?:(?:no|nope|oops|oh|sorry|wait|actually)\W+)*"
_TAKEN_BACK = (
    r"(?:cancel|withdraw|retract|drop|scrap|stop|forget(?: about)?)(?: (?:it|this|that(?: one)?|(?:my|the|this|that) "
    r"(?:refund|request|refund request|claim)))?"
)
_CORRECTS = re.compile(
    rf"^\W*(?:(?:please|no|ok|actually|sorry|wait|oh)\W+)*{_TAKEN_BACK}\W+(?:(?:and|also|but|then|please|instead)\W+)*"
    rf"refund\b[^.?!;\n]{{0,40}}? {_NUMBER}[^?]*$"
    rf"|\bi meant (?:to ask (?:about|for) )?(?:order |number )*{_NUMBER}"
    rf"|\bnot that (?:one|order)\W+{_NUMBER}|^\W*(?:please )?refund (?:order )?{_NUMBER} instead of (?:order )?{_NUMBER}\W*$"
    rf"|^\W*{_PARDON}(?:typo\W+{_NUMBER}|{_NUMBER}\W+not (?:order )?{_NUMBER}|(?:it|that|this) should (?:be|have been) (?:order "
    rf"|number )*{_NUMBER}"
    rf"|(?:i mean|i meant) (?:my |the )?(?:order |number )*{_NUMBER}|(?:i (?:mean|meant) )?(?:a different|another"
    rf"|the other) (?:one|order)"
    rf"|not (?:that|this) (?:one|order)|not (?:order )?{_NUMBER}|wrong (?:order )?number)\W*(?:please|sorry|thanks)?\W*$"
    rf"|\brefund (?:order |number )*{_NUMBER} instead\W*$"
    rf"|^\W*(?:(?:no|nope|oops|oh|sorry)\W+)*(?:that was |that is |that's )?(?:the )?wrong (?:order|number)\W*(?:sorry\W*)?"
    rf"(?:(?:it is|it's|i mean|(?:it )?should (?:be|have been))\W*(?:for )?)?(?:{_NUMBER})?\W*$|^\W*(?:no|nope|oops)\W+{_NUMBER}\W*$"
    rf"|^\W*(?:(?:no|nope|oops|oh|sorry)\W+)*not {_NUMBER}\W+(?:(?:but|sorry|it is|it's|i mean|i meant|rather)\W+)*{_NUMBER}\W*$",
    re.IGNORECASE,
)

CANCELS = re.compile(r"\b(?:cancel|withdraw)\b", re.IGNORECASE)
"""What withdraws a request also while an approver's question is open; every other message answers the question."""


MAY_CORRECT = re.compile(
    r"\b(?:meant?|typo|should|not|instead|not that|no|nope|oops|wrong|cancel|withdraw|retract|drop|scrap|stop|forget)\b",
    re.IGNORECASE,
)


def corrects(text: str, numbers: Sequence[str] = ()) -> bool:
    """Whether the message plainly says that another order was meant. "They sent the wrong order" does not.

    `numbers`: those of the message that have another form than most shops' order numbers.
    """
    for number in numbers:
        text = re.sub(rf"#?{re.escape(number)}(?!\w)", "12345", text, flags=re.IGNORECASE)
    return _CORRECTS.search(text) is not None
