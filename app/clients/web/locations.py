"""URLs of pages, parsed strictly."""

import re

import httpx

from app.shown_addresses import shown
from nodes.ports.errors import SourceUnreadable

LONGEST_URL = 4000

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


def _checked(url: httpx.URL) -> httpx.URL:
    if url.scheme not in ("http", "https") or not _HOST.fullmatch(host_of(url)):
        raise SourceUnreadable(f"{shown(url)} is not a web address; expected https://host/path.")
    if url.userinfo:
        raise SourceUnreadable(f"{shown(url)} was given with a user name or password, which are never sent.")
    return url
