"""Addresses that mail can be sent to and from."""

import re
import unicodedata
from email.utils import getaddresses

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{1,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")


def is_address(text: str) -> bool:
    """One plain address: no quotes, comments or display name. An international domain is written as xn--..."""
    return bool(_ADDRESS.fullmatch(text))


def is_sender(text: str) -> bool:
    """One address, with a name before it or without."""
    found = getaddresses([text])
    return len(found) == 1 and is_address(found[0][1]) and not holds(text, "Cc", "Cs", "Zl", "Zp")


def holds(text: str, *categories: str) -> bool:
    """Whether a character of these Unicode categories is in the text."""
    return any(unicodedata.category(c) in categories for c in text)
