"""What the customer wrote now, apart from what the message quotes: earlier mails, forwarded headers, signatures."""

import re
from functools import cache
from typing import Any

LONGEST_SPLIT = 6000  # characters; mail clients put the new words first, and what follows counts as quoted
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
            r"^[ \t]{0,3}[-_]{2,}[ \t]{0,3}(?:[^\n]{0,60}[-_]{2,})?[ \t]*$",
            r"^[ \t]{0,3}(?:begin forwarded message|sent (?:from|with)|get outlook for|gesendet (?:von|mit)|von meinem \S+ gesendet)\b",
            r"^[ \t]{0,3}(?:enviado (?:desde|do)|envoyé (?:de|depuis)|inviato da|verzonden vanaf|verstuurd vanaf|wysłane z)\b",
            r"^[ \t]{0,3}(?:(?:best|kind|warm|with kind) )?(?:regards|sincerely|yours truly)\b[,.!]?[ \t]*$",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
"""Where the customer's words end: an attribution, a block of headers, a line of dashes, a signature."""

_MAILED = re.compile(rf"^\s{{0,3}}>|\b{_WROTE}\b|^\s{{0,3}}{_SENDER}\s?:", re.IGNORECASE | re.MULTILINE)


def own_words(message: str) -> tuple[str, str]:
    """The new words, and what is quoted below or between them. A message that quotes nothing is returned as it is."""
    head = message[:LONGEST_SPLIT]
    own = "\n".join(line for line in head.splitlines() if not line.lstrip().startswith(">"))
    if begins := _BEGINS.search(own):
        own = own[: begins.start()]
    if _MAILED.search(own):
        own = str(_parser().parse_reply(text=own) or "")
    if own.strip() == message.strip():
        return message, ""
    return own, message


@cache
def _parser() -> Any:
    from mailparser_reply import EmailReplyParser  # not needed for a message that is typed

    return EmailReplyParser(languages=LANGUAGES)
