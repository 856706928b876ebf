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
            rf"^[ \t]{{0,3}}(?:on|le|am|el|il|op|em)\b[^\n]{{0,200}}(?:\n[^\n]{{0,120}})?\b{_WROTE}\b[^\n]{{0,120}}:[ \t]*$",
            rf"^[ \t*]{{0,3}}{_SENDER}[ *]{{0,2}}:[^\n]{{0,200}}\n(?:[^\n]{{0,200}}\n)?[ *]{{0,3}}{_FIELD}[ *]{{0,2}}:",
            rf"^(?=[^\n]{{0,300}}{_ADDRESS})(?=[^\n]{{0,300}}{_DATE})[^\n]{{0,300}}[:：][ \t]*$",
            rf"^(?=(?:[^\n]{{0,200}}\n){{0,3}}[^\n]{{0,200}}{_ADDRESS})(?:{_HEADER}\n){{2,}}{_HEADER}$",
            r"^[ \t]{0,3}[-_]{2,}[ \t]{0,3}[^\n\s_-][^\n]{0,60}[-_]{2,}[ \t]*$",
            r"^[ \t]{0,3}begin forwarded message\b",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
"""Where the customer's words end: an attribution, a block of headers, a line of dashes with words between them."""

_SIGNED = re.compile(
    r"^[ \t]{0,3}(?:[-_]{2,}|(?P<closing>(?:(?:best|kind|warm|with kind) )?(?:regards|sincerely|yours truly)\b[,.!]?))[ \t]*$"
    r"|^[ \t]{0,3}(?:sent (?:from|with)|get outlook for|gesendet (?:von|mit)|von meinem \S+ gesendet|enviado (?:desde|do)"
    r"|envoyé (?:de|depuis)|inviato da|verzonden vanaf|verstuurd vanaf|wysłane z)\b[^\n]{0,60}$",
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
_FOOTER = re.compile(
    r"\b(?:confidential\w*|intended (?:only )?(?:for|recipient)|privileged|disclaimer|views expressed|unsubscribe|registered (?:in|office)"
    r"|company number|before (?:you )?print|virus(?:es)?|received this (?:e-?mail|message) in error|vertraulich|confidentiel)\b",
    re.IGNORECASE,
)
"""Lines below a signature that nobody has written for this message."""

_MAILED = re.compile(rf"^\s{{0,3}}>|\b{_WROTE}\b|^\s{{0,3}}{_SENDER}\s?:", re.IGNORECASE | re.MULTILINE)


def own_words(message: str) -> tuple[str, str]:
    """The new words, and what is quoted below or between them. A message that quotes nothing is returned as it is."""
    head = message[:LONGEST_SPLIT]
    own = "\n".join(line for line in head.splitlines() if not line.lstrip().startswith(">"))
    if begins := _BEGINS.search(own):
        own = own[: begins.start()]
    own = _without_signature(own)
    if _MAILED.search(own):
        own = str(_parser().parse_reply(text=own) or "")
    if own.strip() == message.strip():
        return message, ""
    return own, message


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
    words = re.findall(r"[^\W\d_][\w'-]*", line.lower())
    if _FOOTER.search(line):
        return True
    return bool(_CONTACT.search(line)) and listed("words", "not names").isdisjoint(words) and len(words) <= MOST_WORDS


@cache
def _parser() -> Any:
    from mailparser_reply import EmailReplyParser  # not needed for a message that is typed

    return EmailReplyParser(languages=LANGUAGES)
