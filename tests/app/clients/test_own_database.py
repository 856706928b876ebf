"""A database that somebody names: it begins empty, and tables of something else are left alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect, text

from app.settings import Settings
from tests.command_line import CommandLine
from tests.postgres import Server

REFUND = ("refund", "--order", "12346", "--email", "ada@example.com")
COMMANDS = (
    REFUND,
    ("sweep",),
    ("demo", "--fill"),
    ("demo", "--reset"),
    ("doctor", "--adopt"),
    ("answer", "how much is shipping?", "--engine", "steps"),
)
OTHERS = {
    "a shop": ["CREATE TABLE orders (id INTEGER)", "CREATE TABLE customers (id INTEGER)"],
    "a forum": ["CREATE TABLE threads (id INTEGER)", "CREATE TABLE alembic_version (version_num VARCHAR(32))"],
}


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of an empty database that SWITCHBOARD_DATABASE_URL names."""
    if request.param == "sqlite":
        monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", address := f"sqlite:///{tmp_path}/own.db")
        yield address
        return
    server: Server = request.getfixturevalue("server")
    name = server.create()
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", address := server.url(name))
    yield address
    server.drop(name)


@contextmanager
def connected(address: str) -> Iterator[Connection]:
    engine = create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def make(address: str, statements: list[str]) -> None:
    with connected(address) as connection:
        for statement in statements:
            connection.execute(text(statement))


def tables(address: str) -> list[str]:
    with connected(address) as connection:
        return sorted(inspect(connection).get_table_names())


def of_doctor(switchboard: CommandLine, name: str, code: int = 0) -> str:
    checks = switchboard.json("doctor", code=code)["checks"]
    return str(next(check["detail"] for check in checks if check["name"] == name))


def test_an_empty_database_is_filled_with_the_demo_only_when_asked(address: str, switchboard: CommandLine) -> None:
    assert switchboard.json(*REFUND)["outcome"] == "declined"
    assert "no orders yet; `switchboard demo --fill`" in of_doctor(switchboard, "database")
    listed = switchboard("demo")
    assert (listed.code, listed.out) == (0, "")
    assert "demo --fill" in listed.err
    filled = switchboard.json("demo", "--fill")
    assert len(filled) == 21
    assert switchboard.json(*REFUND)["outcome"] == "refunded"
    assert "no orders" not in of_doctor(switchboard, "database")
    refunded = next(order for order in switchboard.json("demo", "--fill") if order["order_id"] == "12346")
    assert refunded["refunded_cents"] == 3950  # a shop with customers is left alone


@pytest.mark.parametrize("others", OTHERS)
def test_a_database_with_tables_of_something_else_is_refused_before_anything_is_written(
    address: str, others: str, switchboard: CommandLine, settings: Settings
) -> None:
    make(address, OTHERS[others])
    before = tables(address)
    for words in COMMANDS:
        called = switchboard(*words)
        assert (called.code, called.out) == (5, ""), words
        assert f"SWITCHBOARD_DATABASE_URL) has tables that are not Switchboard's ({before[0]}" in called.err
    assert "tables that are not Switchboard's" in of_doctor(switchboard, "database", code=5)
    assert tables(address) == before
    assert not settings.checkpoint_path.exists()


def test_tables_beside_an_installation_do_no_harm(address: str, switchboard: CommandLine) -> None:
    assert switchboard("demo", "--fill").code == 0
    make(address, ["CREATE TABLE reports (id INTEGER)"])
    assert switchboard.json(*REFUND)["outcome"] == "refunded"


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_checkpoints_and_business_may_share_a_database(
    address: str, switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SWITCHBOARD_CHECKPOINT_URL", address)
    switchboard("demo", "--fill")
    assert switchboard.json(*REFUND)["outcome"] == "refunded"
    assert "checkpoints" in tables(address)


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
def test_checkpoints_are_not_put_beside_tables_of_something_else(
    address: str, switchboard: CommandLine, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.delenv("SWITCHBOARD_DATABASE_URL")
    monkeypatch.setenv("SWITCHBOARD_CHECKPOINT_URL", address)
    make(address, OTHERS["a shop"])
    called = switchboard(*REFUND)
    assert (called.code, called.out) == (5, "")
    assert "SWITCHBOARD_CHECKPOINT_URL) has tables that are not Switchboard's (customers, orders)" in called.err
    assert tables(address) == ["customers", "orders"]
    assert not (settings.home / "business.db").exists()
