"""One GET request, and the redirects it meets: every hop is checked, limited, and waits for its turn.

A hop connects to an address that the guard has just checked, by the environment's proxy if there is one for the host: the
proxy is told that address, too. The name is used for the Host header and for TLS alone. Cookies and credentials are never used.
"""

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

import httpx

from app.clients.web.allowed_machines import Guard
from app.clients.web.body import ACCEPTED, TooLarge, UnknownEncoding, body
from app.clients.web.lanes import Lanes, pause_s
from app.clients.web.limits import Budget, WebLimits
from app.clients.web.locations import host_of, joined
from app.clients.web.proxies import proxy_for
from app.shown_addresses import shown
from nodes.ports.errors import SourceUnavailable, SourceUnreadable, SwitchboardError

CONNECT_S = 5.0
"""For each address of a host, so that one that is down does not use up the time of the others."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
ASKS_FOR_PAUSE = frozenset({429, 503})
PASSING = frozenset({408, 425, 429})
LASTING = frozenset({501, 505, 510, 511})


@dataclass(frozen=True)
class Wanted:
    """`cut`: of a body that is larger, the beginning is enough. `takes`: the media types worth a download."""

    accept: str
    most: int
    cut: bool = False
    takes: Callable[[str], bool] = lambda _: True


@dataclass(frozen=True)
class Reply:
    """The end of the redirects. Only a success has content."""

    url: httpx.URL
    status: int
    headers: httpx.Headers
    content: bytes

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_passing(self) -> bool:
        """A failure that another try may not meet."""
        return self.status in PASSING or (self.status >= 500 and self.status not in LASTING)


class TooManyRedirects(SourceUnreadable):
    """More redirects than the limit."""


async def anything(_: httpx.URL) -> None:
    """Every URL may be fetched."""


class Fetcher:
    def __init__(self, limits: WebLimits, guard: Guard, tls: ssl.SSLContext | None) -> None:
        self._limits = limits
        self._guard = guard
        self._lanes = Lanes(limits)
        self._given_tls = tls

    async def fetch(
        self,
        url: httpx.URL,
        wanted: Wanted,
        budget: Budget,
        *,
        permitted: Callable[[httpx.URL], Awaitable[None]] = anything,
    ) -> Reply:
        """Raises SourceUnavailable, SourceUnreadable, TimeoutError; `permitted` is asked before each hop."""
        for _ in range(self._limits.max_redirects + 1):
            await permitted(url)
            reply = await self._hop(url, wanted, budget)
            if reply.status not in REDIRECTS or "location" not in reply.headers:
                return reply
            url = joined(url, reply.headers["location"])
        raise TooManyRedirects(f"{shown(url)} was not reached: more than {self._limits.max_redirects} redirects.")

    async def _hop(self, url: httpx.URL, wanted: Wanted, budget: Budget) -> Reply:
        lane = self._lanes.of(host_of(url))
        async with lane.turn(), budget.spend():
            reply = await self._first_answer(url, wanted)
        pause = pause_s(reply.headers.get("retry-after", "")) if reply.status in ASKS_FOR_PAUSE else None
        if pause is not None:
            lane.pause(pause)
        return reply

    async def _first_answer(self, url: httpx.URL, wanted: Wanted) -> Reply:
        """From the first of the host's addresses that takes the connection."""
        failure: Exception | None = None
        for address in await self._guard.addresses(url):
            try:
                return await self._ask(url, address, wanted)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
            except httpx.TransportError as error:
                raise _translated(error, url) from error
        assert failure is not None
        raise _translated(failure, url) from failure

    async def _ask(self, url: httpx.URL, address: str, wanted: Wanted) -> Reply:
        request = self._request(url, address, wanted)
        proxy = proxy_for(url)
        async with httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False, proxy=proxy) as transport:
            response = await transport.handle_async_request(request)
            try:
                succeeded = 200 <= response.status_code < 300
                content = await _content(response, url, wanted) if succeeded else b""
            finally:
                await response.aclose()
        return Reply(url, response.status_code, response.headers, content)

    def _request(self, url: httpx.URL, address: str, wanted: Wanted) -> httpx.Request:
        headers = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": self._limits.user_agent,
            "Accept": wanted.accept,
            "Accept-Encoding": ACCEPTED,
            "Connection": "close",
        }
        timeout = httpx.Timeout(self._limits.timeout_s, connect=min(CONNECT_S, self._limits.timeout_s))
        extensions = {"sni_hostname": host_of(url), "timeout": timeout.as_dict()}
        return httpx.Request("GET", url.copy_with(host=address), headers=headers, extensions=extensions)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return self._given_tls or httpx.create_ssl_context()


def media_type(headers: httpx.Headers) -> str:
    return str(headers.get("content-type", "")).partition(";")[0].strip().lower()


def checked(reply: Reply) -> Reply:
    """The reply, when it is a success. Raises SourceUnavailable, SourceUnreadable."""
    if reply.succeeded:
        return reply
    answer = f"{shown(reply.url)} answered {reply.status} {_phrase(reply.status)}".rstrip()
    if reply.is_passing:
        pause = pause_s(reply.headers.get("retry-after", ""))
        later = f"try again in {pause:.0f} seconds" if pause else "try again later"
        raise SourceUnavailable(f"{answer}; {later}.")
    raise SourceUnreadable(f"{answer}, so it cannot be read.")


async def _content(response: httpx.Response, url: httpx.URL, wanted: Wanted) -> bytes:
    media = media_type(response.headers)
    if not wanted.takes(media):
        raise SourceUnreadable(f"{shown(url)} is {media[:60]}, which holds no text to read.")
    stated = str(response.headers.get("content-length", ""))
    try:
        if stated.isdecimal() and int(stated) > wanted.most and not wanted.cut:
            raise TooLarge
        return await body(response, wanted.most, cut=wanted.cut)
    except TooLarge as error:
        raise SourceUnreadable(f"{shown(url)} is larger than {wanted.most / 1_000_000:g} MB.") from error
    except UnknownEncoding as error:
        raise SourceUnreadable(f"{shown(url)} is compressed in a way that cannot be undone ({error}).") from error


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _translated(error: Exception, url: httpx.URL) -> SwitchboardError:
    """What a failed exchange means for the next try."""
    match error:
        case httpx.TimeoutException():
            return SourceUnavailable(f"{shown(url)} did not answer in time; try again later.")
        case httpx.ConnectError() if _is_untrusted(error):
            return SourceUnreadable(f"{shown(url)} has a certificate that cannot be trusted.")
        case httpx.ConnectError():
            return SourceUnavailable(f"{shown(url)} took no connection; try again later.")
        case httpx.LocalProtocolError():
            return SourceUnreadable(f"{shown(url)} cannot be asked for over HTTP.")
        case _:
            return SourceUnavailable(f"{shown(url)} broke off its answer; try again later.")


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
