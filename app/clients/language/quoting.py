"""What the customer wrote now, apart from what the message quotes: earlier mails, forwarded headers."""

import re
from functools import cache, lru_cache
from typing import Any

from app.clients.language.signatures import without_signature

LAST_READ = 32
"""Texts whose reading is remembered: a message is read for what it asks, for its amounts, and for what it takes back."""
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

_GAP = re.compile(r"[\s\u00ad\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]{200,}")
_TELLS_WHEN_OR_WHO = re.compile(r"\d|@")
_QUOTE_FOLLOWS = re.compile(r"(?:[ \t]*\n){1,4}[ \t]{0,3}(?:>|[ \t*]{0,3}[^\W\d_][^\W\d_ ]{0,19}[ *]{0,2}[:：])")
_MARKED = re.compile(r"^[ \t]{0,3}>[^\n]*$", re.MULTILINE)
_BLANK_LINE = re.compile(r"[ \t]*\n[ \t]*\n|\s*$")
"""Not the rest of a quoted line that a program has wrapped."""
_FIELD_LINE = re.compile(r"[ \t*]{0,3}[^\W\d_][^\W\d_ ]{0,19}[ *]{0,2}[:：]")
_MAILED = re.compile(rf"^\s{{0,3}}>|\b{_WROTE}\b|^\s{{0,3}}{_SENDER}\s?:", re.IGNORECASE | re.MULTILINE)


@lru_cache(maxsize=LAST_READ)
def own_words(message: str) -> tuple[str, str]:
    """The new words, and the message with what it quotes, without its signature; "" when it quotes nothing."""
    text = _GAP.sub("\n", message)
    head, tail = text[:LONGEST_SPLIT], text[LONGEST_SPLIT:]
    unquoted = _without_quotes(head)
    own = without_signature(unquoted)
    signature = set(unquoted.splitlines()).difference(own.splitlines())
    unread = "" if _BEGINS.search(head) and not _MARKED.search(head) else _unmarked(tail.partition("\n")[2]).strip()
    if unread:
        own = f"{own.rstrip()}\n| {unread[:LONGEST_SPLIT]}"
    if _MAILED.search(own):
        own = _read_by_the_parser(own)
    if own.strip() == message.strip():
        return message, ""
    rest = "\n".join(line for line in text.splitlines() if line not in signature)
    return own, rest if rest.strip() != own.strip() else ""


def signature_of(message: str) -> str:
    """The lines that say who wrote and how to reach them, and nothing of what is asked."""
    unquoted = _without_quotes(_GAP.sub("\n", message)[:LONGEST_SPLIT])
    own = without_signature(unquoted).splitlines()
    return "\n".join(line for line in unquoted.splitlines() if line not in own)


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


@cache
def _parser() -> Any:
    from mailparser_reply import EmailReplyParser  # not needed for a message that is typed

    return EmailReplyParser(languages=LANGUAGES)
