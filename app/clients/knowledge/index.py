"""The index of passages: SQLite FTS5 in a file of its own, two full-text tables for each folder: passages, documents.

The file is made from the folders and can be deleted at any time. Several processes may read and write it at once.
"""

import os
import sqlite3
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from app.clients.database.database import create_file
from app.clients.knowledge.passages import Piece
from nodes.ports.errors import DependencyDown
from nodes.ports.knowledge import Passage

BUSY_TIMEOUT_S = 30
SILENT_S = 15.0  # after which an indexing process counts as gone
LAYOUT = 13
"""Of the tables and of how documents are read and cut: an index with another number is made anew."""

TABLES = """
CREATE TABLE folders (
    folder_id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    passages INTEGER NOT NULL DEFAULT 0,
    indexer TEXT NOT NULL DEFAULT '',
    beat REAL NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    counted TEXT NOT NULL DEFAULT ''
);
CREATE TABLE documents (
    document_id INTEGER PRIMARY KEY,
    folder_id INTEGER NOT NULL REFERENCES folders,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    shown TEXT NOT NULL DEFAULT '',
    problem TEXT NOT NULL DEFAULT '',
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
    text TEXT NOT NULL,
    above TEXT NOT NULL
);
CREATE TABLE vectors (
    model TEXT NOT NULL,
    passage_id TEXT NOT NULL,
    whole BLOB,
    pieces BLOB,
    PRIMARY KEY (model, passage_id)
);
CREATE INDEX passages_by_id ON passages (id);
CREATE INDEX passages_by_document ON passages (document_id);
"""
FULL_TEXT = (
    "CREATE VIRTUAL TABLE {table} USING fts5({columns}, content='', tokenize='porter unicode61 remove_diacritics 2')"
)
WEIGHTS = "4.0, 4.0, 1.0"  # of a word in title, heading, text
LARGE = 2000  # passages
FREQUENT = 0.1  # of all passages
FEWEST = 2  # words that are searched for
DOCUMENT_WEIGHTS = "2.0, 1.0"  # of a word in title, text
TITLE = "coalesce(nullif(shown, ''), title) AS title"
"""As it is shown: a title that several documents have is told apart by their paths."""
WHOLE = (
    "SELECT coalesce(group_concat(heading || ' ' || text, ' '), '') FROM "
    "(SELECT heading, text FROM passages WHERE passages.document_id = documents.document_id ORDER BY place)"
)
"""The words of a document: the same when it is forgotten as when it was taken in."""


class Known(NamedTuple):
    """What the index knows of a file. There are many of them, made at every look into the folder."""

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
    problem: str = ""  # why it cannot be read


@dataclass(frozen=True)
class Hit:
    """A document that has some of the words. `score`: by BM25, the higher the better."""

    document_id: int
    source: str
    title: str
    score: float
    text: str = ""  # of its best passage; "" for a document that was found as a whole


class Index:
    """Connections to the index file. They are kept for the next question: opening one takes longer than asking."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._idle: list[_Kept] = []
        weakref.finalize(self, _close_all, self._idle)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection for this block alone. Raises DependencyDown, NotConfigured."""
        create_file(self.path)
        try:
            kept = self._taken()
            try:
                yield kept.connection
            except BaseException:
                kept.connection.close()
                raise
            self._idle.append(kept)
        except sqlite3.Error as error:
            raise DependencyDown(
                f"The index of the knowledge folder {self.path} cannot be used ({error}). "
                "Delete that file: it is made anew from the documents."
            ) from error

    def _taken(self) -> "_Kept":
        """An idle connection to the file as it is now; a new one when there is none."""
        file = _identity(self.path)
        while self._idle:
            with suppress(IndexError):  # another thread was faster
                kept = self._idle.pop()
                if kept.file == file and _layout(kept.connection) == LAYOUT:
                    return kept
                kept.connection.close()
        return _Kept(_connected(self.path), file)


@dataclass(frozen=True)
class _Kept:
    connection: sqlite3.Connection
    file: tuple[int, ...]


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        if _layout(connection) != LAYOUT:
            _make_anew(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _identity(path: Path) -> tuple[int, ...]:
    """Another one when the file was replaced, or when this is a child process."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino, os.getpid()


def _close_all(idle: list[_Kept]) -> None:
    while idle:
        idle.pop().connection.close()


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
        connection.execute(FULL_TEXT.format(table=_table(made), columns="title, heading, text"))
        connection.execute(FULL_TEXT.format(table=_whole(made), columns="title, text"))
        return made


def known_files(connection: sqlite3.Connection, folder: int) -> dict[str, Known]:
    rows = connection.execute(
        "SELECT source, digest, size, changed_ns, read_ns FROM documents WHERE folder_id = ?", (folder,)
    )
    return {source: Known(*known) for source, *known in rows}


def store(connection: sqlite3.Connection, folder: int, entries: Iterable[Entry], known: Mapping[str, Known]) -> None:
    """Put these files into the index. A second process replaces what the first has written with the same rows."""
    with writing(connection):
        for entry in entries:
            before = known.get(entry.source)
            if before and before.digest and before.digest == entry.known.digest:
                _touch(connection, folder, entry)
            else:
                _remove(connection, folder, entry.source)
                _insert(connection, folder, entry)
        _count(connection, folder)


def forget(connection: sqlite3.Connection, folder: int, sources: Iterable[str]) -> None:
    """Remove files that are gone."""
    with writing(connection):
        for source in sources:
            _remove(connection, folder, source)
        _count(connection, folder)


def claim(connection: sqlite3.Connection, folder: int, indexer: str, now: float) -> bool:
    """Whether this one may index the folder: nobody else does, or who did has not been heard of for a while."""
    taken = connection.execute(
        "UPDATE folders SET indexer = ?, beat = ? WHERE folder_id = ? AND (indexer IN ('', ?) OR beat < ?)",
        (indexer, now, folder, indexer, now - SILENT_S),
    )
    return taken.rowcount == 1


class Progress(NamedTuple):
    done: int
    total: int
    counted: str = "documents"


def beat(connection: sqlite3.Connection, folder: int, now: float, progress: Progress) -> None:
    """The work goes on; that far it is."""
    connection.execute(
        "UPDATE folders SET beat = ?, done = ?, total = ?, counted = ? WHERE folder_id = ?", (now, *progress, folder)
    )


def release(connection: sqlite3.Connection, folder: int, indexer: str) -> None:
    connection.execute("UPDATE folders SET indexer = '' WHERE folder_id = ? AND indexer = ?", (folder, indexer))


def progress(connection: sqlite3.Connection, folder: int) -> Progress:
    """How many documents are read, and how many are to be; then the same of vectors."""
    row = connection.execute("SELECT done, total, counted FROM folders WHERE folder_id = ?", (folder,)).fetchone()
    return Progress(*row) if row else Progress(0, 0)


def problems(connection: sqlite3.Connection, folder: int) -> dict[str, int]:
    """Why files cannot be read, each reason with their number."""
    rows = connection.execute(
        "SELECT problem, count(*) FROM documents WHERE folder_id = ? AND problem != '' GROUP BY problem ORDER BY 2 DESC, 1",
        (folder,),
    )
    return {str(problem): int(count) for problem, count in rows}


def document_title(connection: sqlite3.Connection, folder: int, source: str) -> str | None:
    """As it is shown; None for a document that is not there."""
    query = f"SELECT {TITLE} FROM documents WHERE folder_id = ? AND source = ?"  # noqa: S608
    row = connection.execute(query, (folder, source)).fetchone()
    return str(row[0]) if row else None


def tell_apart(connection: sqlite3.Connection, folder: int) -> None:
    """Titles that several documents have get the part of the path that only one of them has."""
    rows = connection.execute(
        "SELECT title, source FROM documents WHERE folder_id = :folder AND problem = '' AND title IN "
        "(SELECT title FROM documents WHERE folder_id = :folder AND problem = '' GROUP BY title HAVING count(*) > 1)",
        {"folder": folder},
    ).fetchall()
    named: dict[str, list[str]] = {}
    for title, source in rows:
        named.setdefault(title, []).append(source)
    shown = [(f"{title} ({end})", folder, of) for title, each in named.items() for of, end in _ends(each).items()]
    with writing(connection):
        connection.execute("UPDATE documents SET shown = '' WHERE folder_id = ? AND shown != ''", (folder,))
        connection.executemany("UPDATE documents SET shown = ? WHERE folder_id = ? AND source = ?", shown)


def _ends(sources: Sequence[str]) -> dict[str, str]:
    """Of each path the shortest end that no other one has, without the kind of the file."""
    parts = {source: PurePosixPath(source).parts for source in sources}
    longest = max(map(len, parts.values()))
    ends: dict[str, str] = {}
    for length in range(1, longest + 1):
        found = {source: "/".join(each[-length:]) for source, each in parts.items() if source not in ends}
        counts = Counter(found.values())
        ends |= {source: end for source, end in found.items() if counts[end] == 1 or len(parts[source]) <= length}
    return ends


def ranked(connection: sqlite3.Connection, folder: int, words: Iterable[str], limit: int) -> list[tuple[Passage, int]]:
    """The passages with any of these words, best BM25 first, each with its place in its document, from 0."""
    table = _table(folder)
    rows = connection.execute(
        f"SELECT passages.id, {TITLE}, heading, source, text, above, place FROM "  # noqa: S608 - the table is named by a number
        f"(SELECT rowid, bm25({table}, {WEIGHTS}) AS score FROM {table} WHERE {table} MATCH ? ORDER BY score LIMIT ?) "
        "JOIN passages ON passage_no = rowid JOIN documents USING (document_id) ORDER BY score, passage_no",
        (_any_of(words), limit),
    )
    return [(_passage(row), row["place"]) for row in rows]


def passages(connection: sqlite3.Connection, folder: int, ids: Sequence[str]) -> list[tuple[Passage, int]]:
    """These passages, in their order, each with its place in its document."""
    marks = ",".join("?" * len(ids))
    rows = connection.execute(
        f"SELECT id, {TITLE}, heading, source, text, above, place FROM passages JOIN documents USING (document_id) "  # noqa: S608
        f"WHERE folder_id = ? AND id IN ({marks})",
        (folder, *ids),
    )
    found = {row["id"]: (_passage(row), row["place"]) for row in rows}
    return [found[each] for each in ids if each in found]


def documents(connection: sqlite3.Connection, folder: int, words: Iterable[str], limit: int) -> list[Hit]:
    """The documents with any of these words, best first, each taken as a whole."""
    table = _whole(folder)
    rows = connection.execute(
        f"SELECT document_id, source, {TITLE}, -score AS score FROM "  # noqa: S608 - the table is named by a number
        f"(SELECT rowid, bm25({table}, {DOCUMENT_WEIGHTS}) AS score FROM {table} WHERE {table} MATCH ? "
        "ORDER BY score LIMIT ?) JOIN documents ON document_id = rowid ORDER BY score DESC, document_id",
        (_any_of(words), limit),
    )
    return [Hit(**row) for row in rows]


def passages_of_documents(connection: sqlite3.Connection, folder: int, words: Iterable[str], limit: int) -> list[Hit]:
    """The passages with any of these words, best first, as hits of their documents."""
    table = _table(folder)
    rows = connection.execute(
        f"SELECT document_id, source, {TITLE}, -score AS score, text FROM "  # noqa: S608 - named by a number
        f"(SELECT rowid, bm25({table}, {WEIGHTS}) AS score FROM {table} WHERE {table} MATCH ? ORDER BY score LIMIT ?) "
        "JOIN passages ON passage_no = rowid JOIN documents USING (document_id) ORDER BY score DESC, passage_no",
        (_any_of(words), limit),
    )
    return [Hit(**row) for row in rows]


def of_passages(connection: sqlite3.Connection, folder: int, scores: Mapping[str, float]) -> list[Hit]:
    """These passages, as hits of their documents, best first."""
    rows = connection.execute(
        f"SELECT id, document_id, source, {TITLE}, text FROM passages JOIN documents USING (document_id) "  # noqa: S608
        f"WHERE folder_id = ? AND id IN ({','.join('?' * len(scores))}) ORDER BY passage_no",
        (folder, *scores),
    )
    hits = [Hit(row["document_id"], row["source"], row["title"], scores[row["id"]], row["text"]) for row in rows]
    return sorted(hits, key=lambda hit: -hit.score)


def occurrences(connection: sqlite3.Connection, folder: int, words: Iterable[str]) -> int:
    """How many passages have any of these words."""
    table = _table(folder)
    row = connection.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH ?", (_any_of(words),)).fetchone()  # noqa: S608
    return int(row[0])


def telling(counts: Mapping[str, int], total: int) -> list[str]:
    """Of these words those that tell passages apart. In a large folder frequent ones cost much and tell little."""
    there = [word for word, count in counts.items() if count]
    rare = [word for word in there if counts[word] <= FREQUENT * total]
    return rare if total >= LARGE and len(rare) >= FEWEST else there


def passage_count(connection: sqlite3.Connection, folder: int) -> int:
    return int(connection.execute("SELECT passages FROM folders WHERE folder_id = ?", (folder,)).fetchone()[0])


def is_faq(connection: sqlite3.Connection, folder: int) -> bool:
    """Whether half of the passages stand under a heading that asks."""
    row = connection.execute(
        "SELECT count(*) FROM passages JOIN documents USING (document_id) WHERE folder_id = ? AND heading LIKE '%?'",
        (folder,),
    ).fetchone()
    return int(row[0]) * 2 >= passage_count(connection, folder)


def passage(connection: sqlite3.Connection, passage_id: str) -> Passage | None:
    row = connection.execute(
        f"SELECT id, {TITLE}, heading, source, text, above FROM passages JOIN documents USING (document_id) WHERE id = ?",  # noqa: S608
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
        for table in ("vectors", "passages", "documents", "folders"):
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
    connection.execute(
        f"INSERT INTO {_whole(folder)} ({_whole(folder)}, rowid, title, text) "  # noqa: S608
        f"SELECT 'delete', document_id, title, ({WHOLE}) FROM documents WHERE document_id = ?",
        document,
    )
    connection.execute("DELETE FROM passages WHERE document_id = ?", document)
    connection.execute("DELETE FROM documents WHERE document_id = ?", document)


def _insert(connection: sqlite3.Connection, folder: int, entry: Entry) -> None:
    known = entry.known
    document = connection.execute(
        "INSERT INTO documents (folder_id, source, title, problem, digest, size, changed_ns, read_ns) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (folder, entry.source, entry.title, entry.problem, known.digest, known.size, known.changed_ns, known.read_ns),
    ).lastrowid
    for place, piece in enumerate(entry.pieces):
        number = connection.execute(
            "INSERT INTO passages (id, document_id, place, heading, text, above) VALUES (?, ?, ?, ?, ?, ?)",
            (piece.id, document, place, piece.heading, piece.text, piece.above),
        ).lastrowid
        connection.execute(
            f"INSERT INTO {_table(folder)} (rowid, title, heading, text) VALUES (?, ?, ?, ?)",  # noqa: S608
            (number, entry.title, piece.heading, piece.text),
        )
    connection.execute(
        f"INSERT INTO {_whole(folder)} (rowid, title, text) "  # noqa: S608
        f"SELECT document_id, title, ({WHOLE}) FROM documents WHERE document_id = ?",
        (document,),
    )


def _count(connection: sqlite3.Connection, folder: int) -> None:
    counted = "SELECT count(*) FROM passages JOIN documents USING (document_id) WHERE folder_id = :folder"
    connection.execute(
        f"UPDATE folders SET passages = ({counted}) WHERE folder_id = :folder",  # noqa: S608
        {"folder": folder},
    )


def _table(folder: int) -> str:
    return f"words_of_{folder:d}"


def _whole(folder: int) -> str:
    return f"documents_of_{folder:d}"


def _any_of(words: Iterable[str]) -> str:
    """An FTS5 query; every word in quotation marks, so that none is taken for an operator."""
    return " OR ".join(f'"{word.replace(chr(34), " ")}"' for word in sorted(set(words)))


def _passage(row: sqlite3.Row) -> Passage:
    return Passage(
        id=row["id"],
        title=row["title"],
        heading=row["heading"],
        above=row["above"],
        source=row["source"],
        text=row["text"],
    )
