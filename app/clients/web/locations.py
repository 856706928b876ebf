"""URLs of pages: parsed strictly, and shown without what may be secret."""

import re
from urllib.parse import unquote, unquote_plus, urlsplit

import httpx

from nodes.ports.errors import SourceUnreadable

LONGEST_URL = 4000
LONGEST_SHOWN = 200
SHORTEST_SECRET = 4
"""Shorter ones are in every text."""

_HOST = re.compile(r"[a-z0-9._:-]+")


def parsed(address: str) -> httpx.URL:
    """The URL of a page, without its fragment. Raises SourceUnreadable."""
    if len(address) > LONGEST_URL:
        raise SourceUnreadable(f"The address {shown(address[:LONGEST_URL])} is too long to be read.")
    try:
        url = httpx.URL(address.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise SourceUnreadable(f"{shown(address)} is not a web address; expected https://host/path.") from error
    return _checked(url)


def joined(url: httpx.URL, location: str) -> httpx.URL:
    """Where a redirect leads. Raises SourceUnreadable."""
    try:
        target = url.join(location.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise SourceUnreadable(f"{shown(url)} redirects to something that is not a web address.") from error
    return _checked(target)


def host_of(url: httpx.URL) -> str:
    """In lower case and ASCII, without the dot that ends a full name."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def port_of(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def shown(address: str | httpx.URL) -> str:
    """For messages: no credentials, query or fragment, nothing that cannot be printed, not too long."""
    bare = str(address).partition("#")[0].partition("?")[0]
    scheme, slashes, rest = bare.rpartition("//")
    host, slash, path = rest.partition("/")
    text = f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}" if slashes else bare.rpartition("@")[2]
    return "".join(c for c in text if c.isprintable())[:LONGEST_SHOWN]


def hidden(text: str, address: str) -> str:
    """The text without the password and the query of this address, which servers like to repeat in their errors."""
    parts = urlsplit(address)
    raw = [parts.password or "", *(pair.partition("=")[2] or pair for pair in parts.query.split("&"))]
    secrets = {spelled for secret in raw for spelled in (secret, unquote(secret), unquote_plus(secret))}
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "***")
    return text


def _checked(url: httpx.URL) -> httpx.URL:
    if url.scheme not in ("http", "https") or not _HOST.fullmatch(host_of(url)):
        raise SourceUnreadable(f"{shown(url)} is not a web address; expected https://host/path.")
    if url.userinfo:
        raise SourceUnreadable(f"{shown(url)} was given with a user name or password, which are never sent.")
    return url
