"""The business database: made, brought up to date, shared by processes, and missing."""

import asyncio
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Executable, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from app.clients.database.connection import AsyncConnection, Body
from app.clients.database.database import Database, business_url
from app.clients.database.migrations import configuration
from app.clients.database.schema import customers, metadata, orders, stock, threads, tickets
from app.clients.database.schema_head import HEAD
from app.clients.demo_shop import demo_data as shop
from app.clients.demo_shop.shop_orders import ShopOrders
from nodes.ports.errors import DependencyDown, NotConfigured
from tests.contracts.conftest import NOW, Watch
from tests.contracts.racing import open_home, race
from tests.stored import column, elsewhere, open_database

TRAYS = select(stock.c.on_hand).where(stock.c.sku == "TRAY")
SHOP_AT_HOME = "sqlite:///{home}/business.db"


async def count(database: Database, table: str) -> int:
    return len(await database.fetch(select(metadata.tables[table])))


async def test_the_migrations_lead_to_the_schema(fresh_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    async with open_database(fresh_url) as database:
        assert await database.ask(lambda connection: connection.run_sync(differences)) == []


def test_the_newest_migration_is_the_one_the_engine_knows() -> None:
    assert ScriptDirectory.from_config(configuration()).get_heads() == [HEAD]


async def test_a_new_database_is_empty_unless_the_demo_is_asked_for(fresh_url: str, clock: Watch) -> None:
    async with open_database(fresh_url) as database:
        assert await count(database, "customers") == 0
    async with open_database(fresh_url, fill_demo=True, clock=clock) as database:
        assert await count(database, "orders") == 321


async def test_a_shop_with_customers_is_left_alone(fresh_url: str) -> None:
    real = {"customer_id": "C-1", "name": "Real", "email": "real@example.com"}
    async with open_database(fresh_url) as database:
        await database.execute(insert(customers).values(real))
    async with open_database(fresh_url, fill_demo=True) as database:
        assert await count(database, "customers") == 1


async def test_processes_that_open_a_fresh_home_at_once(fresh_url: str) -> None:
    assert race(open_home, *[(fresh_url,)] * 8) == ["opened"] * 8
    async with open_database(fresh_url) as database:
        assert await count(database, "orders") == 321


async def test_a_database_from_the_future(shop_url: str) -> None:
    async with open_database(shop_url) as database:
        await database.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NotConfigured, match=r"newer Switchboard \(revision 9999\)"):
        async with open_database(shop_url):
            pass


async def test_two_shops_of_one_day_are_alike(database: Database) -> None:
    before = [await ShopOrders(database).find(str(number)) for number in shop.FILLERS[:30]]
    await shop.reset(database, NOW)
    assert [await ShopOrders(database).find(str(number)) for number in shop.FILLERS[:30]] == before


async def test_reset_makes_the_shop_as_new_and_leaves_the_runs_alone(database: Database) -> None:
    ticket: dict[str, object] = {"ticket_id": "T-1001", "key": "k", "thread_id": "t", "status": "open", "opened_at": ""}
    ticket |= {"reason": "", "summary": "", "transcript": [], "facts": {}}
    thread = {"thread_id": "t", "graph": "refund", "status": "waiting", "created_at": "", "updated_at": ""}
    await database.execute(update(orders).values(note="changed"))
    await database.execute(insert(tickets).values(ticket))
    await database.execute(insert(threads).values(thread))
    await shop.reset(database, NOW)
    order = await ShopOrders(database).find("12345")
    assert order
    assert order["note"] == ""
    assert await count(database, "tickets") == 0
    assert await count(database, "threads") == 1


async def test_an_exception_undoes_the_whole_transaction(database: Database) -> None:
    async def fail_half_way(connection: AsyncConnection) -> None:
        await connection.execute(update(stock).values(on_hand=0))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.write(fail_half_way)
    assert await on_hand(database) > 0


async def test_what_a_writer_read_stays_true_until_it_writes(database: Database) -> None:
    async def take_one(connection: AsyncConnection) -> None:
        left = await connection.scalar(TRAYS)
        await connection.execute(update(stock).where(stock.c.sku == "TRAY").values(on_hand=(left or 0) - 1))

    before = await on_hand(database)
    await asyncio.gather(*(database.write(take_one) for _ in range(20)))
    assert await on_hand(database) == before - 20


async def test_a_reader_sees_one_moment_and_waits_for_nobody(database: Database) -> None:
    async def looks_twice(connection: AsyncConnection) -> list[int]:
        first = await connection.scalar(TRAYS)
        with elsewhere(database) as other:
            other.execute(update(stock).values(on_hand=1))
        return [first, await connection.scalar(TRAYS)]

    before = await on_hand(database)
    assert await database.ask(looks_twice) == [before, before]
    assert await on_hand(database) == 1


async def on_hand(database: Database) -> int:
    (found,) = await column(database, TRAYS)
    return int(found)


@pytest.mark.parametrize(
    "broken",
    [
        insert(orders).values(
            order_id="1",
            customer_id="nobody",
            status="placed",
            total_cents=1,
            currency="USD",
            placed_at="",
            card="card_ok",
        ),
        update(stock).values(on_hand=-1),
        update(orders).values(total_cents=-1),
    ],
    ids=["unknown customer", "negative stock", "negative total"],
)
async def test_the_database_keeps_its_own_rules(database: Database, broken: Executable) -> None:
    with pytest.raises(IntegrityError):
        await database.execute(broken)


async def test_the_file_is_private_and_in_wal_mode(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"

    async def modes(_: AsyncConnection) -> dict[str, int]:
        return {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()}

    async with open_database(SHOP_AT_HOME.format(home=home)) as database:
        found = await database.write(modes)
    assert found == dict.fromkeys(["business.db", "business.db-shm", "business.db-wal"], 0o600)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    with sqlite3.connect(home / "business.db") as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


async def test_every_connection_has_its_safeguards(tmp_path: Path) -> None:
    async def safeguards(connection: AsyncConnection) -> list[int]:
        pragmas = ("foreign_keys", "busy_timeout", "synchronous")
        return [await connection.scalar(text(f"PRAGMA {name}")) for name in pragmas]

    async with open_database(SHOP_AT_HOME.format(home=tmp_path)) as database:
        assert await database.ask(safeguards) == [1, 30_000, 2]


async def test_a_file_that_is_not_a_database(tmp_path: Path) -> None:
    (tmp_path / "business.db").write_text("a shopping list, and a long one at that " * 50)
    with pytest.raises(DependencyDown, match=r"business\.db cannot be used \(file is not a database\)"):
        async with open_database(SHOP_AT_HOME.format(home=tmp_path)):
            pass


async def test_a_home_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")
    with pytest.raises(NotConfigured, match=r"home cannot be written to .* SWITCHBOARD_HOME"):
        async with open_database(SHOP_AT_HOME.format(home=tmp_path / "home")):
            pass


async def test_a_server_that_is_not_there() -> None:
    url = "postgresql://shop:secret@127.0.0.1:1/business"
    with pytest.raises(DependencyDown, match=r"postgresql\+psycopg://127\.0\.0\.1:1/business") as caught:
        async with open_database(url):
            pass
    assert "secret" not in str(caught.value)
    assert "SWITCHBOARD_DATABASE_URL" in str(caught.value)


@pytest.mark.parametrize("engine", ["postgres"], indirect=True)
async def test_a_server_that_goes_away_and_comes_back(database: Database) -> None:
    with pytest.raises(DependencyDown, match="does not answer"):
        await database.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert await on_hand(database) > 0


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(NotConfigured, match="extra `postgres`"):
        Database("postgresql://shop@localhost/business")


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgresql://u:p@h/db", "postgresql+psycopg"),
        ("postgres://u:p@h/db", "postgresql+psycopg"),
        ("sqlite:///shop.db", "sqlite"),
        ("sqlite+aiosqlite:////tmp/shop.db", "sqlite"),
    ],
)
def test_addresses_that_are_understood(url: str, driver: str) -> None:
    assert business_url(url).drivername == driver


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://u:secret@h/db", "postgresql://u:secret@h:port/db"],
)
def test_addresses_that_are_not(url: str) -> None:
    with pytest.raises(NotConfigured, match="SWITCHBOARD_DATABASE_URL") as caught:
        business_url(url)
    assert "secret" not in str(caught.value)


async def test_a_writer_that_is_cancelled_while_it_waits_leaves_no_lock(tmp_path: Path) -> None:
    """Also one that is cancelled twice. The lock comes to it all the same, and it has to give it back."""
    file = tmp_path / "business.db"
    async with open_database(f"sqlite:///{file}") as database:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writer = asyncio.create_task(database.write(nothing))
            for _ in range(2):
                await asyncio.sleep(0.05)
                writer.cancel()
            await asyncio.sleep(0)
            other.execute("ROLLBACK")
            await asyncio.wait([writer])
            assert writer.cancelled()
            other.execute("PRAGMA busy_timeout=0")
            other.execute("BEGIN IMMEDIATE")
            assert other.in_transaction


async def test_what_is_queued_is_written_together_and_what_fails_is_undone_alone(database: Database) -> None:
    async def one_less(connection: AsyncConnection) -> int:
        left = int(await connection.scalar(TRAYS) or 0) - 1
        await connection.execute(update(stock).where(stock.c.sku == "TRAY").values(on_hand=left))
        return left

    async def fails(connection: AsyncConnection) -> None:
        await connection.execute(update(stock).values(on_hand=0))
        raise ZeroDivisionError

    async def breaks_a_rule(connection: AsyncConnection) -> None:
        await connection.execute(update(stock).values(on_hand=-1))

    before = await on_hand(database)
    bodies = [one_less, fails, one_less, breaks_a_rule, one_less]
    results = await asyncio.gather(*(database.write(body) for body in bodies), return_exceptions=True)
    assert results[::2] == [before - 1, before - 2, before - 3]
    assert [type(one) for one in results[1::2]] == [ZeroDivisionError, IntegrityError]
    assert await on_hand(database) == before - 3
    with pytest.raises(ZeroDivisionError):
        await database.write(fails)
    assert await on_hand(database) == before - 3


async def test_who_is_cancelled_while_the_file_is_locked_has_written_all_or_nothing(tmp_path: Path) -> None:
    """One is under way, and one waits behind it: neither leaves a lock, and nobody else is cancelled with them."""
    file = tmp_path / "business.db"

    def adds(name: str) -> Body[None]:
        async def added(connection: AsyncConnection) -> None:
            row = {"customer_id": name, "name": name, "email": f"{name}@example.com"}
            await connection.execute(insert(customers).values(row))

        return added

    async with open_database(f"sqlite:///{file}") as database:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            first = asyncio.create_task(database.write(adds("first")))
            for _ in range(5):
                await asyncio.sleep(0)
            waiting, third = (asyncio.create_task(database.write(adds(name))) for name in ("waiting", "third"))
            await asyncio.sleep(0)
            first.cancel()
            waiting.cancel()
            await asyncio.wait([waiting])
            other.execute("ROLLBACK")
            await asyncio.wait([first, third])
        assert first.cancelled()
        assert waiting.cancelled()
        assert third.exception() is None
        assert set(await column(database, select(customers.c.customer_id))) == {"first", "third"}


async def test_a_body_sees_one_moment_and_waits_for_nothing_else(tmp_path: Path) -> None:
    async def sleeps(connection: AsyncConnection) -> None:
        await connection.scalar(TRAYS)
        await asyncio.sleep(0)

    async with open_database(f"sqlite:///{tmp_path / 'business.db'}", fill_demo=True) as database:
        with pytest.raises(RuntimeError, match="waits for nothing but its connection"):
            await database.ask(sleeps)
        with pytest.raises(RuntimeError, match="waits for nothing but its connection"):
            await database.write(sleeps)
        assert await database.ask(lambda connection: connection.scalar(TRAYS)) == await on_hand(database)


async def nothing(_: AsyncConnection) -> None: ...
