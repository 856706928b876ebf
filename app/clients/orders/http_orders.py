"""Orders of somebody else's HTTP API: one address for each order, JSON, and a JMESPath for each field."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import quote

import httpx
import jmespath
from jmespath.exceptions import JMESPathError

from app.clients.orders.foreign_order import Raw
from app.clients.orders.orders_file import Column, OrdersFile
from app.clients.web.body import ACCEPTED, TooLarge, UnknownEncoding, body
from app.clients.web.lanes import pause_s
from app.shown_addresses import shown
from nodes.ports.errors import DependencyDown, NotConfigured

TIMEOUT_S = 15
"""For a whole answer. One that comes drop by drop is late too."""
MOST = 1_000_000  # bytes of an answer, after decompression
LONGEST_PAUSE_S = 10.0
"""So long a Retry-After is waited for; after that the step's own pause follows."""
GONE = (404, 410)


class Document:
    """An answer, asked by JMESPath."""

    def __init__(self, data: Any, lines: str | None = None) -> None:
        self._data = data
        self._lines = lines

    def get(self, source: str) -> Any:
        """Raises ValueError for functions that do not work on what they find."""
        try:
            return jmespath.search(source, self._data)
        except (JMESPathError, TypeError, ArithmeticError, RecursionError) as error:
            raise ValueError(f"{source!r} cannot be applied ({type(error).__name__})") from error

    def lines(self) -> Sequence[Raw]:
        found = self.get(self._lines) if self._lines else None
        if found is None:
            return []
        if not isinstance(found, list):
            raise ValueError(f"{self._lines!r} finds something that is not a list")
        return [Document(line) for line in found]


class HttpOrders:
    """A source of orders (`own_orders.Source`)."""

    def __init__(
        self,
        file: OrdersFile,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        """All but `file`: for tests. Raises NotConfigured for what is not a JMESPath."""
        self._file = file
        self._transport = transport
        self._pause = pause
        self._timeout_s = timeout_s
        for path in _paths(file):
            _compile(path)

    @property
    def named(self) -> str:
        return f"orders.toml, {shown(self._file.url)}"

    async def rows(self, order_id: str) -> list[Raw]:
        """The order at its address, or none. Raises DependencyDown, NotConfigured."""
        content = await self._asked(order_id)
        try:
            data = json.loads(content, parse_float=_number) if content is not None else None
        except ValueError as error:
            raise self._other("with something that is not JSON in UTF-8") from error
        except RecursionError as error:
            raise self._other("with JSON that is nested too deeply") from error
        return [Document(data, self._file.lines)] if data else []

    async def check(self) -> None:
        """Something answers there, and lets us in. Raises DependencyDown, NotConfigured."""
        await self._asked("0")

    async def _asked(self, order_id: str) -> bytes | None:
        """What stands at its address; None: nothing does. No redirect is followed: another host gets no secrets."""
        url = self._file.url.replace("{order_id}", quote(order_id, safe=""))
        headers = {"Accept": "application/json", "Accept-Encoding": ACCEPTED, **self._file.headers}
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                httpx.AsyncClient(timeout=self._timeout_s, transport=self._transport) as client,
                client.stream("GET", url, headers=headers) as answer,
            ):
                await self._refuse(answer)
                return None if answer.status_code in GONE else await body(answer, MOST)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError) as error:
            raise NotConfigured("orders.toml: url or a header cannot be used. Correct them.") from error
        except (TimeoutError, httpx.TimeoutException) as error:
            raise DependencyDown(
                f"{self._host} did not answer within {self._timeout_s:g} seconds. Try again in a moment."
            ) from error
        except httpx.HTTPError as error:
            raise DependencyDown(
                f"{self._host} does not answer ({type(error).__name__}). Try again in a moment."
            ) from error
        except TooLarge as error:
            raise self._other(f"with more than {MOST / 1_000_000:g} MB for one order") from error
        except UnknownEncoding as error:
            raise self._other("with something that cannot be decompressed") from error

    async def _refuse(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if status in GONE or status == httpx.codes.OK:
            return
        if status in (401, 403):
            raise NotConfigured(f"{self._host} refuses us ({status}). Correct [orders.headers] in orders.toml.")
        if status == 429 or status >= 500:
            wanted_s = pause_s(answer.headers.get("retry-after", "")) or 0
            await self._pause(min(wanted_s, LONGEST_PAUSE_S))
            when = f"in {wanted_s:.0f} seconds" if wanted_s else "in a moment"
            raise DependencyDown(f"{self._host} is busy or broken ({status}). Try again {when}.")
        raise self._other(f"{status}, not with an order")

    def _other(self, what: str) -> NotConfigured:
        return NotConfigured(f"{self._host} answers {what}. Correct url in orders.toml.")

    @property
    def _host(self) -> str:
        return f"The orders' API {httpx.URL(self._file.url.replace('{order_id}', '0')).host}"


def _paths(file: OrdersFile) -> list[str]:
    currency = [file.currency.column] if isinstance(file.currency, Column) else []
    return [*file.fields.values(), *file.line_fields.values(), *currency, *([file.lines] if file.lines else [])]


def _number(text: str) -> float | str:
    """With an exponent it is left as it is written: amounts are not written so, and a large one does not fit a Python number."""
    return text if "e" in text.lower() else float(text)


def _compile(path: str) -> None:
    try:
        jmespath.compile(path)
    except (JMESPathError, RecursionError) as error:
        raise NotConfigured(f"orders.toml: {path!r} is not a JMESPath. See https://jmespath.org.") from error
