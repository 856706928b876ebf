"""What the customer wrote now, apart from what the message quotes: earlier mails, forwarded headers, signatures."""

import re
from functools import cache
from typing import Any

LONGEST_SPLIT = 6000  # characters; mail clients put the new words first
LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pt"]

_HEADERS = r"from|von|de|da|van|sent|gesendet|envoy|enviado|inviato|subject|betreff|objet"
_MAILED = re.compile(
    rf"^\s{{0,3}}(?:>|-{{2,}}|_{{5,}}|on .{{0,200}}wrote:|(?:{_HEADERS})\b[^\n]{{0,20}}:)"
    r"|wrote:\s*$|schrieb:?\s*$|forwarded message|original message",
    re.IGNORECASE | re.MULTILINE,
)


def own_words(message: str) -> tuple[str, str]:
    """The new words, and what is quoted below or between them. A message that quotes nothing is returned as it is."""
    head = message[:LONGEST_SPLIT]
    if not _MAILED.search(head):
        return message, ""
    unquoted = "\n".join(line for line in head.splitlines() if not line.lstrip().startswith(">"))
    own = str(_parser().parse_reply(text=unquoted) or "")
    return own, head if own.strip() != head.strip() else ""


@cache
def _parser() -> Any:
    from mailparser_reply import EmailReplyParser  # not needed for a message that is typed

    return EmailReplyParser(languages=LANGUAGES)
