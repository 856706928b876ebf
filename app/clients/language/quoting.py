"""What the customer wrote now, apart from what the message quotes: earlier mails, forwarded headers, signatures."""

import re
from functools import cache
from typing import Any

from app.clients.language.word_lists import words as listed

LONGEST_SPLIT = 6000  # characters; mail clients put the new words first, and what follows counts as quoted
MOST_WORDS = 8  # of a line with a telephone number, a firm, a position
LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt"]

_WROTE = r"(?:wrote|a écrit|schrieb|escribió|ha scritto|schreef|escreveu)"
_SENDER = r"(?:from|von|de|da|van)"
_FIELD = (
    r"(?:sent|date|subject|to|cc|gesendet|datum|betreff|an|envoyé|à|objet|enviado(?: el)?|fecha|asunto|para|inviato|oggetto|"
    r"verzonden|onderwerp|assunto)"
)
_ADDRESS = r"[<(\[](?:mailto:)?[\w.+-]{1,64}@[\w.-]{1,100}[>)\]]"
_DATE = r"\b\d{1,2}[.:/-]\d{1,2}\b|(?<!\d)(?:19|20)\d\d(?!\d)"
_HEADER = r"[ \t*]{0,3}[^\W\d_][^\W\d_ ]{0,19}[ *]{0,2}[:：][^\n]{0,200}"
"""In any language: a line with an address in brackets and a date that ends in a colon, and three lines "Word: value" with
such an address. A form ("Order: 12346") has none in brackets."""

_BEGINS = re.compile(
    "|".join(
        (
            rf"^(?=(?:[^\n]{{0,300}}\n)?[^\n]{{0,300}}[\d@<])[ \t]{{0,3}}(?:on|le|am|el|il|op|em)\b"
            rf"[^\n]{{0,200}}(?:\n[^\n]{{0,120}})?\b{_WROTE}\b[^\n]{{0,120}}:[ \t]*$",
            rf"^[ \t]{{0,3}}[^\n]{{0,200}}\b{_WROTE}\b[^\n]{{0,120}}:[ \t]*$(?=(?:\n[ \t]*){{1,3}}>)",
            rf"^(?=(?:[^\n]{{0,200}}\n){{0,3}}[^\n]{{0,200}}[\d@])[ \t*]{{0,3}}{_SENDER}[ *]{{0,2}}:[^\n]{{0,200}}\n"
            rf"(?:[^\n]{{0,200}}\n)?[ *]{{0,3}}{_FIELD}[ *]{{0,2}}:",
            rf"^(?=[^\n]{{0,300}}{_ADDRESS})(?=[^\n]{{0,300}}{_DATE})[^\n]{{0,300}}[:：][ \t]*$",
            rf"^(?=(?:[^\n]{{0,200}}\n){{0,3}}[^\n]{{0,200}}{_ADDRESS})(?:{_HEADER}\n){{2,}}{_HEADER}$",
            r"^[ \t]{0,3}[-_]{2,}[ \t]{0,3}[^\n\s_-][^\n]{0,60}[-_]{2,}[ \t]*$",
            r"^[ \t]{0,3}begin forwarded message\b",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
"""Where the customer's words end: an attribution, a block of headers, a line of dashes with words between them."""

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

_GAP = re.compile(r"[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]{200,}")
_TELLS_WHEN_OR_WHO = re.compile(r"\d|@")
_QUOTE_FOLLOWS = re.compile(r"(?:[ \t]*\n){1,4}[ \t]{0,3}(?:>|[ \t*]{0,3}[^\W\d_][^\W\d_ ]{0,19}[ *]{0,2}[:：])")
_MARKED = re.compile(r"^[ \t]{0,3}>[^\n]*$", re.MULTILINE)
_BLANK_LINE = re.compile(r"[ \t]*\n[ \t]*\n|\s*$")
"""Not the rest of a quoted line that a program has wrapped."""
_FIELD_LINE = re.compile(r"[ \t*]{0,3}[^\W\d_][^\W\d_ ]{0,19}[ *]{0,2}[:：]")
_MAILED = re.compile(rf"^\s{{0,3}}>|\b{_WROTE}\b|^\s{{0,3}}{_SENDER}\s?:", re.IGNORECASE | re.MULTILINE)


def own_words(message: str) -> tuple[str, str]:
    """The new words, and what is quoted below or between them. A message that quotes nothing is returned as it is."""
    text = _GAP.sub("\n", message)
    head, tail = text[:LONGEST_SPLIT], text[LONGEST_SPLIT:]
    own = _without_signature(_without_quotes(head))
    unread = "" if _BEGINS.search(head) and not _MARKED.search(head) else _unmarked(tail.partition("\n")[2]).strip()
    if unread:
        own = f"{own.rstrip()}\n| {unread[:LONGEST_SPLIT]}"
    if _MAILED.search(own):
        own = _read_by_the_parser(own)
    if own.strip() == message.strip():
        return message, ""
    return own, message


def _read_by_the_parser(text: str) -> str:
    """What it takes for quoted without a date or an address ("On Monday, not now, as I wrote:") may be the customer's."""
    reply = str(_parser().parse_reply(text=text) or "")
    rest = text.replace(reply.strip(), "", 1).strip()
    return reply if not rest or _TELLS_WHEN_OR_WHO.search(rest) else f"{reply.rstrip()}\n| {rest}"


def _without_quotes(text: str) -> str:
    """Without what is quoted. What stands below marked lines (">") is the customer's: all of it, where nothing stands above, else
    behind a sign that no plain request has. It may take back what stands above, and asks for nothing by itself."""
    begins = _BEGINS.search(text)
    first = _MARKED.search(text)
    if begins and not (_TELLS_WHEN_OR_WHO.search(begins.group()) or _QUOTE_FOLLOWS.match(text, begins.end())):
        begins = None
    if begins and not (first and _leads_to_marked(text[begins.end() : first.start()])):
        return _unmarked(text[: begins.start()])
    if not first:
        return text
    *_, last = _MARKED.finditer(text)
    above = _unmarked(text[: begins.start() if begins and begins.start() < first.start() else first.start()])
    between, below = _unmarked(text[first.start() : last.end()]), _unmarked(text[last.end() :])
    if not begins:  # comments between marked lines
        return _unmarked(text)
    if next_quote := _BEGINS.search(below):
        below = below[: next_quote.start()]
    if not above.strip() and not between.strip() and _BLANK_LINE.match(below):
        return below
    besides = f"{between}\n{below}".strip()
    return f"{above.rstrip()}\n| {besides}" if besides else above


def _leads_to_marked(between: str) -> bool:
    """Whether nothing but the rest of a block of headers, and blank lines, stands before the marked lines."""
    return all(not line.strip() or _FIELD_LINE.match(line) for line in between.splitlines())


def _unmarked(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(">"))


def _without_signature(text: str) -> str:
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


@cache
def _parser() -> Any:
    from mailparser_reply import EmailReplyParser  # not needed for a message that is typed

    return EmailReplyParser(languages=LANGUAGES)
