"""Text of unknown authors made safe to show: one line, nothing invisible, nothing that reorders or overprints other text.

This is not escaping. Each kind of document escapes what it is given in its own way, after this.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit

JOINERS = "\u200c\u200d"  # they shape letters and join emoji
_MARKS = 4  # accents on one letter; more would run into the lines above and below
_WEB_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_KEPT_IN_A_LINK = "%:/?#[]@!$&'()*+,;="


def shown(text: str, limit: int | None = None) -> str:
    """The text on one line, without control, format and broken characters; cut to `limit` characters if it is longer."""
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if character.isspace():
            kept.append(" ")
        elif category == "Cs":
            kept.append("\ufffd")
        elif marks <= _MARKS and (category not in ("Cc", "Cf") or character in JOINERS) and not _is_hole(character):
            kept.append(character)
    line = " ".join("".join(kept).split())
    return line if limit is None or len(line) <= limit else line[: limit - 1].rstrip() + "…"


def web_link(address: str) -> str | None:
    """The address as a link, if it is a plain http or https URL; None for a path, another scheme or a disguised URL."""
    if not _WEB_ADDRESS.fullmatch(address) or shown(address) != address:
        return None
    try:
        parts = urlsplit(address)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if not parts.hostname or not port_fits:
        return None
    return quote(address, safe=_KEPT_IN_A_LINK)


def _is_hole(character: str) -> bool:
    """Code points that Unicode will never give to a character."""
    point = ord(character)
    return point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
