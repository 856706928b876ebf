"""What may reach the server at all: known hosts, our own pages, bodies of a sensible size. And the headers of every answer."""

from collections.abc import Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders

from app.server.request_checks import (
    LOOPBACK,
    TOO_LARGE,
    WRITES,
    App,
    Receive,
    Send,
    content_type,
    foreign_host,
    foreign_origin,
    has_body,
    host_of,
    read_body,
    replayed,
)
from app.server.web.problems import problem
from app.settings import Settings

API = "/api/"
FORM = "application/x-www-form-urlencoded"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with "no-referrer", browsers would send our own forms with the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Guard:
    """Middleware. Bodies are read here, once, so that none is larger than the limit, whatever its headers say."""

    def __init__(self, app: App, *, hosts: Collection[str], origins: Collection[str]) -> None:
        self._app = app
        self._hosts = hosts
        self._origins = origins

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        send = _with_headers(send, cached=scope["path"].startswith("/static/"))
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is None and scope["method"] in WRITES:
            body = await read_body(receive)
            refusal = (413, TOO_LARGE) if body is None else None
            receive = replayed(body or b"", receive)
        if refusal:
            await problem(*refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: MutableMapping[str, Any], headers: Headers) -> tuple[int, str] | None:
        if (host := host_of(headers)) not in self._hosts:
            return 403, foreign_host(host)
        if foreign := foreign_origin(headers, self._origins):
            return 403, foreign
        if scope["method"] in WRITES and headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return 403, "Pages of other sites may not use this server."
        wanted = "application/json" if scope["path"].startswith(API) else FORM
        if scope["method"] in WRITES and has_body(headers) and content_type(headers) != wanted:
            return 415, f"Send the body as {wanted}."
        return None


def hosts_of(settings: Settings, bound: str) -> frozenset[str]:
    """The host names that the server answers to: this machine's, the one it is bound to, and those of the settings."""
    named = {urlsplit(url).hostname for url in (*settings.allowed_origins, settings.base_url or "")}
    return LOOPBACK | {bound.lower().strip("[]")} | {host for host in named if host}


def origins_of(settings: Settings) -> frozenset[str]:
    base = urlsplit(settings.base_url or "")
    own = {f"{base.scheme}://{base.netloc}"} if base.netloc else set()
    return frozenset({*settings.allowed_origins, *own})


def _with_headers(send: Send, *, cached: bool) -> Send:
    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "max-age=3600" if cached else "no-store")
        await send(message)

    return sent
