"""A customer corrects the request that waits: another order was meant, or less money."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from nodes.conversation.amount_asked import minor_units
from nodes.ports.language import Demand

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


_SUM = (
    r"(?:[$€£]? ?\d[\d.,]*(?: ?(?:%|[$€£]|percent|dollars?|bucks|euros?|pounds?|usd|eur|gbp)(?!\w)| back\b|(?=\W*(?:please\W*)?$|[.,!;]))"
    r"|[$€£] ?\d[\d.,]*|half\b(?! (?:the|my|a|an)\b))(?: of (?:it|that|this|the (?:money|amount|sum|price)))?"
)
_LESS = re.compile(
    rf"^\W*(?:(?:no|oh|ok|okay|hm+|well|wait|sorry|actually|please|and|but)\W+)*"
    rf"(?:only|just|rather|make (?:it|that)|i mean|i meant)(?: refund)? {_SUM}"
    rf"|\b(?:refund|get|pay|send|give|want|need|(?:can|could|may) i have)(?: \w+)?? (?:only|just) {_SUM}"
    rf"|\b(?:only|just) (?:refund|want|need|pay)(?: me)? {_SUM}"
    rf"|^\W*{_SUM} (?:is|would be|will be|will do|would do)(?: \w+)? ?(?:enough|fine|ok|okay)?\b",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"\b(?:also|plus|too|as well|more|another|extra|additional|on top|compensation|discount|shipping|postage|if|unless|cost|paid"
    r")\b|(?:\bnot|n['’]t)(?: \w+){0,2} (?:only|just)\b",
    re.IGNORECASE,
)
"""Words with which an amount is something else, or depends on something."""
_SHARE = re.compile(r"\d+/\d+")


def lowers(text: str, demand: Demand, waiting: Mapping[str, Any]) -> bool:
    """Whether less is wanted than the request asks for that waits with these arguments."""
    amount, currency, due = demand["amount_cents"], waiting.get("currency"), waiting.get("amount_cents")
    if not isinstance(currency, str) or not isinstance(due, int) or not asks_for_less(text, demand):
        return False  # what waits may be no payment
    asked = None if amount is None else minor_units(amount, currency)
    return amount is None or (asked is not None and asked < due)


def asks_for_less(text: str, demand: Demand) -> bool:
    """ "Only $50 please", "half is enough"."""
    is_share = _SHARE.fullmatch(demand["share"]) is not None
    says_less = len(text) <= LONGEST and bool(_LESS.search(text)) and not _ELSE.search(text)
    return says_less and (demand["amount_cents"] is not None or is_share)


def corrects(text: str, numbers: Sequence[str] = ()) -> bool:
    """Whether the message plainly says that another order was meant. "They sent the wrong order" does not.

    `numbers`: those of the message that have another form than most shops' order numbers.
    """
    for number in numbers:
        text = re.sub(rf"#?{re.escape(number)}(?!\w)", "12345", text, flags=re.IGNORECASE)
    return _CORRECTS.search(text) is not None
