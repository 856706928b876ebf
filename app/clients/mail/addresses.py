"""Addresses that mail can be sent to and from."""

import re
import unicodedata
from email.utils import getaddresses

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")

_LETTER = "a-z0-9\u00df-\u024f\u0370-\u052f"
"""Small letters of the scripts that set words apart by spaces: in others an address may stand right behind a letter."""
_LONGER_BEFORE = re.compile(rf"[{_LETTER}][{_LETTER}._+'-]*\Z")
_LONGER_BEHIND = re.compile(rf"(?:-*|\.)[{_LETTER}]")
_LONGEST_NAME = 64


def is_address(text: str) -> bool:
    """One plain address: no quotes, comments or display name. The domain is in ASCII (`in_ascii`)."""
    return bool(_ADDRESS.fullmatch(text))


def in_ascii(address: str) -> str:
    """The address with its domain as mail servers write it (xn--...); as it is, where that is not certain."""
    name, _, domain = address.rpartition("@")
    try:
        written = domain.encode("idna")
        return f"{name}@{written.decode()}" if written.decode("idna") == domain.lower() else address
    except UnicodeError:
        return address


def is_sender(text: str) -> bool:
    """One address, with a name before it or without."""
    found = getaddresses([text])
    return len(found) == 1 and is_address(found[0][1]) and not holds(text, "Cc", "Cs", "Zl", "Zp")


def names(text: str, address: str) -> bool:
    """Whether this very address stands in the text, and not as a part of a longer one."""
    return without(text.lower(), address, "") != text.lower()


def without(text: str, address: str, instead: str) -> str:
    """The text with something else in the place of this very address."""
    lowered, parts, at = text.lower(), [], 0
    if len(lowered) != len(text):  # letters that are longer in lower case would move every place
        text = lowered
    for found in re.finditer(re.escape(address.lower()), lowered):
        before = lowered[max(0, found.start() - _LONGEST_NAME) : found.start()]
        if not _LONGER_BEFORE.search(before) and not _LONGER_BEHIND.match(lowered, found.end()):
            parts += [text[at : found.start()], instead]
            at = found.end()
    return "".join([*parts, text[at:]])


def holds(text: str, *categories: str) -> bool:
    """Whether a character of these Unicode categories is in the text."""
    return any(unicodedata.category(c) in categories for c in text)
