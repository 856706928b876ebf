"""Search through a SearXNG server, by its JSON interface."""

import asyncio
import json
import ssl
from functools import cached_property
from typing import Any

import httpx

from app.clients.search.snippets import leads
from app.clients.web.body import ACCEPTED, TooLarge, UnknownEncoding, body
from app.clients.web.proxies import proxy_for
from app.shown_addresses import shown
from nodes.ports.errors import NotConfigured, SearchUnavailable
from nodes.ports.search import Lead

NAME = "searxng"
TIMEOUT_S = 15.0
MOST = 5_000_000  # bytes of an answer, after decompression
BUSY = frozenset({408, 425, 429})


class SearxngSearch:
    """Implements nodes.ports.Search. The address is the operator's choice: it may be on a private network."""

    def __init__(self, base_url: str, *, timeout_s: float = TIMEOUT_S) -> None:
        """Raises NotConfigured."""
        url = _usable(base_url)
        self._url = url.copy_with(userinfo=b"")  # the client logs every address that it asks
        self._auth = httpx.BasicAuth(url.username, url.password) if url.userinfo else None
        self._timeout_s = timeout_s

    async def search(self, query: str, limit: int, *, folder: str | None = None) -> list[Lead]:
        """Raises SearchUnavailable, NotConfigured."""
        if not query.strip():
            return []
        answer = self._understood(*await self._asked(query))
        found = leads(answer, NAME)
        if not found and answer.get("unresponsive_engines"):
            raise SearchUnavailable(f"The engines behind {shown(self._url)} did not answer; try again later.")
        return found[:limit]

    async def _asked(self, query: str) -> tuple[int, bytes]:
        """The status, and for 200 the answer."""
        form, headers = {"q": query, "format": "json"}, {"Accept-Encoding": ACCEPTED}
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                self._client() as client,
                client.stream("GET", self._url, params=form, headers=headers) as response,
            ):
                return response.status_code, await body(response, MOST) if response.status_code == 200 else b""
        except (TimeoutError, httpx.TimeoutException) as error:
            raise self._silent(f"did not answer within {self._timeout_s:g} seconds") from error
        except httpx.HTTPError as error:
            raise self._silent(f"could not be asked ({type(error).__name__})") from error
        except TooLarge as error:
            raise self._other(f"more than {MOST / 1_000_000:g} MB") from error
        except UnknownEncoding as error:
            raise self._other(f"something that cannot be decompressed ({error})") from error

    def _client(self) -> httpx.AsyncClient:
        verify = self._tls if self._url.scheme == "https" else False
        proxy = proxy_for(self._url)
        return httpx.AsyncClient(verify=verify, auth=self._auth, trust_env=False, proxy=proxy, timeout=self._timeout_s)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return httpx.create_ssl_context()

    def _understood(self, status: int, content: bytes) -> dict[str, Any]:
        if status in BUSY or status >= 500:
            raise SearchUnavailable(f"{shown(self._url)} answered {status}; try again later.")
        if status == 403:
            raise self._other("403, as SearXNG does when it may not answer in JSON")
        try:
            answer = json.loads(content) if status == 200 else None
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not isinstance(answer.get("results"), list):
            raise self._other(f"{status} with something that is not a SearXNG answer in JSON")
        return answer

    def _silent(self, what: str) -> SearchUnavailable:
        return SearchUnavailable(
            f"{shown(self._url)} {what}; try again later, or correct the address in SWITCHBOARD_SEARXNG_URL."
        )

    def _other(self, what: str) -> NotConfigured:
        return NotConfigured(
            f"{shown(self._url)} answered {what}: correct the address in SWITCHBOARD_SEARXNG_URL, "
            "or enable JSON in that server's settings.yml (`search: formats: [html, json]`)."
        )


def _usable(base_url: str) -> httpx.URL:
    """The address of the search itself, with the credentials that it is given."""
    try:
        url = httpx.URL(base_url.strip())
    except (httpx.InvalidURL, ValueError):
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.query or url.fragment:
        raise NotConfigured(
            "SWITCHBOARD_SEARXNG_URL is not a usable address of a SearXNG server; expected something like http://localhost:8888."
        )
    path = url.path.rstrip("/")
    return url.copy_with(path=path if path.endswith("/search") else f"{path}/search")
