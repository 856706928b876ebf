"""The index of passages: SQLite FTS5 in a file of its own, one full-text table for each folder.

The file is made from the folders and can be deleted at any time. Several processes may read and write it at once.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.clients.database.engine import create_file
from app.clients.knowledge.passages import Piece
from app.errors import DependencyDown
from app.services import Passage

BUSY_TIMEOUT_S = 30
LAYOUT = 1
"""Of the tables and of how documents are cut: an index with another number is made anew."""

TABLES = """
CREATE TABLE folders (folder_id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
CREATE TABLE documents (
    document_id INTEGER PRIMARY KEY,
    folder_id INTEGER NOT NULL REFERENCES folders,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    digest TEXT NOT NULL,
    size INTEGER NOT NULL,
    changed_ns INTEGER NOT NULL,
    read_ns INTEGER NOT NULL,
    UNIQUE (folder_id, source)
);
CREATE TABLE passages (
    passage_no INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    document_id INTEGER NOT NULL REFERENCES documents,
    place INTEGER NOT NULL,
    heading TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX passages_by_id ON passages (id);
CREATE INDEX passages_by_document ON passages (document_id);
"""
FULL_TEXT = """
CREATE VIRTUAL TABLE {table} USING fts5(
    title, heading, text, content='', tokenize='porter unicode61 remove_diacritics 2'
)
"""
WEIGHTS = "4.0, 4.0, 1.0"  # of a word in title, heading, text


@dataclass(frozen=True)
class Known:
    """What the index knows of a file."""

    digest: str
    size: int
    changed_ns: int
    read_ns: int


@dataclass(frozen=True)
class Entry:
    """A file as it is now, with its passages when they are new."""

    source: str
    title: str
    known: Known
    pieces: Sequence[Piece]


class Index:
    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection, closed at the end of the block. Raises DependencyDown, NotConfigured."""
        create_file(self.path)
        try:
            with closing(sqlite3.connect(self.path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as connection:
                connection.row_factory = sqlite3.Row
                if _layout(connection) != LAYOUT:
                    _make_anew(connection)
                yield connection
        except sqlite3.Error as error:
            raise DependencyDown(
                f"The index of the knowledge folder {self.path} cannot be used ({error}). "
                "Delete that file: it is made anew from the documents."
            ) from error


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Alone among all processes; all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def folder_id(connection: sqlite3.Connection, path: str) -> int | None:
    row = connection.execute("SELECT folder_id FROM folders WHERE path = ?", (path,)).fetchone()
    return int(row[0]) if row else None


def add_folder(connection: sqlite3.Connection, path: str) -> int:
    """The folder's id, with its tables there. Repeatable."""
    with writing(connection):
        if (known := folder_id(connection, path)) is not None:
            return known
        made = connection.execute("INSERT INTO folders (path) VALUES (?)", (path,)).lastrowid
        assert made
        connection.execute(FULL_TEXT.format(table=_table(made)))
        return made


def known_files(connection: sqlite3.Connection, folder: int) -> dict[str, Known]:
    rows = connection.execute(
        "SELECT source, digest, size, changed_ns, read_ns FROM documents WHERE folder_id = ?", (folder,)
    )
    return {row["source"]: Known(row["digest"], row["size"], row["changed_ns"], row["read_ns"]) for row in rows}


def store(connection: sqlite3.Connection, folder: int, entries: Iterable[Entry], known: Mapping[str, Known]) -> None:
    """Put these files into the index. Whoever comes second replaces what the first has written with the same."""
    with writing(connection):
        for entry in entries:
            before = known.get(entry.source)
            if before and before.digest == entry.known.digest:
                _touch(connection, folder, entry)
            else:
                _remove(connection, folder, entry.source)
                _insert(connection, folder, entry)


def forget(connection: sqlite3.Connection, folder: int, sources: Iterable[str]) -> None:
    """Remove files that are gone."""
    with writing(connection):
        for source in sources:
            _remove(connection, folder, source)


def ranked(connection: sqlite3.Connection, folder: int, words: Iterable[str], limit: int) -> list[tuple[Passage, int]]:
    """The passages with any of these words, best BM25 first, each with its place in its document, from 0."""
    table = _table(folder)
    rows = connection.execute(
        f"SELECT passages.id, title, heading, source, text, place FROM "  # noqa: S608 - the table is named by a number
        f"(SELECT rowid, bm25({table}, {WEIGHTS}) AS score FROM {table} WHERE {table} MATCH ? ORDER BY score LIMIT ?) "
        "JOIN passages ON passage_no = rowid JOIN documents USING (document_id) ORDER BY score, passage_no",
        (_any_of(words), limit),
    )
    return [(_passage(row), row["place"]) for row in rows]


def occurrences(connection: sqlite3.Connection, folder: int, words: Iterable[str]) -> int:
    """How many passages have any of these words."""
    table = _table(folder)
    row = connection.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH ?", (_any_of(words),)).fetchone()  # noqa: S608
    return int(row[0])


def passage_count(connection: sqlite3.Connection, folder: int) -> int:
    query = "SELECT count(*) FROM passages JOIN documents USING (document_id) WHERE folder_id = ?"
    return int(connection.execute(query, (folder,)).fetchone()[0])


def passage(connection: sqlite3.Connection, passage_id: str) -> Passage | None:
    row = connection.execute(
        "SELECT id, title, heading, source, text FROM passages JOIN documents USING (document_id) WHERE id = ?",
        (passage_id,),
    ).fetchone()
    return _passage(row) if row else None


def _layout(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _make_anew(connection: sqlite3.Connection) -> None:
    with writing(connection):
        if _layout(connection) == LAYOUT:
            return
        old = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%' ORDER BY name DESC"
        ).fetchall()
        for row in old:
            connection.execute(f'DROP TABLE "{row[0]}"')
        for table in ("passages", "documents", "folders"):
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        for statement in filter(str.strip, TABLES.split(";")):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {LAYOUT}")


def _touch(connection: sqlite3.Connection, folder: int, entry: Entry) -> None:
    known = entry.known
    connection.execute(
        "UPDATE documents SET size = ?, changed_ns = ?, read_ns = ? WHERE folder_id = ? AND source = ?",
        (known.size, known.changed_ns, known.read_ns, folder, entry.source),
    )


def _remove(connection: sqlite3.Connection, folder: int, source: str) -> None:
    chosen = "SELECT document_id FROM documents WHERE folder_id = ? AND source = ?"
    row = connection.execute(chosen, (folder, source)).fetchone()
    if row is None:
        return
    table, document = _table(folder), (row[0],)
    connection.execute(
        f"INSERT INTO {table} ({table}, rowid, title, heading, text) "  # noqa: S608 - how a contentless table forgets
        "SELECT 'delete', passage_no, title, heading, text FROM passages JOIN documents USING (document_id) "
        "WHERE document_id = ?",
        document,
    )
    connection.execute("DELETE FROM passages WHERE document_id = ?", document)
    connection.execute("DELETE FROM documents WHERE document_id = ?", document)


def _insert(connection: sqlite3.Connection, folder: int, entry: Entry) -> None:
    known = entry.known
    document = connection.execute(
        "INSERT INTO documents (folder_id, source, title, digest, size, changed_ns, read_ns) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (folder, entry.source, entry.title, known.digest, known.size, known.changed_ns, known.read_ns),
    ).lastrowid
    for place, piece in enumerate(entry.pieces):
        number = connection.execute(
            "INSERT INTO passages (id, document_id, place, heading, text) VALUES (?, ?, ?, ?, ?)",
            (piece.id, document, place, piece.heading, piece.text),
        ).lastrowid
        connection.execute(
            f"INSERT INTO {_table(folder)} (rowid, title, heading, text) VALUES (?, ?, ?, ?)",  # noqa: S608
            (number, entry.title, piece.heading, piece.text),
        )


def _table(folder: int) -> str:
    return f"words_of_{folder:d}"


def _any_of(words: Iterable[str]) -> str:
    """An FTS5 query; every word in quotation marks, so that none is taken for an operator."""
    return " OR ".join(f'"{word.replace(chr(34), " ")}"' for word in sorted(set(words)))


def _passage(row: sqlite3.Row) -> Passage:
    return Passage(id=row["id"], title=row["title"], heading=row["heading"], source=row["source"], text=row["text"])
