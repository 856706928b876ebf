"""Knowledge from folders of documents, indexed when they are first asked and whenever they have changed."""

import asyncio
import sqlite3
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path
from shlex import quote
from textwrap import shorten
from threading import Lock

from app.clients.knowledge import index, passage_ranking, ranking, vectors
from app.clients.knowledge.folder_files import content_of, files_of, is_utf8, not_opened, whole
from app.clients.knowledge.index import Index, Progress
from app.clients.knowledge.index_job import IndexJob
from app.clients.knowledge.vectors import EmbeddingModel, Meaning
from app.clients.language.question_topic import asked
from app.clients.untrusted.confined import Unreadable
from nodes.ports.errors import DependencyDown, LanguageUnavailable, NotConfigured, SourceUnreadable
from nodes.ports.knowledge import NOTHING, Found, LeftOut, Passage
from nodes.ports.search import Lead
from nodes.ports.sources import Page

SNIPPET = 240  # characters
FRESH_S = 5.0  # how long a folder is taken to be as it was
READING_S = 120.0  # that one document may take to be read
WAITING_S = 20.0  # for the index, inside a step; the work goes on behind it

NOT_YET = "not indexed yet"


class FolderKnowledge:
    """Implements nodes.ports.Knowledge."""

    def __init__(
        self,
        folder: Path,
        index_file: Path,
        *,
        embeddings: EmbeddingModel | None = None,
        reading_s: float = READING_S,
        waiting_s: float = WAITING_S,
    ) -> None:
        """`folder`: the one that is searched when none is named. `embeddings`: what tells how near texts are in meaning.
        Nothing is read before the first question."""
        self.folder = folder.absolute()
        self._index = Index(index_file)
        self._embeddings = embeddings
        self._reading_s = reading_s
        self._waiting_s = waiting_s
        self._jobs: dict[str, IndexJob] = {}
        self._starting = Lock()

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
            meaning = self._meaning(connection, at, question)
            near = meaning.passages if meaning else {}
            answers = [passage_ranking.about(connection, at, reading, near) for reading in asked(question)]
            in_turn = [one for nth in zip_longest(*answers) for one in nth if one]
            found = list({one["id"]: one for one in reversed(in_turn)}.values())[::-1][:limit]
            return _with_nearness(connection, meaning, found)

    def _meaning(self, connection: sqlite3.Connection, folder: int, question: str) -> Meaning | None:
        """None where only words tell what a question means: without a model, or when it does not answer."""
        if self._embeddings is None or index.is_faq(connection, folder):
            return None
        with suppress(LanguageUnavailable):  # said in the log
            return vectors.meaning(connection, folder, self._embeddings, question)
        return None

    def _documents(self, query: str, limit: int, folder: str | None) -> list[Lead]:
        with self._index.open() as connection:
            at = self._fresh(connection, folder)
            meaning = self._meaning(connection, at, query)
            hits = ranking.documents(connection, at, query, limit, meaning.passages if meaning else {})
        return [
            Lead(address=hit.source, title=hit.title, snippet=_snippet(hit.text), provider="corpus") for hit in hits
        ]

    def _document(self, source: str, folder: str | None) -> Page:
        path = self._path(folder)
        with self._index.open() as connection:
            title = index.document_title(connection, self._fresh(connection, folder), source)
            if title is None:
                raise SourceUnreadable(f"The document {source} is not in {path}. Search the folder again.")
        try:
            document = whole(source, content_of(path / source), self._reading_s)
        except (OSError, Unreadable) as problem:
            why = not_opened(problem) if isinstance(problem, OSError) else problem
            raise SourceUnreadable(f"The document {path / source} cannot be read: {why}.") from problem
        text = "\n\n".join(f"{one.heading}\n\n{one.text.strip()}".strip() for one in document.sections)
        if not text:
            raise SourceUnreadable(f"The document {path / source} has no text.")
        return Page(address=source, title=title, text=text)

    def _passage(self, passage_id: str) -> Passage | None:
        with self._index.open() as connection:
            return index.passage(connection, passage_id)

    def _refresh_now(self, folder: str | None) -> int:
        if at_work := self._jobs.get(str(self._path(folder))):
            at_work.wait(self._waiting_s, for_vectors=True)  # it may have looked at the files before
        with self._index.open() as connection:
            return index.passage_count(connection, self._fresh(connection, folder, at_least_s=0.0))

    def index(self, told: Callable[[Progress], None], *, again: bool = False) -> LeftOut:
        """Bring the index up to date, however long that takes. Ctrl-C ends it; what was read by then stays.

        `told` hears now and then how far it is. `again`: also those whose reading took too long. Raises NotConfigured,
        DependencyDown.
        """
        with self._index.open() as connection:
            number = self._number(connection, self.folder)
            job = self._job(self.folder, number, at_least_s=0.0, again=again)
            try:
                while not job.wait(0.2, for_vectors=True):
                    told(job.progress())
            except BaseException:
                job.stop()
                raise
            return self._left_out_of(connection, number)

    async def left_out(self, folder: str | None = None) -> LeftOut:
        """What of the folder has not been read, and why; and whether the search goes on without the embedding model."""
        return await asyncio.to_thread(self._left_out, folder)

    def _left_out(self, folder: str | None) -> LeftOut:
        with self._index.open() as connection:
            number = index.folder_id(connection, str(self._path(folder)))
            return NOTHING if number is None else self._left_out_of(connection, number, folder)

    def _left_out_of(self, connection: sqlite3.Connection, number: int, folder: str | None = None) -> LeftOut:
        files, reasons = files_of(self._path(folder)), Counter(index.problems(connection, number))
        if waiting := files.documents.keys() - index.known_files(connection, number).keys():
            reasons[NOT_YET] = len(waiting)
        reasons.update(dict(files.closed.most_common()))
        reasons.update(dict(files.others.most_common()))
        found = LeftOut(files=reasons.total(), of=files.number, reasons=dict(reasons))
        outage = self._embeddings.problem if self._embeddings else ""
        return {**found, "outage": outage} if outage else found

    def _path(self, folder: str | None) -> Path:
        path = Path(folder).absolute() if folder else self.folder
        if not is_utf8(str(path)):
            raise NotConfigured(f"The folder {str(path)!a} cannot be searched: its name is not UTF-8. Rename it.")
        return path

    def _fresh(self, connection: sqlite3.Connection, folder: str | None, *, at_least_s: float = FRESH_S) -> int:
        """The folder's number, its passages up to date; of a long work what is there already."""
        path = self._path(folder)
        number = self._number(connection, path)
        job = self._job(path, number, at_least_s=at_least_s)
        if not job.wait(self._waiting_s) and not index.passage_count(connection, number):
            done, total, _ = job.progress()
            raise DependencyDown(
                f"The folder {path} is being indexed: {done} of {total} documents are read. "
                f"Try again in a while, or run `switchboard index {quote(str(path))}` first."
            )
        return number

    def _number(self, connection: sqlite3.Connection, path: Path) -> int:
        number = index.folder_id(connection, str(path))
        if number is None and path != self.folder:
            raise NotConfigured(
                f"The folder {path} is not known here. Name it once with `switchboard answer ... --knowledge {quote(str(path))}`."
            )
        if not path.is_dir():
            raise NotConfigured(
                f"The folder {path} does not exist. Correct SWITCHBOARD_KNOWLEDGE_DIR, or make the folder."
            )
        return index.add_folder(connection, str(path)) if number is None else number

    def _job(self, path: Path, number: int, *, at_least_s: float, again: bool = False) -> IndexJob:
        """The work on this folder: the one that is under way, or was done a moment ago, or a new one."""
        with self._starting:
            job = self._jobs.get(str(path))
            if job is None or job.number != number or job.is_over(time.monotonic() - at_least_s):
                job = IndexJob(self._index, number, path, self._reading_s, self._embeddings, again=again)
                self._jobs[str(path)] = job
                job.start()
            return job


def _with_nearness(connection: sqlite3.Connection, meaning: Meaning | None, found: list[Found]) -> list[Found]:
    if meaning and found:
        with suppress(LanguageUnavailable):
            return vectors.with_nearness(connection, meaning, found)
    return found


def _snippet(text: str) -> str:
    return shorten(text, SNIPPET, placeholder=" \u2026")
