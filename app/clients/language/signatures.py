"""The signature of a mail: lines below a closing, a line of dashes or a device's line that say who wrote, and how to reach them."""

import re

from app.clients.language.word_lists import words as listed

MOST_WORDS = 8  # of a line with a telephone number, a firm, a position

_DEVICE = (
    r"(?:(?:samsung |google |huawei |sony |nokia |motorola |apple )?(?:iphone|ipad|ipod|galaxy|pixel|xperia|android"
    r"|blackberry|huawei|xiaomi|samsung|smartphone|phone|mobile|handy|tablet|telefon|téléphone|teléfono|telefone|telefoon|mac|macbook|laptop|computer|pc"
    r"|outlook|gmail|yahoo mail|proton ?mail|thunderbird|mail|windows)(?: (?:phone|device|gerät|mail|mobile|app|pro|air|mini|plus|ultra|max"
    r"|\d{1,2}|[a-z]\d{1,3}))*)"
)
_SIGNED = re.compile(
    r"^[ \t]{0,3}(?:[-_]{2,}|(?P<closing>(?:(?:best|kind|warm|with kind) )?(?:regards|sincerely|yours truly)\b[,.!]?))[ \t]*$"
    r"|^[ \t]{0,3}(?:(?:sent|gesendet|envoyé|enviado|inviato|verzonden|verstuurd|wysłane|get|von)"
    r" (?:(?:from|with|via|using|von|mit|de|depuis|desde|do|da|dal|vanaf|z|my|meinem|mein|mon|mi|meu|mio|mijn|mojego|the) ){0,3})"
    rf"{_DEVICE}(?: (?:for|on|using|with|via|für|auf|mit|pour|para|per|voor) (?:my |mein )?(?:ios|{_DEVICE}))?(?: gesendet)?[ \t.]*$",
    re.IGNORECASE | re.MULTILINE,
)
"""Behind it a signature may stand, and so may a second thought."""
_ASKS = re.compile(
    r"\b(?:refund|money|reimburse|repay|credit|yes|yeah|yep|sure|ok|okay|please do|go ahead)", re.IGNORECASE
)
"""Of what a line below dashes may take back; it asks for nothing itself."""
_CONTACT = re.compile(
    r"@|\bwww\.|https?:|\+?\d[\d ()/.-]{6,}\d|^\W*(?:tel|phone|mobile|mob|cell|fax|web|e-?mail)\b"
    r"|\b(?:ltd|limited|gmbh|inc|llc|plc|corp|company|department|team|street|road|avenue|manager|director|assistant|engineer)\b",
    re.IGNORECASE,
)
_ADDRESSES = re.compile(r"\S*@\S*|https?:\S*|www\.\S*")
_SMALL = frozenset(
    {
        "of",
        "and",
        "the",
        "for",
        "at",
        "in",
        "tel",
        "phone",
        "mobile",
        "mob",
        "cell",
        "fax",
        "web",
        "mail",
        "email",
        "e-mail",
        "ext",
    }
)
"""Words of a signature that need no capital."""
_FOOTER = re.compile(
    r"\b(?:intended (?:only )?(?:for|recipient)|privileged|disclaimer|views expressed|unsubscribe|registered (?:in|office)"
    r"|company number|before (?:you )?print|virus(?:es)?|received this (?:e-?mail|message) in error)\b",
    re.IGNORECASE,
)
"""Lines below a signature that nobody has written for this message."""


def without_signature(text: str) -> str:
    """Without the lines of a signature. What else stands below is the customer's: a name, a postscript, a second thought."""
    begins = _SIGNED.search(text)
    if not begins:
        return text
    below = [line for line in text[begins.end() :].splitlines() if line.strip()]
    head, closing = text[: begins.start()], begins["closing"] or ""
    kept = [line for line in below if not (_SIGNED.match(line) or _is_of_a_signature(line))]
    if not kept or not (closing or _ASKS.search(head)):
        return head
    return "\n".join([head.rstrip(), closing, *kept])


def _is_of_a_signature(line: str) -> bool:
    if _FOOTER.search(line):
        return True
    words = re.findall(r"(?<![\w@./-])[^\W\d_][\w'-]*(?![\w@]|\.\w)", _ADDRESSES.sub(" ", line))
    is_of_names = all(word[0].isupper() or word in _SMALL for word in words) and len(words) <= MOST_WORDS
    return (
        bool(_CONTACT.search(line))
        and is_of_names
        and listed("words", "not names").isdisjoint(word.lower() for word in words)
    )
