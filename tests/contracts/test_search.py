"""Search: what every provider owes, on a SearXNG server, on Tavily's interface and on a folder of documents."""

import logging
import sys
import tracemalloc
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.clients.knowledge.folder import FolderKnowledge
from app.clients.search.corpus import CorpusSearch
from app.clients.search.searxng import SearxngSearch
from app.clients.search.tavily import TavilySearch
from app.testing.contracts import SearchContract
from nodes.ports.errors import NotConfigured, SearchUnavailable
from nodes.ports.search import Search
from tests.site import Answer, Asked, Site, as_json, gzip_bomb, redirect, running_site

PAGES = {
    "bees": "Bees fly to their hive. Bees make honey, and bees dance.",
    "wasps": "Wasps and bees are insects. Wasps make no honey.",
    "lamps": "Lamps shine.",
}


@dataclass
class Provider:
    """A search, and the name and the addresses that its leads have."""

    name: str
    search: Search
    address: Callable[[str], str]


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


def matching(query: str) -> list[str]:
    words = query.lower().split()
    return [name for name, text in PAGES.items() if any(word in text.lower() for word in words)]


def listed(query: str) -> list[dict[str, Any]]:
    """As SearXNG and Tavily describe pages."""
    return [
        {"url": f"https://{name}.example/", "title": f"All about\n{name}", "content": PAGES[name], "score": 0.5}
        for name in matching(query)
    ]


def searxng(asked: Asked) -> Answer:
    form = parse_qs(urlsplit(asked.path).query)
    assert form["format"] == ["json"]
    return as_json({"query": form["q"][0], "results": listed(form["q"][0]), "unresponsive_engines": []})


def tavily(asked: Asked) -> Answer:
    if asked.headers["authorization"] != "Bearer key":
        return Answer(401, b'{"detail": {"error": "Unauthorized: missing or invalid API key."}}', "application/json")
    form = asked.json()
    results = listed(form["query"])[: form["max_results"]]
    return as_json({"query": form["query"], "images": [], "results": results, "response_time": 0.1})


def corpus(folder: Path) -> CorpusSearch:
    pages = folder / "pages"
    pages.mkdir()
    for name, text in PAGES.items():
        (pages / f"{name}.md").write_text(f"# All about {name}\n\n{text}\n")
    return CorpusSearch(FolderKnowledge(pages, folder / "home" / "knowledge.db"))


@pytest.fixture(params=["searxng", "tavily", "corpus"])
def provider(request: pytest.FixtureRequest, site: Site, tmp_path: Path) -> Provider:
    return made(request.param, site, tmp_path)


def made(name: str, site: Site, tmp_path: Path) -> Provider:
    match name:
        case "searxng":
            site.does("/search", searxng)
            return Provider("searxng", SearxngSearch(site.base), lambda name: f"https://{name}.example/")
        case "tavily":
            site.does("/search", tavily)
            return Provider("tavily", TavilySearch("key", base_url=site.base), lambda name: f"https://{name}.example/")
        case _:
            return Provider("corpus", corpus(tmp_path), lambda name: f"{name}.md")


class TestContract(SearchContract):
    @pytest.fixture(params=["searxng", "tavily", "corpus"])
    def provider(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def search(self, provider: str, site: Site, tmp_path: Path) -> Search:
        return made(provider, site, tmp_path).search

    @pytest.fixture
    def query(self) -> str:
        return "honey"


async def test_leads_say_what_and_where(provider: Provider) -> None:
    best = (await provider.search.search("honey bees", 5))[0]
    assert best == {
        "address": provider.address("bees"),
        "title": "All about bees",
        "snippet": PAGES["bees"],
        "provider": provider.name,
    }


async def test_every_page_is_listed_once(provider: Provider) -> None:
    found = await provider.search.search("honey", 5)
    assert sorted(one["address"] for one in found) == [provider.address("bees"), provider.address("wasps")]


async def test_the_limit_holds(provider: Provider) -> None:
    assert len(await provider.search.search("honey", 1)) == 1


async def test_nothing_is_found(provider: Provider) -> None:
    assert await provider.search.search("quantum", 5) == []


@pytest.mark.parametrize("query", ["", "?", 'bees" OR (', "bees & honey #1?", "Bienen – größer"])
async def test_any_words_may_be_asked_for(provider: Provider, query: str) -> None:
    assert isinstance(await provider.search.search(query, 3), list)


OUTAGES = [Answer(429), Answer(500), Answer(502), Answer(503), Answer(hangs=True), Answer(body=b"{}", breaks_off=True)]


def remote(name: str, base_url: str, *, timeout_s: float = 15) -> Search:
    if name == "tavily":
        return TavilySearch("key", base_url=base_url, timeout_s=timeout_s)
    return SearxngSearch(base_url, timeout_s=timeout_s)


@pytest.mark.parametrize("name", ["searxng", "tavily"])
@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: f"{outage.status}{'-hangs' * outage.hangs}")
async def test_an_outage_is_worth_another_try(site: Site, name: str, outage: Answer) -> None:
    site.answers("/search", outage)
    with pytest.raises(SearchUnavailable, match="try again later"):
        await remote(name, site.base, timeout_s=1 if outage.hangs else 15).search("bees", 3)
    assert site.requests["/search"] == 1


@pytest.mark.parametrize("name", ["searxng", "tavily"])
async def test_a_server_that_is_not_there(name: str) -> None:
    with running_site() as gone:
        base = gone.base
    with pytest.raises(SearchUnavailable):
        await remote(name, base).search("bees", 3)


@pytest.mark.parametrize("name", ["searxng", "tavily"])
async def test_results_that_are_no_pages_are_left_out(site: Site, name: str) -> None:
    results = [
        {"url": "javascript:alert(1)", "title": "x", "content": "x"},
        {"title": "no address"},
        "nonsense",
        {"url": None},
        {"url": "https://a.example/", "title": None, "content": "two\n lines\x1b[31m"},
    ]
    site.answers("/search", as_json({"results": results}))
    (found,) = await remote(name, site.base).search("bees", 9)
    assert (found["title"], found["snippet"]) == ("https://a.example/", "two lines[31m")


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (Answer(403, b"<p>Forbidden</p>"), "answered 403, as SearXNG does when it may not answer in JSON"),
        (Answer(200, b"<p>SearXNG</p>"), "answered 200 with something that is not a SearXNG answer in JSON"),
        (Answer(404), "answered 404 with something"),
        (redirect("/elsewhere"), "answered 302 with something"),
        (as_json({"results": "none"}), "answered 200 with something"),
        (as_json(["no", "object"]), "answered 200 with something"),
        (Answer(body=b"[" * 1_000_000), "answered 200 with something"),
        (Answer(body=b"9" * 1_000_000), "answered 200 with something"),
        (Answer(body=b" " * 5_000_001), "answered more than 5 MB"),
        (gzip_bomb(100_000_000), "answered more than 5 MB"),
        (Answer(headers={"Content-Encoding": "br"}), r"answered something that cannot be decompressed \(br\)"),
    ],
)
async def test_a_searxng_server_that_is_set_up_otherwise(site: Site, answer: Answer, what: str) -> None:
    site.answers("/search", answer)
    with pytest.raises(NotConfigured, match=what) as refused:
        await SearxngSearch(site.base).search("bees", 3)
    assert "correct the address in SWITCHBOARD_SEARXNG_URL, or enable JSON in" in str(refused.value)
    assert "(`search: formats: [html, json]`)" in str(refused.value)


async def test_of_a_bomb_no_more_is_taken_than_an_answer_may_have(site: Site) -> None:
    site.answers("/search", gzip_bomb(100_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(NotConfigured, match="more than 5 MB"):
            await SearxngSearch(site.base).search("bees", 3)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("answer", [Answer(hangs=True), Answer(body=b" ", drips=True)], ids=("hangs", "drips"))
async def test_a_searxng_server_that_does_not_come_to_an_end(site: Site, answer: Answer) -> None:
    site.answers("/search", answer)
    with pytest.raises(
        SearchUnavailable, match=r"did not answer within 0\.3 seconds; .* in SWITCHBOARD_SEARXNG_URL\.$"
    ):
        await SearxngSearch(site.base, timeout_s=0.3).search("bees", 3)


async def test_a_searxng_server_that_is_not_there_may_be_somewhere_else() -> None:
    with running_site() as gone:
        base = gone.base
    with pytest.raises(
        SearchUnavailable, match=r"could not be asked .* correct the address in SWITCHBOARD_SEARXNG_URL\.$"
    ):
        await SearxngSearch(base).search("bees", 3)


async def test_engines_that_do_not_answer(site: Site) -> None:
    site.answers("/search", as_json({"results": [], "unresponsive_engines": [["one", "timeout"]]}))
    with pytest.raises(SearchUnavailable, match="engines"):
        await SearxngSearch(site.base).search("bees", 3)


@pytest.mark.parametrize("path", ["", "/", "/find", "/find/", "/find/search"])
async def test_searxng_may_live_below_a_path(site: Site, path: str) -> None:
    site.does("/search", searxng)
    site.does("/find/search", searxng)
    assert await SearxngSearch(f"{site.base}{path}").search("bees", 3)


@pytest.mark.parametrize("url", ["", "localhost:8888", "ftp://localhost", "http://", "http://h:port", "http://h/?q=1"])
def test_an_address_that_cannot_be_a_searxng_server(url: str) -> None:
    with pytest.raises(NotConfigured, match="SearXNG"):
        SearxngSearch(url)


async def test_a_password_in_the_address_stays_there(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.answers("/search", Answer(500))
    with caplog.at_level(logging.DEBUG), pytest.raises(SearchUnavailable) as failed:
        await SearxngSearch(f"http://me:se%3Acret@127.0.0.1:{site.port}").search("bees", 3)
    assert "cret" not in f"{failed.value} {caplog.text}"
    assert site.asked[0].headers["authorization"] == f"Basic {b64encode(b'me:se:cret').decode()}"


@pytest.mark.parametrize("name", ["searxng", "tavily"])
@pytest.mark.parametrize("who", ["me:secret@", "secret@", ":secret@", "me:se\tcret@", "@"])
async def test_a_page_that_is_named_with_credentials_is_left_out(
    site: Site, caplog: pytest.LogCaptureFixture, name: str, who: str
) -> None:
    named = [
        {"url": f"https://{who}{host}/", "title": "", "content": ""} for host in ("a.example", "[::1]", "b.example:8")
    ]
    site.answers("/search", as_json({"results": [*named, {"url": "https://a.example/@me", "title": "A"}]}))
    with caplog.at_level(logging.DEBUG):
        (found,) = await remote(name, site.base).search("bees", 9)
    assert found["address"] == "https://a.example/@me"
    assert "cret" not in caplog.text


@pytest.mark.parametrize(("status", "advice"), [(401, "TAVILY_API_KEY"), (432, "limit"), (400, "not understand")])
async def test_a_refusal_of_tavily(site: Site, status: int, advice: str) -> None:
    site.answers("/search", Answer(status))
    with pytest.raises(NotConfigured, match=advice):
        await TavilySearch("key", base_url=site.base).search("bees", 3)


def test_tavily_needs_a_key() -> None:
    with pytest.raises(NotConfigured, match="TAVILY_API_KEY"):
        TavilySearch(" ")


async def test_tavily_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain_tavily", None)
    with pytest.raises(NotConfigured, match="extra `web`"):
        await TavilySearch("key").search("bees", 3)


async def test_a_long_query_is_cut_for_tavily(site: Site) -> None:
    site.does("/search", tavily)
    await TavilySearch("key", base_url=site.base).search("bees " * 200, 50)
    asked = site.asked[0].json()
    assert (len(asked["query"]), asked["max_results"]) == (400, 20)


async def test_another_folder_of_the_corpus(tmp_path: Path) -> None:
    search, other = corpus(tmp_path), tmp_path / "other"
    other.mkdir()
    (other / "moths.md").write_text("# Moths\n\nMoths eat honey.\n")
    with pytest.raises(NotConfigured, match="not known here"):
        await search.search("honey", 3, folder=str(other))
    await FolderKnowledge(other, tmp_path / "home" / "knowledge.db").refresh()
    assert [one["address"] for one in await search.search("honey", 3, folder=str(other))] == ["moths.md"]
