"""Addresses in what people read, without their secrets. A configured address is printed, logged and recorded only so."""

import re
from contextlib import suppress
from urllib.parse import unquote, unquote_plus, urlsplit

LONGEST_SHOWN = 200
SHORTEST_SECRET = 4
"""Shorter ones are in every text."""

_CREDENTIALS = re.compile(r"(?<=//)(?:[^/?#]*@|[^/?#@:\[]*:(?!\d*(?:[/?#]|$)).*@)")
"""User and password; a password may have a slash where it should not."""


def shown(address: object) -> str:
    """No credentials, query or fragment, nothing that cannot be printed, not too long."""
    bare = _CREDENTIALS.sub("", str(address)).partition("#")[0].partition("?")[0]
    text = bare if "//" in bare else bare.rpartition("@")[2]
    return "".join(c for c in text if c.isprintable())[:LONGEST_SHOWN]


def hidden(text: str, address: str, *secrets_too: str) -> str:
    """The text without the password and the query of this address, and these secrets: servers like to repeat them in errors."""
    parts = urlsplit("")
    with suppress(ValueError):
        parts = urlsplit(address)
    raw = [
        *secrets_too,
        parts.password or parts.username or "",
        *(pair.partition("=")[2] or pair for pair in parts.query.split("&")),
    ]
    secrets = {spelled for secret in raw for spelled in (secret, unquote(secret), unquote_plus(secret))}
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text
