"""Homes whose files are missing, emptied or mixed up: one sentence and exit code 5, and nothing is written."""

import asyncio
import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.composition import open_runner
from app.settings import Settings
from tests.command_line import CommandLine

LARGE = {"order_id": "12345", "email": "ada@example.com"}
SMALL = ("refund", "--order", "12346", "--email", "ada@example.com")
COMMANDS = (
    SMALL,
    ("support", "refund order 12346", "--email", "ada@example.com", "--thread", "job"),
    ("show", "job"),
    ("resume", "job"),
    ("approve", "job"),
    ("sweep",),
    ("threads",),
    ("demo", "--reset"),
    ("answer", "how much is shipping?", "--engine", "steps"),
)
FILES = ("business.db", "checkpoints.db")


@pytest.fixture(scope="session")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a thread that waits for an approval."""
    return made(tmp_path_factory.mktemp("waiting"))


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another one, with the same thread."""
    return made(tmp_path_factory.mktemp("other"))


def made(home: Path) -> Path:
    async def ask() -> None:
        async with open_runner(Settings(home=home, approval_timeout_s=86_400)) as runner:
            await runner.start("refund", LARGE, thread="job")

    asyncio.run(ask())
    return home


@pytest.fixture
def home(waiting: Path, tmp_path: Path) -> Path:
    shutil.copytree(waiting, tmp_path / "home")
    return tmp_path / "home"


def contents(home: Path) -> dict[str, str]:
    """Every file and its digest, but the index of the knowledge folder, which can be made anew at any time."""
    files = [file for file in home.rglob("*") if file.is_file() and not file.name.startswith("knowledge.db")]
    return {str(file.relative_to(home)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def is_refused(switchboard: CommandLine, *words: str) -> str:
    """The one sentence or two that the command says."""
    called = switchboard(*words)
    assert (called.code, called.out) == (5, ""), words
    assert called.err.count("\n") == 1
    return called.err


def lose(file: Path, _: Path) -> None:
    file.unlink()


def empty(file: Path, _: Path) -> None:
    file.write_bytes(b"")


def delete_rows(file: Path, _: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        connection.execute("PRAGMA foreign_keys=OFF")
        for name in names:
            connection.execute(f"DELETE FROM {name}")
        connection.commit()


def swap(file: Path, other: Path) -> None:
    shutil.copy(other / file.name, file)


def lead_nowhere(file: Path, _: Path) -> None:
    file.unlink()
    file.symlink_to("/mnt/not-there/shop.db")


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", [lose, empty, delete_rows, swap, lead_nowhere])
def test_parts_that_do_not_fit_are_refused_before_anything_is_written(
    home: Path, other: Path, damage: Callable[[Path, Path], None], file: str, switchboard: CommandLine
) -> None:
    damage(home / file, other)
    before = contents(home)
    for words in COMMANDS:
        assert str(home / file) in is_refused(switchboard, *words)
    report = switchboard("doctor")
    assert report.code == 5
    assert str(home / file) in report.out
    assert contents(home) == before


@pytest.mark.parametrize("file", FILES)
def test_the_right_file_put_back_makes_it_whole(
    home: Path, waiting: Path, other: Path, file: str, switchboard: CommandLine
) -> None:
    shutil.copy(other / file, home / file)
    is_refused(switchboard, "show", "job")
    shutil.copy(waiting / file, home / file)
    assert switchboard.json("approve", "job")["outcome"] == "refunded"


def test_both_moved_away_begin_a_new_installation(home: Path, switchboard: CommandLine) -> None:
    for file in FILES:
        (home / file).unlink()
    assert switchboard(*SMALL).code == 0
    assert switchboard("show", "job").code == 4


def test_lost_checkpoints_can_be_gone_on_without(home: Path, switchboard: CommandLine) -> None:
    """The ledger stays, and the people who wait for an answer get one."""
    (home / "checkpoints.db").unlink()
    assert "doctor --adopt" in is_refused(switchboard, "pending")
    assert switchboard("doctor", "--adopt").code == 0
    (closed,) = switchboard.json("sweep")
    assert (closed["name"], closed["outcome"]) == ("job", "escalated")
    assert switchboard.json(*SMALL)["outcome"] == "refunded"


@pytest.mark.parametrize("damage", [lose, swap])
def test_nothing_else_can_be_adopted(
    home: Path, other: Path, damage: Callable[[Path, Path], None], switchboard: CommandLine
) -> None:
    damage(home / "business.db", other)
    before = contents(home)
    is_refused(switchboard, "doctor", "--adopt")
    assert contents(home) == before


def test_a_shop_without_customers_is_not_filled_with_the_demo(home: Path, switchboard: CommandLine) -> None:
    with closing(sqlite3.connect(home / "business.db")) as connection:
        for table in ("refunds", "payments", "shipments", "reservations", "order_lines", "orders", "customers"):
            connection.execute(f"DELETE FROM {table}")
        connection.commit()
    assert switchboard.json("demo") == []
    assert switchboard("show", "job").code == 0
