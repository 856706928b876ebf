"""Orders of somebody else's HTTP API: one address for each order, JSON, and a JMESPath for each field."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import httpx
import jmespath
from jmespath.exceptions import JMESPathError

from app.clients.orders.order_reading import Raw
from app.clients.orders.orders_file import Column, OrdersFile
from nodes.ports.errors import DependencyDown, NotConfigured

TIMEOUT_S = 15
GONE = (404, 410)


class Document:
    """An answer, asked by JMESPath."""

    def __init__(self, data: Any, lines: str | None = None) -> None:
        self._data = data
        self._lines = lines

    def get(self, source: str) -> Any:
        return jmespath.search(source, self._data)

    def lines(self) -> Sequence[Raw]:
        found = jmespath.search(self._lines, self._data) if self._lines else []
        if found is None:
            return []
        if not isinstance(found, list):
            raise ValueError(f"{self._lines!r} finds something that is not a list")
        return [Document(line) for line in found]


class HttpOrders:
    """A source of orders (`own_orders.Source`)."""

    def __init__(self, file: OrdersFile, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """`transport`: for tests. Raises NotConfigured for what is not a JMESPath."""
        self._file = file
        self._transport = transport
        for path in _paths(file):
            _compile(path)

    @property
    def named(self) -> str:
        return f"orders.toml, {self._file.url.partition('?')[0]}"

    async def rows(self, order_id: str) -> list[Raw]:
        """The order at its address, or none. Raises DependencyDown, NotConfigured."""
        answer = await self._get(order_id)
        if answer.status_code in GONE:
            return []
        try:
            data = answer.json()
        except ValueError as error:
            raise NotConfigured(
                f"{self._host} answers with something that is not JSON. Correct url in orders.toml."
            ) from error
        return [Document(data, self._file.lines)] if data else []

    async def check(self) -> None:
        """Something answers there, and lets us in. Raises DependencyDown, NotConfigured."""
        await self._get("0")

    async def _get(self, order_id: str) -> httpx.Response:
        url = self._file.url.replace("{order_id}", quote(order_id, safe=""))
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S, transport=self._transport) as client:
                answer = await client.get(url, headers={"Accept": "application/json", **self._file.headers})
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError) as error:
            raise NotConfigured("orders.toml: url or a header cannot be used. Correct them.") from error
        except httpx.HTTPError as error:
            raise DependencyDown(
                f"{self._host} does not answer ({type(error).__name__}). Try again in a moment."
            ) from error
        self._refuse(answer.status_code)
        return answer

    def _refuse(self, status: int) -> None:
        if status in GONE or status == httpx.codes.OK:
            return
        if status in (401, 403):
            raise NotConfigured(f"{self._host} refuses us ({status}). Correct [orders.headers] in orders.toml.")
        if status == 429 or status >= 500:
            raise DependencyDown(f"{self._host} is busy or broken ({status}). Try again in a moment.")
        raise NotConfigured(f"{self._host} answers {status}, not with an order. Correct url in orders.toml.")

    @property
    def _host(self) -> str:
        return f"The orders' API {httpx.URL(self._file.url.replace('{order_id}', '0')).host}"


def _paths(file: OrdersFile) -> list[str]:
    currency = [file.currency.column] if isinstance(file.currency, Column) else []
    return [*file.fields.values(), *file.line_fields.values(), *currency, *([file.lines] if file.lines else [])]


def _compile(path: str) -> None:
    try:
        jmespath.compile(path)
    except JMESPathError as error:
        raise NotConfigured(f"orders.toml: {path!r} is not a JMESPath. See https://jmespath.org.") from error
