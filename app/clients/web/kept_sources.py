"""What threads have read, kept in the business database: several processes and machines share it.

Texts are kept by their content, so that two threads that read one page keep it once.
"""

from collections.abc import Awaitable
from typing import Any, Protocol

from sqlalchemy import RowMapping, delete, insert, literal, select

from app.clients.database.connection import AsyncConnection
from app.clients.database.database import Database
from app.clients.database.schema import sources, texts
from app.clients.database.text_cipher import TextCipher
from app.clients.language.research.instructions import name_for_people
from nodes.digests import digest
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import SourceUnreadable
from nodes.ports.search import Lead
from nodes.ports.sources import Page, Source

UNREAD = delete(texts).where(texts.c.digest.not_in(select(sources.c.digest)))


class Web(Protocol):
    def read(self, url: str) -> Awaitable[Page]: ...


class Corpus(Protocol):
    def document(self, source: str, *, folder: str | None = None) -> Awaitable[Page]: ...


class KeptSources:
    """Implements nodes.ports.Sources."""

    def __init__(
        self, database: Database, clock: Clock, *, web: Web, corpus: Corpus, cipher: TextCipher | None = None
    ) -> None:
        self._database = database
        self._clock = clock
        self._web = web
        self._corpus = corpus
        self._cipher = cipher or TextCipher()

    async def read(self, lead: Lead, *, thread_id: str, folder: str | None = None) -> Source:
        key = {
            "thread_id": thread_id,
            "lead": digest([folder if lead["provider"] == "corpus" else "", lead["address"]]),
        }
        if known := await self._known(key):
            return known
        if lead["provider"] == "corpus":
            page = await self._corpus.document(lead["address"], folder=folder)
        else:
            page = await self._web.read(lead["address"])
        source = Source(
            address=page["address"],
            title=name_for_people(page["title"], lead["title"]),
            digest=digest(page["text"]),
            characters=len(page["text"]),
        )
        await self._keep(key, source, page["text"])
        return source

    async def text(self, digest: str) -> str:
        async def asked(connection: AsyncConnection) -> str:
            text: str | None = await connection.scalar(select(texts.c.text).where(texts.c.digest == digest))
            if text is None:
                raise SourceUnreadable(f"The text {digest} is not kept here any more.")
            return self._cipher.open(text)

        return await self._database.ask(asked)

    async def share(self, from_thread: str, to_thread: str) -> None:
        known = select(sources.c.lead).where(sources.c.thread_id == to_thread)
        others = [column for column in sources.c if column is not sources.c.thread_id]
        read = select(literal(to_thread), *others).where(
            sources.c.thread_id == from_thread, sources.c.lead.not_in(known)
        )
        await self._database.write(
            lambda connection: connection.execute(insert(sources).from_select([sources.c.thread_id, *others], read))
        )

    async def forget(self, thread_id: str, *, with_texts: bool = True) -> None:
        async def written(connection: AsyncConnection) -> None:
            await connection.execute(delete(sources).where(sources.c.thread_id == thread_id))
            if with_texts:
                await connection.execute(UNREAD)

        await self._database.write(written)

    async def forget_texts(self) -> None:
        await self._database.execute(UNREAD)

    async def _known(self, key: dict[str, str]) -> Source | None:
        async def asked(connection: AsyncConnection) -> Source | None:
            query = select(sources).filter_by(**key)
            row = (await connection.execute(query)).mappings().first()
            return _source(row) if row else None

        return await self._database.ask(asked)

    async def _keep(self, key: dict[str, str], source: Source, text: str) -> None:
        """Repeatable: a second call finds it stored."""

        async def written(connection: AsyncConnection) -> None:
            if not await connection.scalar(select(texts.c.digest).where(texts.c.digest == source["digest"])):
                await connection.execute(insert(texts).values(digest=source["digest"], text=self._cipher.seal(text)))
            if not await connection.scalar(select(sources.c.lead).filter_by(**key)):
                row: dict[str, Any] = {**key, **source, "at": iso(self._clock.now())}
                await connection.execute(insert(sources).values(**row))

        await self._database.write(written)


def _source(row: RowMapping) -> Source:
    return Source(address=row["address"], title=row["title"], digest=row["digest"], characters=row["characters"])
