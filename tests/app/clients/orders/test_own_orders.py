"""Orders by configuration: the same suite as the demo's orders, field by field, and a sentence for whatever is wrong."""

import asyncio
import gzip
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import make_url, text

from app.clients.orders.field_values import minor_units
from app.clients.orders.http_orders import MOST, HttpOrders
from app.clients.orders.orders_file import OrdersFile, read_file
from app.clients.orders.own_orders import OwnOrders, open_orders
from app.clients.orders.sql_orders import SqlOrders
from app.settings import Settings
from app.system_clock import SystemClock
from app.testing.contracts import OrdersContract
from nodes.ports.clock import iso
from nodes.ports.errors import DependencyDown, NotConfigured, OrderUnreadable
from nodes.ports.orders import Order
from tests.app.clients.orders.shops import DOCUMENT, FORM, HTTP_FORM, SALE, Api, connected, make_shop, once, shop_home
from tests.command_line import CommandLine
from tests.postgres import Server

SECRETS = {"SHOP_TOKEN": "topsecret"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def described(home: Path, form: str) -> OrdersFile:
    home.mkdir(exist_ok=True)
    (home / "orders.toml").write_text(form)
    return read_file(home / "orders.toml", SECRETS)


async def no_pause(_: float) -> None:
    pass


def of_api(home: Path, api: httpx.AsyncBaseTransport, form: str = HTTP_FORM, **given: Any) -> OwnOrders:
    file = described(home, form)
    return OwnOrders(file, HttpOrders(file, transport=api, pause=no_pause, **given), SystemClock())


class TestContract(OrdersContract):
    @pytest.fixture(params=["sqlite", "postgres", "http"])
    def orders(self, request: pytest.FixtureRequest, home: Path) -> Iterator[OwnOrders]:
        if request.param == "http":
            yield of_api(home, Api())
        elif request.param == "sqlite":
            yield open_orders(shop_home(home) / "orders.toml", {}, SystemClock())
        else:
            server: Server = request.getfixturevalue("server")
            make_shop(address := server.url(name := server.create()), [SALE])
            home.mkdir()
            (home / "orders.toml").write_text(FORM.replace("{url}", address))
            yield open_orders(home / "orders.toml", {}, SystemClock())
            server.drop(name)

    @pytest.fixture
    def order_id(self) -> str:
        return "A-1001"


async def found(home: Path, **sale: Any) -> Order:
    order = await open_orders(shop_home(home, sale) / "orders.toml", {}, SystemClock()).find("A-1001")
    assert order
    return order


async def test_an_order_of_a_database(home: Path) -> None:
    assert await found(home) == {
        "order_id": "A-1001",
        "customer_name": "Ada Lovelace",
        "email": "ada@example.com",
        "status": "delivered",
        "total_cents": 14900,
        "currency": "USD",
        "captured_cents": 14900,
        "refunded_cents": 0,
        "final_sale": False,
        "placed_at": "2026-11-10T08:00:00.000000Z",
        "shipped_at": None,
        "delivered_at": "2026-11-18T09:30:00.000000Z",
        "expected_at": None,
        "carrier": None,
        "tracking_number": None,
        "note": "",
        "payment": None,
        "lines": [{"sku": "LAMP", "title": "Desk lamp", "quantity": 1, "price_cents": 14900}],
        "refunds": [],
    }


async def test_an_order_of_an_api(home: Path) -> None:
    api = Api()
    order = await of_api(home, api).find("#a-1001")
    assert order
    assert (order["total_cents"], order["refunded_cents"], order["currency"]) == (14900, 1500, "EUR")
    assert (order["status"], order["delivered_at"]) == ("delivered", "2026-11-18T09:30:00.000000Z")
    assert order["lines"] == [{"sku": "", "title": "Desk lamp", "quantity": 2, "price_cents": 0}]
    assert {request.headers["Authorization"] for request in api.asked} == {"Bearer topsecret"}


def test_where_the_orders_are_is_told_without_secrets(home: Path) -> None:
    address = "https://u:${SHOP_TOKEN}@shop.example/api/{order_id}?key=${SHOP_TOKEN}"
    form = HTTP_FORM.replace("https://shop.example/api/orders/{order_id}", address)
    assert of_api(home, Api(), form).source.named == "orders.toml, https://shop.example/api/{order_id}"
    file = described(home, FORM.replace("{url}", "postgresql://u:${SHOP_TOKEN}@h/x?password=${SHOP_TOKEN}"))
    assert SqlOrders(file, home).named == "orders.toml, postgresql+psycopg://h/x"


def test_a_password_of_a_variable_may_have_any_character(home: Path) -> None:
    home.mkdir()
    for secret, password in (("p@ss:w/o#r?d", "p@ss:w/o#r?d"), ("p%40ss", "p@ss"), ("plain", "plain")):
        (home / "orders.toml").write_text(FORM.replace("{url}", "postgresql://u:${SECRET}@${AT}/x"))
        file = read_file(home / "orders.toml", {"SECRET": secret, "AT": "h:5433"})
        assert (make_url(file.url).password, make_url(file.url).port) == (password, 5433)
        assert SqlOrders(file, home).named == "orders.toml, postgresql+psycopg://h:5433/x"


def test_no_secret_is_left_behind_by_a_run(
    settings: Settings, switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_LOG_LEVEL", "DEBUG")
    monkeypatch.setenv("SHOP_TOKEN", "topsecret")
    settings.home.mkdir(mode=0o700)
    address = "http://u:${SHOP_TOKEN}@127.0.0.1:port/{order_id}?key=${SHOP_TOKEN}"
    form = HTTP_FORM.replace("https://shop.example/api/orders/{order_id}", address)
    (settings.home / "orders.toml").write_text(form)
    called = switchboard("refund", "--order", "12346", "--email", "ada@example.com")
    assert (called.code, "url or a header cannot be used" in called.err) == (5, True)
    said = switchboard("support", "where is order 12346?", "--email", "ada@example.com")
    left = b"".join(file.read_bytes() for file in settings.home.rglob("*") if file.is_file())
    assert b"ada@example.com" in left
    assert "topsecret" not in called.out + called.err + said.out + said.err
    assert b"topsecret" not in left


async def test_the_address_of_an_order_stays_inside_its_template(home: Path) -> None:
    api = Api()
    assert await of_api(home, api).find("../../admin?x=1") is None
    assert {request.url.raw_path.lower() for request in api.asked} == {b"/api/orders/..%2f..%2fadmin%3fx%3d1"}


VALUES: list[tuple[dict[str, Any], str, Any]] = [
    ({"total": 19.99}, "total_cents", 1999),
    ({"paid": 0.1 + 0.2}, "captured_cents", 30),  # a sum that SQLite made with floats
    ({"given_back": 10.5}, "refunded_cents", 1050),
    ({"state": " Packed "}, "status", "placed"),
    ({"arrived": "2026-11-18T10:30:00-05:00"}, "delivered_at", "2026-11-18T15:30:00.000000Z"),
    ({"arrived": "2026-07-18"}, "delivered_at", "2026-07-17T22:00:00.000000Z"),
    ({"arrived": None}, "delivered_at", None),
    ({"outlet": "YES"}, "final_sale", True),
    ({"outlet": None}, "final_sale", False),
    ({"buyer": None}, "customer_name", ""),
]


@pytest.mark.parametrize(("sale", "field", "value"), VALUES)
async def test_how_a_value_is_read(home: Path, sale: dict[str, Any], field: str, value: Any) -> None:
    assert dict(await found(home, **sale))[field] == value


BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"total": "19,99"}, "total_cents: '19,99' is not a number like 149.00"),
    ({"total": 19.999}, r"total_cents: '19.999' is not an amount with 2 decimals \(USD\)"),
    ({"total": None}, "total_cents: it is empty"),
    ({"paid": -5}, "captured_cents: '-5' is below zero"),
    (
        {"paid": 39.4999999999},
        r"captured_cents: '39.4999999999' is not an amount with 2 decimals",
    ),  # no noise of a float
    ({"paid": float("inf")}, "captured_cents: 'inf' is not a number"),
    ({"paid": 1e300}, "captured_cents: '1e.300' is too large"),
    ({"arrived": "2999-01-01"}, "delivered_at: '2999-01-01' is in the future"),
    ({"ordered": "2999-01-01T00:00:00Z"}, "placed_at: .* is in the future"),
    ({"arrived": "0001-01-01T00:00:00+01:00"}, "delivered_at: .* is not a time that can be used"),
    ({"state": "lost"}, "status: 'lost' stands under none of delivered, shipped, placed, cancelled"),
    ({"ordered": "10.11.2026"}, "placed_at: '10.11.2026' is not a time like"),
    ({"ordered": ""}, "placed_at: it is empty"),
    ({"mail": "Ada <ada@example.com>"}, "email: 'Ada <ada@example.com>' is not one plain e-mail address"),
    ({"mail": None}, "email: it is empty"),
    ({"outlet": "maybe"}, "final_sale: 'maybe' is neither yes nor no"),
]


@pytest.mark.parametrize(("sale", "said"), BROKEN)
async def test_a_value_that_cannot_be_read_is_never_guessed(home: Path, sale: dict[str, Any], said: str) -> None:
    with pytest.raises(OrderUnreadable, match=rf"Order A-1001 cannot be read: {said}.*doctor --order A-1001"):
        await found(home, **sale)


def pathed(path: str, value: Any) -> dict[str, Any]:
    """The document, with another value at this path."""
    changed: dict[str, Any] = json.loads(json.dumps(DOCUMENT))
    *way, last = path.split(".")
    at = changed
    for step in way:
        at = at[step]
    at[last] = value
    return changed


DECIMAL = HTTP_FORM.replace('"minor"', '"decimal"')
AMOUNTS: list[tuple[str, str, int | str]] = [
    (DECIMAL, '"149.00"', 14900),
    (DECIMAL, "149", 14900),
    (DECIMAL, "39.5", 3950),
    (DECIMAL, '"1.490"', "is not an amount with 2 decimals"),  # 1490 to some people
    (DECIMAL, '"1,490.00"', "is not a number like 149.00"),
    (DECIMAL, "39.499", "is not an amount with 2 decimals"),
    (DECIMAL, "1.49e2", "'1.49e2' is not a number"),
    (DECIMAL, "1e400", "'1e400' is not a number"),
    (DECIMAL, "NaN", "is not a number"),
    (DECIMAL, "-Infinity", "is not a number"),
    (DECIMAL, "true", "'True' is not a number"),
    (DECIMAL, "[149]", "a list is not a number"),
    (DECIMAL, "-149", "is below zero"),
    (DECIMAL, "9" * 400, "is too large"),
    (HTTP_FORM, '"14900"', 14900),
    (HTTP_FORM, "14900.0", 14900),
    (HTTP_FORM, '"149.00"', "is not a whole number of minor units"),
    (HTTP_FORM, "149.5", "is not a whole number of minor units"),
]


@pytest.mark.parametrize(("form", "written", "read"), AMOUNTS)
async def test_an_amount_of_json_is_read_in_one_way_or_refused(
    home: Path, form: str, written: str, read: int | str
) -> None:
    told = json.dumps(pathed("data.money.total", "@")).replace('"@"', written)
    orders = of_api(home, Api({"/api/orders/A-1001": httpx.Response(200, text=told)}), form)
    if isinstance(read, int):
        order = await orders.find("A-1001")
        assert order
        assert order["total_cents"] == read
    else:
        with pytest.raises(OrderUnreadable, match=f"total_cents: .*{re.escape(read)}"):
            await orders.find("A-1001")


async def test_a_decimal_of_a_database_under_minor_units_is_refused() -> None:
    assert minor_units(Decimal("14900"), "minor", "USD") == 14900
    with pytest.raises(ValueError, match="not a whole number of minor units"):
        minor_units(Decimal("149.00"), "minor", "USD")
    assert minor_units(Decimal("25.0000"), "decimal", "KWD") == 25000
    assert minor_units("25.000", "decimal", "KWD") == 25000
    with pytest.raises(ValueError, match="not an amount with 0 decimals"):
        minor_units("9900.0", "decimal", "JPY")


async def test_a_time_without_an_offset_and_without_a_time_zone(home: Path) -> None:
    shop_home(home, form=FORM.replace('timezone = "Europe/Berlin"', ""))
    with pytest.raises(
        OrderUnreadable, match=r"placed_at: '2026-11-10 09:00:00' has no offset, and .* names no timezone"
    ):
        await open_orders(home / "orders.toml", {}, SystemClock()).find("A-1001")


async def test_two_rows_for_one_order(home: Path) -> None:
    shop_home(home, {}, {"mail": "grace@example.com"})
    with pytest.raises(OrderUnreadable, match="finds more than one row for order A-1001"):
        await open_orders(home / "orders.toml", {}, SystemClock()).find("A-1001")


async def test_two_columns_of_one_name(home: Path) -> None:
    """A join: whose address it is would be a guess."""
    shop_home(home, form=FORM.replace("select * from sales", "select *, 'eve@example.com' as mail from sales"))
    with pytest.raises(OrderUnreadable, match="email: the query has two columns 'mail'; select one of them"):
        await open_orders(home / "orders.toml", {}, SystemClock()).find("A-1001")


async def test_another_order_than_the_one_asked_for(home: Path) -> None:
    form = FORM.replace("where number = :order_id", "where :order_id <> '0'")
    shop_home(home, form=form)
    with pytest.raises(OrderUnreadable, match="order_id: 'A-1001' was found, not '7'"):
        await open_orders(home / "orders.toml", {}, SystemClock()).find("7")


FILES: list[tuple[str, str, str]] = [
    ('kind = "sql"', 'kind = "csv"', "[orders] kind: it has to be 'sql' or 'http'"),
    ('amounts = "decimal"', "", "[orders] amounts: it is missing"),
    ('amounts = "decimal"', 'amounts = "cents"', "[orders] amounts: it has to be 'minor' or 'decimal'"),
    ('currency = "USD"', 'currency = "Dollars"', "'Dollars' is not a currency like USD"),
    ('currency = "USD"', 'currency = { colum = "cur" }', "[orders] currency"),
    ("Europe/Berlin", "Berlin", "'Berlin' is not a time zone like Europe/Berlin"),
    ("select * from sales", "delete from sales", "query has to be one select"),
    ("select * from sales", "select 1; drop table sales; select * from sales", "query has to be one select"),
    ("from sales where number = :order_id", "from sales", "query has to ask for :order_id"),
    ('email = "mail"', 'e_mail = "mail"', "[orders.fields] e_mail"),
    ('email = "mail"', "", "[orders.fields]: email missing"),
    ('placed = ["new", "packed"]', 'placed = ["new", "Sent "]', "[orders.status]: 'sent' stands there twice"),
    ("delivered = [", "arrived = [", "[orders.status] arrived"),
    ("[orders]", "[order]", "there is one table, [orders]"),
    ("[orders]", "[orders", "is not a TOML file"),
    ("[orders]", "x = " + "[" * 5000, "is not a TOML file"),
    ("[orders]", "x = " + "9" * 5000, "is not a TOML file"),
    ("select * from sales", "select *, 'x' as mail from sales", "the query has two columns 'mail'"),
    ('currency = "USD"', 'currency = { column = "cur" }', "the query has no column 'cur'"),
    ("sqlite:///sales.db", "sqlite:///gone.db", "gone.db is not there"),
    ("sqlite:///sales.db", "nonsense", "url is not an address of a database"),
    ("sqlite:///sales.db", "oracle+unknown://u:topsecret@h/x", "not a database that SQLAlchemy knows"),
    ("sqlite:///sales.db", "postgresql://u:topsecret@127.0.0.1:1/x", "does not answer"),
    ("sqlite:///sales.db", "postgresql://${SHOP_USER}@h/x", "SHOP_USER is not set"),
    ("sqlite:///sales.db", "postgresql://u:topsecret@h:port/x", "url is not an address of a database"),
    ("sqlite:///sales.db", "postgresql://u:topsecret@127.0.0.1:1/x?password=topsecret", "does not answer"),
    ("sqlite:///sales.db", "mysql+pymysql://u:topsecret@h/x", "the driver of mysql+pymysql is not installed"),
    ("sqlite:///sales.db", "sqlite:///.", "does not answer"),
    ("from sales ", "from sails ", "the query cannot be run (no such table: sails)"),
    ('"given_back"', '"refunds"', "the query has no column 'refunds'; it has number, mail"),
]


@pytest.mark.parametrize(("before", "after", "said"), FILES)
async def test_a_file_that_cannot_be_used_is_told_in_one_sentence(
    home: Path, before: str, after: str, said: str
) -> None:
    shop_home(home, form=FORM.replace("{url}", "sqlite:///sales.db").replace(before, after, 1))
    with pytest.raises(NotConfigured) as caught:
        await open_orders(home / "orders.toml", {}, SystemClock()).source.check()
    assert said in str(caught.value)
    assert "topsecret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bad_file_ends_a_command_with_one_sentence(settings: Settings, switchboard: CommandLine) -> None:
    shop_home(settings.home, form=FORM.replace('"given_back"', '"refunds"'))
    report = switchboard.json("doctor", code=5)
    assert [check["name"] for check in report["checks"] if not check["ok"]] == ["orders"]
    (settings.home / "orders.toml").write_text("[orders]\nkind = 'sql'\n")
    called = switchboard("support", "where is my order A-1001?", "--email", "ada@example.com")
    assert (called.code, called.out, called.err.count("\n")) == (5, "", 1)
    assert "orders.toml: [orders] url: it is missing" in called.err


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (httpx.Response(401), NotConfigured, r"refuses us \(401\)"),
        (httpx.Response(302, headers={"Location": "https://elsewhere.example"}), NotConfigured, "answers 302"),
        (httpx.Response(200, text="<html>"), NotConfigured, "not JSON"),
        (httpx.Response(429), DependencyDown, "busy or broken"),
        (httpx.Response(503), DependencyDown, "busy or broken"),
    ],
)
async def test_an_api_that_gives_no_order(
    home: Path, answer: httpx.Response, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        await of_api(home, Api({"/api/orders/1": answer})).find("1")


class Drip(httpx.AsyncBaseTransport):
    """A server that begins an answer, and never ends it."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=self._drops())

    async def _drops(self) -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()


async def test_an_api_that_never_ends_its_answer(home: Path) -> None:
    with pytest.raises(DependencyDown, match="did not answer within"):
        await of_api(home, Drip(), timeout_s=0.1).find("1")


ODD: list[tuple[bytes, dict[str, str], str]] = [
    (b"[" * 100_000, {}, "JSON that is nested too deeply"),
    (b'{"data": "Gr\xfc\xdfe"}', {}, "not JSON in UTF-8"),
    (b"\xff\xfe\x00", {}, "not JSON in UTF-8"),
    (b'{"data": ' + b"9" * 5000 + b"}", {}, "not JSON"),
    (b'"' + b"x" * MOST, {}, "more than 1 MB"),
    (gzip.compress(b" " * 50_000_000), {"content-encoding": "gzip"}, "more than 1 MB"),
    (b"no gzip", {"content-encoding": "gzip"}, "cannot be decompressed"),
    (b"{}", {"content-encoding": "br"}, "cannot be decompressed"),
]


@pytest.mark.parametrize(("content", "headers", "said"), ODD, ids=range(len(ODD)))
async def test_an_odd_answer_of_an_api_is_one_sentence(
    home: Path, content: bytes, headers: dict[str, str], said: str
) -> None:
    api = httpx.MockTransport(lambda _: httpx.Response(200, content=once(content), headers=headers))
    with pytest.raises(NotConfigured, match=said) as caught:
        await of_api(home, api).find("1")
    assert "\n" not in str(caught.value)
    assert "topsecret" not in str(caught.value)


async def test_an_api_that_asks_for_a_pause_gets_it(home: Path) -> None:
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    file = described(home, HTTP_FORM)
    for asked in ("3", "9" * 30, "soon", "Fri, 01 Jan 1999 00:00:00 GMT"):
        api = Api({"/api/orders/1": httpx.Response(503, headers={"retry-after": asked})})
        with pytest.raises(DependencyDown, match=r"busy or broken \(503\)"):
            await HttpOrders(file, transport=api, pause=pause).rows("1")
    assert paused == [3, 10, 0, 0]


async def test_the_order_of_somebody_else_is_nobodys(home: Path) -> None:
    """An API that answers with another order, with all of them, or with an error under 200."""
    for told in (DOCUMENT, {"data": [DOCUMENT["data"]]}, {"error": "not found"}, "not found", [1]):
        api = Api({"/api/orders/A-1002": httpx.Response(200, json=told)})
        with pytest.raises(OrderUnreadable, match=r"order_id: ('A-1001' was found, not 'A-1002'|it is empty)"):
            await of_api(home, api).find("A-1002")


async def test_what_is_no_character_is_kept_out(home: Path) -> None:
    told = json.dumps(pathed("data.name", "A-1001\ud800"))
    with pytest.raises(OrderUnreadable, match="was found, not 'A-1001'"):
        await of_api(home, Api({"/api/orders/A-1001": httpx.Response(200, text=told)})).find("A-1001")
    half = json.dumps(pathed("data.customer", {"email": "ada@example.com", "name": "Ada \ud83d\0"}))
    form = HTTP_FORM.replace("[orders.fields]", '[orders.fields]\ncustomer_name = "data.customer.name"')
    order = await of_api(home, Api({"/api/orders/A-1001": httpx.Response(200, text=half)}), form).find("A-1001")
    assert order
    assert order["customer_name"] == "Ada ??"


@pytest.mark.parametrize("order_id", ["", "#", "..", ".", "\udcff1", "1\0", "1\n2", "7" * 201])
async def test_no_order_has_such_a_number(home: Path, order_id: str) -> None:
    api = Api()
    assert await of_api(home, api).find(order_id) is None
    assert api.asked == []
    assert await open_orders(shop_home(home) / "orders.toml", {}, SystemClock()).find(order_id) is None


@pytest.mark.parametrize(
    "url", ["https://shop.example{order_id}/x", "https://{order_id}@shop.example/", "https://h/api"]
)
def test_an_order_number_chooses_no_host(home: Path, url: str) -> None:
    with pytest.raises(NotConfigured, match=r"url has to name .* in its path"):
        described(home, HTTP_FORM.replace("https://shop.example/api/orders/{order_id}", url))


def test_a_path_that_is_not_one(home: Path) -> None:
    with pytest.raises(NotConfigured, match=r"'data\.\.name' is not a JMESPath"):
        of_api(home, Api(), HTTP_FORM.replace('"data.name"', '"data..name"'))


async def test_nothing_is_written_there(home: Path) -> None:
    """A select that writes (SQLite has none; a function of PostgreSQL could) is stopped by the connection."""
    shop_home(home)
    file = read_file(home / "orders.toml", {})
    writes = file.model_copy(update={"query": "update sales set paid = 0 where number = :order_id"})
    with pytest.raises(NotConfigured, match="readonly database"):
        await SqlOrders(writes, home).rows("A-1001")
    with closing(sqlite3.connect(home / "sales.db")) as connection:
        assert connection.execute("SELECT paid FROM sales").fetchone() == (149,)


async def test_text_that_is_not_utf_8(home: Path) -> None:
    shop_home(home)
    with closing(sqlite3.connect(home / "sales.db")) as connection:
        connection.execute("UPDATE sales SET buyer = CAST(x'41ff' AS TEXT)")
        connection.commit()
        order = await open_orders(home / "orders.toml", {}, SystemClock()).find("A-1001")
        assert order
        assert order["customer_name"] == "A\ufffd"
        connection.execute("UPDATE sales SET mail = CAST(x'61ff40622e6465' AS TEXT)")
        connection.commit()
    with pytest.raises(OrderUnreadable, match=r"email: .* is not one plain e-mail address"):
        await open_orders(home / "orders.toml", {}, SystemClock()).find("A-1001")


async def test_a_query_that_never_ends_is_stopped(home: Path) -> None:
    shop_home(home)
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select i, :order_id from n where i < 0"
    file = read_file(home / "orders.toml", {}).model_copy(update={"query": endless})
    with pytest.raises(DependencyDown, match="did not answer within"):
        await SqlOrders(file, home, timeout_s=0.05).rows("A-1001")
    every = file.model_copy(update={"query": endless.replace("where i < 0", ""), "lines": None})
    assert len(await SqlOrders(every, home).rows("A-1001")) == 2  # enough to see that it is more than one


async def test_a_file_that_is_locked_is_an_outage(home: Path) -> None:
    file = read_file(shop_home(home) / "orders.toml", {})
    with closing(sqlite3.connect(home / "sales.db", isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DependencyDown, match="database is locked"):
            await SqlOrders(file, home, timeout_s=0.01).rows("A-1001")


async def test_nothing_is_written_on_a_postgresql(home: Path, server: Server) -> None:
    make_shop(address := server.url(name := server.create()), [SALE])
    file = described(home, FORM.replace("{url}", address))
    with connected(address) as connection:
        connection.execute(text("CREATE FUNCTION gone() RETURNS int AS 'DELETE FROM sales; SELECT 1' LANGUAGE sql"))
    sneaky = (
        "with gone as (delete from sales returning *) select * from gone where number = :order_id",
        "select *, gone() from sales where number = :order_id",
        "select * from sales where number = :order_id for update",
    )
    for query in sneaky:
        with pytest.raises(NotConfigured, match=r"read-only transaction|data-modifying statements"):
            await SqlOrders(file.model_copy(update={"query": query}), home).rows("A-1001")
    slow = file.model_copy(update={"query": "select pg_sleep(60), number from sales where number = :order_id"})
    with pytest.raises(DependencyDown, match="did not answer within"):
        await SqlOrders(slow, home, timeout_s=0.05).rows("A-1001")
    server.drop(name)


def of_report(report: Any) -> dict[str, Any]:
    return {field["field"]: field for field in report["fields"]}


def test_doctor_shows_an_order_field_by_field(settings: Settings, switchboard: CommandLine) -> None:
    shop_home(settings.home, {}, {"number": "A-1002", "state": "lost", "total": "x"})
    fields = of_report(switchboard.json("doctor", "--order", "a-1001"))
    assert (fields["total_cents"]["value"], fields["total_cents"]["shown"]) == (14900, "$149.00")
    assert (fields["delivered_at"]["source"], fields["lines"]["shown"]) == ("arrived", "1 x Desk lamp")
    assert fields["carrier"]["note"] == "not in [orders.fields]"
    broken = switchboard("doctor", "--order", "A-1002")
    assert broken.code == 5
    assert "BAD  status          'lost' stands under none of" in broken.out
    assert "BAD  total_cents     'x' is not a number" in broken.out
    assert "ok   email           ada@example.com" in broken.out
    assert "there is no order 7" in switchboard("doctor", "--order", "7").out
    assert switchboard("doctor", "--order", "7").code == 5


def test_doctor_shows_an_order_of_the_demo(switchboard: CommandLine) -> None:
    fields = of_report(switchboard.json("doctor", "--order", "#12348"))
    assert (fields["refunded_cents"]["shown"], fields["final_sale"]["shown"]) == ("$200.00", "no")


def test_an_order_that_is_not_clear_goes_to_a_person(settings: Settings, switchboard: CommandLine) -> None:
    """Delivered in the future: it could be refunded for ever."""
    shop_home(settings.home, {"arrived": "2999-01-01", "total": 9, "paid": 9})
    said = switchboard.json("support", "I want a refund for order A-1001", "--email", "ada@example.com")
    assert said["outcome"] == "escalated"
    assert switchboard.json("refund", "--order", "A-1001", "--email", "ada@example.com")["outcome"] == "escalated"
    refused = switchboard("refund", "--order", "A-1001", "--email", "ada@example.com", "--amount", "5")
    assert (refused.code, "Leave the amount out" in refused.err) == (2, True)
    assert ["is in the future" in str(one) for one in switchboard.json("tickets")] == [True, True]
    report = switchboard("doctor", "--order", "A-1001")
    assert report.code == 5
    assert "BAD  delivered_at    '2999-01-01' is in the future (2998-12-31 23:00:00 UTC)" in report.out


def test_the_workflows_run_on_them(settings: Settings, switchboard: CommandLine) -> None:
    """Nothing is paid while no provider is named, also for a number that the demo shop has."""
    arrived = iso(SystemClock().now() - timedelta(days=4))
    small = {"arrived": arrived, "total": 9, "paid": 9}
    placed = {"state": "new", "arrived": None, "paid": 0}
    shop_home(
        settings.home, {"number": "12346", "arrived": arrived}, {"number": "7", **small}, {"number": "8", **placed}
    )
    told = switchboard.json("support", "where is my order 12346?", "--email", "ada@example.com")
    assert (told["outcome"], "delivered" in told["reply"]) == ("resolved", True)
    asked = switchboard.json("refund", "--order", "12346", "--email", "ada@example.com", code=3)
    assert asked["approval"]["args"]["amount_cents"] == 14900
    assert switchboard.json("refund", "--order", "7", "--email", "ada@example.com")["outcome"] == "escalated"
    assert "no payment provider" in str(switchboard.json("tickets"))
    assert switchboard.json("demo") == []
    fulfilled = switchboard("fulfil", "--order", "8")
    assert (fulfilled.code, "SWITCHBOARD_SERVICES" in fulfilled.err) == (5, True)
