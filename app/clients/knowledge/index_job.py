"""The work of indexing one folder: in threads of its own, by one process at a time, stored as it goes.

Nobody has to wait for it: a question is answered from what is there. The threads do not keep a program from ending.
"""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from uuid import uuid4

from app.clients.knowledge import index, vectors
from app.clients.knowledge.documents import stop_reading
from app.clients.knowledge.folder_files import entry_of, files_of, is_due, report_problem
from app.clients.knowledge.index import Entry, Index, Known, Progress
from app.clients.knowledge.vectors import EmbeddingModel
from nodes.ports.errors import LanguageUnavailable

BATCH = 50  # documents of one transaction
STORED_S = 1.0  # after which those that are read are stored
PASSAGES_AT_ONCE = 16  # whose vectors are asked for, and stored: a beat has to be heard in between
ASIDE_S = 0.05  # between two looks at whether another process is done

Outcome = Entry | BaseException | None


class IndexJob:
    def __init__(
        self,
        file: Index,
        number: int,
        folder: Path,
        reading_s: float,
        embeddings: EmbeddingModel | None,
        *,
        again: bool,
    ) -> None:
        self.number = number
        self._file = file
        self._folder = folder
        self._reading_s = reading_s
        self._embeddings = embeddings
        self._again = again
        self._name = uuid4().hex
        self._read, self._over, self._stopped = Event(), Event(), Event()
        self._ended = float("inf")
        self._error: BaseException | None = None

    def start(self) -> None:
        Thread(target=self._run, daemon=True, name="index").start()

    def wait(self, seconds: float, *, for_vectors: bool = False) -> bool:
        """Whether the documents are read by then, or all is done. Raises what it ended with."""
        done = (self._over if for_vectors else self._read).wait(seconds)
        if self._error:
            raise self._error
        return done

    def is_over(self, since: float) -> bool:
        """Whether it ended before this time, or failed."""
        return self._over.is_set() and (self._ended <= since or self._error is not None)

    def progress(self) -> Progress:
        """How far it is: also of the process that does the work."""
        with self._file.open() as connection:
            return index.progress(connection, self.number)

    def stop(self) -> None:
        """What was read by then is kept."""
        self._stopped.set()
        stop_reading()
        self._over.wait(2.0)

    def _run(self) -> None:
        try:
            with self._file.open() as connection:
                self._take_turn(connection)
        except BaseException as error:  # the one that waits is told
            self._error = error
        self._ended = time.monotonic()
        self._over.set()
        self._read.set()

    def _take_turn(self, connection: sqlite3.Connection) -> None:
        if not self._due(connection)[1]:
            self._read.set()
            if not self._lacking(connection):
                return
        while not index.claim(connection, self.number, self._name, time.time()):
            if self._stopped.wait(ASIDE_S):
                return
        try:
            known, due = self._due(connection)  # another process may have done it
            if due:
                self._store(connection, known, due)
                index.tell_apart(connection, self.number)
            self._read.set()
            self._embed(connection)
        finally:
            index.release(connection, self.number, self._name)

    def _due(self, connection: sqlite3.Connection) -> tuple[dict[str, Known], list[str]]:
        """What is known, and what is to be read. Files that are gone are forgotten."""
        known, files = index.known_files(connection, self.number), files_of(self._folder).documents
        if gone := known.keys() - files.keys():
            index.forget(connection, self.number, gone)
        return known, [
            source for source, stat in sorted(files.items()) if is_due(known.get(source), stat, again=self._again)
        ]

    def _store(self, connection: sqlite3.Connection, known: dict[str, Known], due: Sequence[str]) -> None:
        total, done, batch = len(due), 0, list[Entry]()
        index.beat(connection, self.number, time.time(), Progress(0, total))
        stored = time.monotonic()
        for outcome in self._outcomes(known, due):
            if isinstance(outcome, BaseException):
                raise outcome
            if isinstance(outcome, Entry) and not (self._stopped.is_set() and outcome.problem):
                batch.append(outcome)
                report_problem(self._folder, outcome)
            done += outcome is not WAITING
            if len(batch) >= BATCH or time.monotonic() - stored >= STORED_S:
                index.store(connection, self.number, batch, known)
                index.beat(connection, self.number, time.time(), Progress(done, total))
                batch, stored = [], time.monotonic()
            if self._stopped.is_set():
                break
        index.store(connection, self.number, batch, known)
        index.beat(connection, self.number, time.time(), Progress(done, total))

    def _lacking(self, connection: sqlite3.Connection) -> dict[str, str]:
        """The next passages that need a vector. Questions and answers are found by their words alone."""
        model = self._embeddings
        if model is None or index.is_faq(connection, self.number):
            return {}
        return vectors.missing(connection, self.number, model.name, PASSAGES_AT_ONCE)

    def _embed(self, connection: sqlite3.Connection) -> None:
        """A vector for each passage, stored as they come. Without the server passages are found by their words."""
        model = self._embeddings
        if model is None:
            return
        vectors.forget_gone(connection)
        done, total = vectors.counts(connection, self.number, model.name)
        while not self._stopped.is_set() and (lacking := self._lacking(connection)):
            index.beat(connection, self.number, time.time(), Progress(done, total, "vectors"))
            try:
                found = model.vectors(list(lacking.values()))
            except LanguageUnavailable:  # said in the log
                return
            vectors.store(connection, model.name, dict(zip(lacking, found, strict=True)))
            done += len(found)

    def _outcomes(self, known: dict[str, Known], due: Sequence[str]) -> Iterator["Outcome | _Waiting"]:
        """One for each file, in the order in which they are read; WAITING now and then, while there is none."""
        sources, lock, outcomes = iter(due), Lock(), SimpleQueue[Outcome]()

        def read() -> None:
            while not self._stopped.is_set():
                with lock:
                    source = next(sources, None)
                if source is None:
                    return
                try:
                    outcomes.put(entry_of(self._folder, source, known.get(source), self._reading_s))
                except BaseException as error:  # raised where the outcomes are stored
                    outcomes.put(error)

        for _ in range(min(os.cpu_count() or 1, len(due))):
            Thread(target=read, daemon=True, name="reader").start()
        got = 0
        while got < len(due):
            try:
                yield outcomes.get(timeout=STORED_S)
                got += 1
            except Empty:
                yield WAITING


class _Waiting:
    """No file has been read for a while."""


WAITING = _Waiting()
