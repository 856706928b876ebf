"""Knowledge from folders of documents, indexed when they are first asked and whenever they have changed."""

import asyncio
import hashlib
import logging
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from itertools import zip_longest
from pathlib import Path
from textwrap import shorten
from threading import Lock

from app.clients.knowledge import index, passage_ranking, ranking
from app.clients.knowledge.documents import LARGEST_FILE, Document, is_known, read_in_time
from app.clients.knowledge.index import Entry, Index, Known
from app.clients.knowledge.passages import pieces
from app.clients.language.questions import asked
from app.clients.untrusted.confined import Unreadable
from nodes.ports.errors import NotConfigured, SourceUnreadable
from nodes.ports.knowledge import Found, Passage
from nodes.ports.search import Lead
from nodes.ports.sources import Page

SNIPPET = 240  # characters
BATCH = 200  # documents of one transaction
FRESH_S = 5.0  # how long a folder is taken to be as it was
READING_S = 120.0  # that one document may take to be read
SETTLED_NS = 2_000_000_000
"""A file that was changed shortly before it was read is read again: it may have changed within one tick."""

TOO_LARGE = "too large"
"""Instead of the digest of a file that is not read."""

_log = logging.getLogger("switchboard.knowledge")


class FolderKnowledge:
    """Implements nodes.ports.Knowledge."""

    def __init__(self, folder: Path, index_file: Path, *, reading_s: float = READING_S) -> None:
        """`folder`: the one that is searched when none is named. Nothing is read before the first question."""
        self.folder = folder.absolute()
        self._index = Index(index_file)
        self._reading_s = reading_s
        self._refreshed: dict[str, float] = {}
        self._refreshing: dict[str, Lock] = {}

    async def search(self, question: str, limit: int, *, folder: str | None = None) -> list[Found]:
        """Raises NotConfigured for a folder that does not exist or was not named, DependencyDown."""
        return await asyncio.to_thread(self._search, question, limit, folder)

    async def documents(self, query: str, limit: int, *, folder: str | None = None) -> list[Lead]:
        """The documents most about the query, best first. Raises NotConfigured, DependencyDown."""
        return await asyncio.to_thread(self._documents, query, limit, folder)

    async def document(self, source: str, *, folder: str | None = None) -> Page:
        """One document, whole. Raises SourceUnreadable, NotConfigured, DependencyDown."""
        return await asyncio.to_thread(self._document, source, folder)

    async def passage(self, passage_id: str) -> Passage | None:
        return await asyncio.to_thread(self._passage, passage_id)

    async def refresh(self, folder: str | None = None) -> int:
        """Read what is new or has changed, forget what is gone; returns how many passages there are."""
        return await asyncio.to_thread(self._refresh_now, folder)

    def _search(self, question: str, limit: int, folder: str | None) -> list[Found]:
        with self._index.open() as connection:
            at = self._fresh(connection, folder)
            answers = [passage_ranking.about(connection, at, reading) for reading in asked(question)]
        in_turn = [one for nth in zip_longest(*answers) for one in nth if one]
        return list({one["id"]: one for one in reversed(in_turn)}.values())[::-1][:limit]

    def _documents(self, query: str, limit: int, folder: str | None) -> list[Lead]:
        with self._index.open() as connection:
            hits = ranking.documents(connection, self._fresh(connection, folder), query, limit)
        return [
            Lead(address=hit.source, title=hit.title, snippet=_snippet(hit.text), provider="corpus") for hit in hits
        ]

    def _document(self, source: str, folder: str | None) -> Page:
        path = self._path(folder)
        with self._index.open() as connection:
            if not index.has_document(connection, self._fresh(connection, folder), source):
                raise SourceUnreadable(f"The document {source} is not in {path}. Search the folder again.")
        try:
            document = _whole(source, _content(path / source), self._reading_s)
        except (OSError, Unreadable) as problem:
            raise SourceUnreadable(f"The document {path / source} cannot be read: {problem}.") from problem
        text = "\n\n".join(f"{one.heading}\n\n{one.text.strip()}".strip() for one in document.sections)
        if not text:
            raise SourceUnreadable(f"The document {path / source} has no text.")
        return Page(address=source, title=document.title, text=text)

    def _passage(self, passage_id: str) -> Passage | None:
        with self._index.open() as connection:
            return index.passage(connection, passage_id)

    def _refresh_now(self, folder: str | None) -> int:
        with self._index.open() as connection:
            return index.passage_count(connection, self._fresh(connection, folder, at_least_s=0.0))

    def _path(self, folder: str | None) -> Path:
        path = Path(folder).absolute() if folder else self.folder
        if not _is_utf8(str(path)):
            raise NotConfigured(f"The folder {str(path)!a} cannot be searched: its name is not UTF-8. Rename it.")
        return path

    def _fresh(self, connection: sqlite3.Connection, folder: str | None, *, at_least_s: float = FRESH_S) -> int:
        """The folder's number, its passages up to date. Of several at once one does the work for all."""
        path = self._path(folder)
        number = index.folder_id(connection, str(path))
        if number is None and path != self.folder:
            raise NotConfigured(
                f"The folder {path} is not known here. Name it once with `switchboard answer ... --knowledge {path}`."
            )
        if not path.is_dir():
            raise NotConfigured(
                f"The folder {path} does not exist. Correct SWITCHBOARD_KNOWLEDGE_DIR, or make the folder."
            )
        with self._refreshing.setdefault(str(path), Lock()):
            number = index.folder_id(connection, str(path))
            if number is None:
                number = index.add_folder(connection, str(path))
                self._refreshed.pop(str(path), None)
            if time.monotonic() - self._refreshed.get(str(path), -at_least_s) >= at_least_s:
                refresh(connection, number, path, self._reading_s)
                self._refreshed[str(path)] = time.monotonic()
        return number


def _snippet(text: str) -> str:
    return shorten(text, SNIPPET, placeholder=" \u2026")


def refresh(connection: sqlite3.Connection, number: int, folder: Path, reading_s: float) -> None:
    """Bring the index of a folder up to date. What others have done meanwhile is not done again."""
    known = index.known_files(connection, number)
    files = dict(_files(folder))
    if gone := known.keys() - files.keys():
        index.forget(connection, number, gone)
    changed = [source for source, stat in sorted(files.items()) if not _is_settled(known.get(source), stat)]
    for start in range(0, len(changed), BATCH):
        entries = [_entry(folder, source, known.get(source), reading_s) for source in changed[start : start + BATCH]]
        index.store(connection, number, [entry for entry in entries if entry], known)


def _files(folder: Path, inside: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Every readable document below the folder, by its path inside it; hidden ones and links are left out."""
    try:
        with os.scandir(folder / inside) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
    except OSError as error:
        _log.warning("%s cannot be read: %s", folder / inside, error.strerror)
        return
    for entry in entries:
        if not _is_utf8(entry.name):
            _warn_of_name(os.path.join(folder, inside, entry.name))
        elif entry.is_dir(follow_symlinks=False):
            yield from _files(folder, f"{inside}{entry.name}/")
        elif is_known(entry.name) and entry.is_file(follow_symlinks=False):
            with suppress(FileNotFoundError):
                yield f"{inside}{entry.name}", entry.stat(follow_symlinks=False)


def _is_utf8(name: str) -> bool:
    """Whether the name can be stored and shown: bytes that are not characters are surrogates in Python."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


@cache
def _warn_of_name(path: str) -> None:
    """Once: a file that is left out is not in the index, and would be reported at every look into the folder."""
    _log.warning("%s is left out: its name is not UTF-8", ascii(path))


def _is_settled(known: Known | None, stat: os.stat_result) -> bool:
    return (
        known is not None
        and (known.size, known.changed_ns) == (stat.st_size, stat.st_mtime_ns)
        and known.read_ns - known.changed_ns > SETTLED_NS
    )


def _entry(folder: Path, source: str, known: Known | None, reading_s: float) -> Entry | None:
    """The file as it is now; None when it went away. One that cannot be read has no passages, and is found by its name."""
    now, path = time.time_ns(), folder / source
    try:
        stat, content = path.stat(), _content(path)
    except OSError as error:
        _log.warning("%s cannot be read: %s", path, error.strerror)
        return None
    digest = TOO_LARGE if content is None else hashlib.sha256(content).hexdigest()
    seen = Known(digest, stat.st_size, stat.st_mtime_ns, now)
    if known and known.digest == seen.digest:
        return Entry(source, "", seen, ())
    try:
        document = _whole(source, content, reading_s)
    except Unreadable as problem:
        _log.warning("%s is left out: %s", path, problem)
        return Entry(source, re.sub(r"[\W_]+", " ", path.stem), seen, ())
    return Entry(source, document.title, seen, tuple(pieces(source, document)))


def _content(path: Path) -> bytes | None:
    """None for a file that is too large. Raises OSError."""
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    return content if len(content) <= LARGEST_FILE else None


def _whole(source: str, content: bytes | None, reading_s: float) -> Document:
    """Raises Unreadable, DependencyDown."""
    if content is None:
        raise Unreadable(f"it is larger than {LARGEST_FILE // 1_000_000} MB")
    return read_in_time(source, content, reading_s)
