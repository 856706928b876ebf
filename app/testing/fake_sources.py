"""Knowledge, searches and sources, in memory."""

from app.testing.scripted_failures import Failing
from nodes.digests import digest
from nodes.ports.errors import (
    SourceUnreadable,
)
from nodes.ports.knowledge import NOTHING, Found, LeftOut, Passage
from nodes.ports.search import Lead
from nodes.ports.sources import Source


class FakeKnowledge(Failing):
    """Finds what was put there: `pages[question] = [passages]`."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, list[Found]] = {}

    async def search(self, question: str, limit: int, *, folder: str | None = None) -> list[Found]:
        self.called("search")
        return self.pages.get(question, [])[:limit]

    async def left_out(self, folder: str | None = None) -> LeftOut:
        return NOTHING

    async def passage(self, passage_id: str) -> Passage | None:
        return next((one for page in self.pages.values() for one in page if one["id"] == passage_id), None)


class FakeSearch(Failing):
    """Finds what was put there: `leads[query]`, else `leads[""]`."""

    def __init__(self) -> None:
        super().__init__()
        self.leads: dict[str, list[Lead]] = {}

    async def search(self, query: str, limit: int, *, folder: str | None = None) -> list[Lead]:
        self.called("search")
        return self.leads.get(query, self.leads.get("", []))[:limit]


class FakeSources(Failing):
    """Reads `pages[address]`; `fail[address]` makes a read of it fail. Remembers by thread what was read."""

    def __init__(self) -> None:
        super().__init__()
        self.pages: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self.known: dict[tuple[str, str], Source] = {}

    async def read(self, lead: Lead, *, thread_id: str, folder: str | None = None) -> Source:
        address = lead["address"]
        if (thread_id, address) not in self.known:
            self.called(address)
            if address not in self.pages:
                raise SourceUnreadable(f"{address} is not there (404).")
            text = self.pages[address]
            self.texts[digest(text)] = text
            self.known[thread_id, address] = {
                "address": address,
                "title": lead["title"],
                "digest": digest(text),
                "characters": len(text),
            }
        return self.known[thread_id, address]

    async def text(self, digest: str) -> str:
        self.called("text")
        if digest not in self.texts:
            raise SourceUnreadable(f"The text {digest} is not kept here any more.")
        return self.texts[digest]

    async def share(self, from_thread: str, to_thread: str) -> None:
        read = {(to_thread, key[1]): source for key, source in self.known.items() if key[0] == from_thread}
        self.known = {**read, **self.known}

    async def forget(self, thread_id: str, *, with_texts: bool = True) -> None:
        self.known = {key: source for key, source in self.known.items() if key[0] != thread_id}
        if with_texts:
            await self.forget_texts()

    async def forget_texts(self) -> None:
        read = {source["digest"] for source in self.known.values()}
        self.texts = {digest: text for digest, text in self.texts.items() if digest in read}
