"""What every store of sources promises: fetched once for a thread, kept by content, forgotten with the thread."""

import asyncio
from collections.abc import Callable

import pytest

from app.clients.database.database import Database
from app.clients.web.kept_sources import KeptSources
from app.testing import FakeSources
from app.testing.contracts import SourcesContract
from nodes.ports.errors import SourceUnreadable
from nodes.ports.search import Lead
from nodes.ports.sources import Page, Sources
from tests.contracts.conftest import Engine, Watch

PAGES = {
    "https://bees.example/a": "Bees have four wings.",
    "https://bees.example/b": "Bees have four wings.",
    "wings.md": "W.",
}


class Outside:
    """The web and a folder at once, that count how often they are read."""

    def __init__(self) -> None:
        self.reads: list[str] = []

    async def read(self, url: str) -> Page:
        self.reads.append(url)
        await asyncio.sleep(0)
        if url not in PAGES:
            raise SourceUnreadable(f"{url} is not there (404).")
        return {"address": url, "title": "", "text": PAGES[url]}

    async def document(self, source: str, *, folder: str | None = None) -> Page:
        page = await self.read(source)
        return {**page, "title": folder or ""}


def lead(address: str, provider: str = "searxng") -> Lead:
    return {"address": address, "title": "Bees", "snippet": "", "provider": provider}


@pytest.fixture(params=["sqlite", "postgres", "fake"])
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.param
    return chosen


@pytest.fixture
def outside() -> Outside:
    return Outside()


Made = tuple[Sources, Callable[[], int]]


@pytest.fixture
def made(engine: str, request: pytest.FixtureRequest, clock: Watch, outside: Outside) -> Made:
    """The store, and how often something was fetched."""
    if engine == "fake":
        fake = FakeSources()
        fake.pages = dict(PAGES)
        return fake, lambda: sum(fake.calls.values())
    database: Database = request.getfixturevalue("database")
    return KeptSources(database, clock, web=outside, corpus=outside), lambda: len(outside.reads)


class TestContract(SourcesContract):
    @pytest.fixture
    def sources(self, made: Made) -> Sources:
        return made[0]

    @pytest.fixture
    def leads(self) -> list[Lead]:
        return [lead(A), lead("wings.md")]

    @pytest.fixture
    def missing(self) -> Lead:
        return lead("https://bees.example/none")


A, B = "https://bees.example/a", "https://bees.example/b"


async def test_a_source_is_fetched_once_for_a_thread(made: Made) -> None:
    sources, fetched = made
    first = await sources.read(lead(A), thread_id="one")
    assert await sources.read(lead(A), thread_id="one") == first
    assert fetched() == 1
    assert (first["address"], first["title"], first["characters"]) == (A, "Bees", 21)
    assert await sources.text(first["digest"]) == PAGES[A]


async def test_another_thread_fetches_it_again(made: Made) -> None:
    sources, fetched = made
    await sources.read(lead(A), thread_id="one")
    await sources.read(lead(A), thread_id="two")
    assert fetched() == 2


async def test_equal_texts_are_kept_once(made: Made) -> None:
    sources, _ = made
    one, other = await sources.read(lead(A), thread_id="one"), await sources.read(lead(B), thread_id="one")
    assert one["digest"] == other["digest"]


async def test_what_cannot_be_read_is_not_remembered(made: Made) -> None:
    sources, fetched = made
    for _ in range(2):
        with pytest.raises(SourceUnreadable):
            await sources.read(lead("https://bees.example/none"), thread_id="one")
    assert fetched() == 2


async def test_a_forgotten_threads_texts_go_unless_another_has_read_them(made: Made, engine: str) -> None:
    sources, fetched = made
    kept = await sources.read(lead(A), thread_id="one")
    await sources.read(lead(B), thread_id="two")
    await sources.forget("one")
    assert await sources.text(kept["digest"]) == PAGES[A]
    before = fetched()
    await sources.read(lead(A), thread_id="one")
    assert fetched() == before + 1
    await sources.forget("one")
    await sources.forget("two")
    if engine != "fake":
        with pytest.raises(SourceUnreadable):
            await sources.text(kept["digest"])


async def test_what_is_shared_outlives_the_thread_that_read_it(made: Made) -> None:
    sources, fetched = made
    first = await sources.read(lead(A), thread_id="one")
    other = await sources.read(lead("wings.md"), thread_id="two")
    await sources.share("one", "two")
    await sources.share("one", "two")
    await sources.forget("one")
    assert await sources.text(first["digest"]) == PAGES[A]
    before = fetched()
    assert [await sources.read(lead(each), thread_id="two") for each in (A, "wings.md")] == [first, other]
    assert fetched() == before


async def test_texts_can_be_forgotten_once_for_several_threads(made: Made, engine: str) -> None:
    sources, _ = made
    kept = await sources.read(lead(A), thread_id="one")
    gone = await sources.read(lead("wings.md"), thread_id="two")
    await sources.forget("two", with_texts=False)
    assert await sources.text(gone["digest"]) == PAGES["wings.md"]
    await sources.forget_texts()
    assert await sources.text(kept["digest"]) == PAGES[A]
    with pytest.raises(SourceUnreadable):
        await sources.text(gone["digest"])


async def test_two_that_read_at_once_keep_it_once(made: Made) -> None:
    sources, _ = made
    both = await asyncio.gather(*(sources.read(lead(A), thread_id="one") for _ in range(4)))
    assert len({one["digest"] for one in both}) == 1


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_folder_is_part_of_what_a_document_is(
    engine: str, database: Database, clock: Watch, outside: Outside
) -> None:
    sources = KeptSources(database, clock, web=outside, corpus=outside)
    document = lead("wings.md", "corpus")
    one = await sources.read(document, thread_id="one", folder="/one")
    assert await sources.read(document, thread_id="one", folder="/other") != one
