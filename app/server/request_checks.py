"""Checks of a request that every server of ours makes: whose page sends it, to which host, and how much of it there is."""

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST_BODY = 512 * 1024  # bytes
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
TOO_LARGE = f"The request has more than {LARGEST_BODY // 1024} KB; send less."


def host_of(headers: Headers) -> str:
    """The host that the request names, without its port; "" for none, and for one that cannot be read."""
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def foreign_host(host: str) -> str:
    return f"The host {host!r} is not served here; SWITCHBOARD_ALLOWED_ORIGINS names more."


def foreign_origin(headers: Headers, origins: Collection[str]) -> str | None:
    """Why the page that sends this may not; None when it may, or when no page sends it."""
    origin = headers.get("origin")
    if origin and origin not in origins and origin.partition("://")[2] != headers.get("host"):
        return f"Pages of {origin} may not use this server; SWITCHBOARD_ALLOWED_ORIGINS lets more in."
    return None


def content_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


async def read_body(receive: Receive) -> bytes | None:
    """The whole body; None when it is too large."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return body


def replayed(body: bytes, rest: Receive) -> Receive:
    """The body once more, for who reads it next."""
    sent = False

    async def receive() -> MutableMapping[str, Any]:
        nonlocal sent
        if sent:
            return await rest()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
