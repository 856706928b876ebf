"""A process that is killed at its n-th durable act: a commit of SQLite, or a file that gets its name.

Nothing in the product knows of it: `sqlite3.connect`, by both of its names, and the renaming functions of `os` are wrapped in the child.
"""

import os
import signal
import sqlite3
from functools import partial, wraps
from typing import Any, Literal

When = Literal["before", "after"]

_CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "VACUUM")
_RENAMES = ("rename", "replace", "link")


class KillPoints:
    """Counts durable acts, and kills the process at one of them."""

    def __init__(self, at: int = 0, when: When = "after") -> None:
        self._at = at
        self._when = when
        self.passed = 0

    def act(self, do: Any) -> Any:
        """One durable act."""
        self.passed += 1
        chosen = self.passed == self._at
        if chosen and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        done = do()
        if chosen:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    def install(self) -> None:
        """In this process, for good: meant for a child that will be killed."""
        connect = partial(sqlite3.connect, factory=_connection(self))
        sqlite3.connect = sqlite3.dbapi2.connect = connect  # type: ignore[assignment]
        for name in _RENAMES:
            setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, rename: Any) -> Any:
        @wraps(rename)
        def counted(*arguments: Any, **named: Any) -> Any:
            return self.act(lambda: rename(*arguments, **named))

        return counted


def _connection(points: KillPoints) -> type[sqlite3.Connection]:  # noqa: C901 (two small classes)
    class Connection(sqlite3.Connection):
        def commit(self) -> None:
            if self.in_transaction:
                points.act(super().commit)
            else:
                super().commit()

        def cursor(self, factory: Any = None) -> Any:
            return super().cursor(Cursor)

        def execute(self, *arguments: Any) -> Any:
            return self.cursor().execute(*arguments)

        def executemany(self, *arguments: Any) -> Any:
            return self.cursor().executemany(*arguments)

        def executescript(self, script: str) -> Any:
            return points.act(lambda: sqlite3.Connection.executescript(self, script))

        def __exit__(self, *about: Any) -> Any:
            if about[0] is None:
                self.commit()
                return False
            return super().__exit__(*about)

    class Cursor(sqlite3.Cursor):
        def execute(self, sql: str, *arguments: Any) -> Any:
            words = sql.split(None, 1)
            verb = words[0].upper() if words else ""
            alone = self.connection.isolation_level is None and not self.connection.in_transaction
            if (verb in ("COMMIT", "END") and self.connection.in_transaction) or (verb in _CHANGES and alone):
                return points.act(lambda: sqlite3.Cursor.execute(self, sql, *arguments))
            return super().execute(sql, *arguments)

        def executemany(self, sql: str, *arguments: Any) -> Any:
            if self.connection.isolation_level is None and not self.connection.in_transaction:
                return points.act(lambda: sqlite3.Cursor.executemany(self, sql, *arguments))
            return super().executemany(sql, *arguments)

    return Connection
