"""The files of a folder: which are documents, which are of other kinds, and what each holds now."""

import hashlib
import logging
import os
import re
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from app.clients.knowledge.documents import LARGEST_FILE, Document, is_known, read_in_time, title_for_people
from app.clients.knowledge.index import Entry, Known
from app.clients.knowledge.passages import pieces
from app.clients.untrusted.confined import TookTooLong, Unreadable

SETTLED_NS = 2_000_000_000
"""A file that was changed shortly before it was read is read again: it may have changed within one tick."""
AGAIN_NS = 600_000_000_000
"""After which a file whose reading took too long is tried again."""

TOO_LARGE = "too large"
"""Instead of the digest of a file that is not read."""
UNFINISHED = ""
"""Instead of the digest of a file whose reading took too long: it is never taken to be known."""

NOT_OPENED = "it cannot be opened"
"""Begins the reason, and what stands instead of the digest: permissions change without a trace in a file's time."""

NO_TEXT = "it has no text"
NO_NAME = "its name cannot be read"
LINK = "a symbolic link"
NO_FILE = "neither a file nor a folder"
CLOSED_FOLDER = "a folder that cannot be opened"

_log = logging.getLogger("switchboard.knowledge")


@dataclass
class Files:
    """Documents by their path inside the folder, and how many there are of what is not read."""

    documents: dict[str, os.stat_result] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)  # files of other kinds, by the end of their names
    closed: Counter[str] = field(default_factory=Counter)  # what cannot be read or is not followed, by the reason

    @property
    def number(self) -> int:
        """Of all; a folder that cannot be opened counts as one."""
        return len(self.documents) + self.others.total() + self.closed.total()


def files_of(folder: Path) -> Files:
    """Everything below the folder but hidden files."""
    files = Files()
    _add(files, folder)
    return files


def _add(files: Files, folder: Path, inside: str = "") -> None:
    """What is below the folder, by its path inside it."""
    try:
        with os.scandir(folder / inside) as found:
            entries = [entry for entry in found if not entry.name.startswith(".")]
    except FileNotFoundError:  # it has just gone away
        return
    except OSError as error:
        _log.warning("%s cannot be read: %s", folder / inside, error.strerror)
        files.closed[CLOSED_FOLDER] += 1
        return
    for entry in entries:
        if not is_utf8(entry.name):
            _warn_of_name(os.path.join(folder, inside, entry.name))
            files.closed[NO_NAME] += 1
        elif entry.is_symlink():
            files.closed[LINK] += 1
        elif entry.is_dir(follow_symlinks=False):
            _add(files, folder, f"{inside}{entry.name}/")
        elif not entry.is_file(follow_symlinks=False):
            files.closed[NO_FILE] += 1
        elif is_known(entry.name):
            _add_document(files, f"{inside}{entry.name}", entry)
        else:
            files.others[os.path.splitext(entry.name)[1].lower() or "no extension"] += 1


def _add_document(files: Files, source: str, entry: os.DirEntry[str]) -> None:
    with suppress(FileNotFoundError):
        try:
            files.documents[source] = entry.stat(follow_symlinks=False)
        except PermissionError as error:  # its folder can be listed, and that is all
            files.closed[not_opened(error)] += 1


def is_utf8(name: str) -> bool:
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


def is_due(known: Known | None, stat: os.stat_result, *, again: bool) -> bool:
    """Whether the file is to be read. `again`: also when reading it has just taken too long."""
    if known is not None and known.digest.startswith(NOT_OPENED):
        return True
    if known is not None and known.digest == UNFINISHED:
        return again or time.time_ns() - known.read_ns > AGAIN_NS or not _is_settled(known, stat)
    return not _is_settled(known, stat)


def _is_settled(known: Known | None, stat: os.stat_result) -> bool:
    return (
        known is not None
        and (known.size, known.changed_ns) == (stat.st_size, stat.st_mtime_ns)
        and known.read_ns - known.changed_ns > SETTLED_NS
    )


def entry_of(folder: Path, source: str, known: Known | None, reading_s: float) -> Entry | None:
    """The file as it is now; None when it went away. One that cannot be read has no passages, and is found by its name."""
    now, path, problem = time.time_ns(), folder / source, ""
    size, changed_ns, content = 0, 0, None
    try:
        stat = path.stat()
        size, changed_ns, content = stat.st_size, stat.st_mtime_ns, content_of(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = not_opened(error)
    digest = problem or (TOO_LARGE if content is None else hashlib.sha256(content).hexdigest())
    seen = Known(digest, size, changed_ns, now)
    if known and known.digest == seen.digest:
        return Entry(source, "", seen, ())
    try:
        if problem:
            raise Unreadable(problem)
        document = whole(source, content, reading_s)
    except Unreadable as unreadable:
        if isinstance(unreadable, TookTooLong):
            seen = seen._replace(digest=UNFINISHED)
        return Entry(source, title_for_people(re.sub(r"[\W_]+", " ", path.stem), ""), seen, (), str(unreadable))
    found = tuple(pieces(source, document))
    return Entry(source, document.title, seen, found, "" if found else NO_TEXT)


def not_opened(error: OSError) -> str:
    """Like: it cannot be opened (permission denied)."""
    return f"{NOT_OPENED} ({(error.strerror or type(error).__name__).lower()})"


def report_problem(folder: Path, entry: Entry) -> None:
    """Of a file that has text and cannot be read."""
    if entry.problem not in ("", NO_TEXT):
        _log.warning("%s is left out: %s", folder / entry.source, entry.problem)


def content_of(path: Path) -> bytes | None:
    """None for a file that is too large. Raises OSError."""
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    return content if len(content) <= LARGEST_FILE else None


def whole(source: str, content: bytes | None, reading_s: float) -> Document:
    """Raises Unreadable, DependencyDown."""
    if content is None:
        raise Unreadable(f"it is larger than {LARGEST_FILE // 1_000_000} MB")
    return read_in_time(source, content, reading_s)
