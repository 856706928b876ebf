"""Pages and searches by a proxy of the environment: what it is told, what never reaches it."""

from collections.abc import Iterator

import httpx
import pytest

from app.clients.search.searxng import SearxngSearch
from app.clients.web.limits import WebLimits
from app.clients.web.proxies import proxy_for
from app.clients.web.reader import WebReader
from nodes.ports.errors import NotConfigured, SourceUnreadable
from tests.site import Site, as_json, redirect, running_site

PAGE = "http://93.184.216.34/bees"


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A proxy that has every page itself."""
    for name in ("ALL_PROXY", "HTTPS_PROXY", "NO_PROXY", "all_proxy", "https_proxy", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    with running_site() as site:
        monkeypatch.setenv("HTTP_PROXY", site.base)
        yield site


def reader() -> WebReader:
    return WebReader(WebLimits(robots=False))


async def test_a_page_is_asked_of_the_proxy_by_the_address_that_was_checked(proxy: Site) -> None:
    proxy.page("/bees", "<p>A bee can fly, and it lives in a hive with thousands of others.</p>")
    assert "A bee can fly" in (await reader().read(PAGE))["text"]
    (asked,) = proxy.asked
    assert (asked.path, asked.headers["host"]) == (PAGE, "93.184.216.34")


@pytest.mark.parametrize("url", ["http://10.1.2.3/bees", "http://169.254.169.254/latest", "http://[::ffff:10.1.2.3]/"])
async def test_what_may_not_be_read_reaches_no_proxy(proxy: Site, url: str) -> None:
    with pytest.raises(SourceUnreadable, match="not on the public internet"):
        await reader().read(url)
    assert proxy.asked == []


async def test_a_redirect_of_the_proxy_leads_nowhere_private(proxy: Site) -> None:
    proxy.answers("/bees", redirect("http://10.1.2.3/"))
    with pytest.raises(SourceUnreadable, match="not on the public internet"):
        await reader().read(PAGE)
    assert len(proxy.asked) == 1


async def test_a_search_is_asked_of_the_proxy(proxy: Site) -> None:
    proxy.answers("/search", as_json({"results": [{"url": "https://bees.example/", "title": "Bees", "content": ""}]}))
    assert [lead["address"] for lead in await SearxngSearch("http://search.example").search("bees", 3)]
    assert proxy.asked[0].path.startswith("http://search.example/search?q=bees")


@pytest.mark.parametrize(
    ("no_proxy", "url", "by_proxy"),
    [
        ("", "http://bees.example/", True),
        ("bees.example", "http://bees.example/", False),
        ("bees.example", "http://www.bees.example/", False),
        ("other.example", "http://bees.example/", True),
        ("*", "http://bees.example/", False),
        ("93.184.216.34", PAGE, False),
        ("", "https://bees.example/", False),  # only HTTP_PROXY is set
        ("", "http://127.0.0.1:8080/", False),
        ("", "http://[::1]/", False),
        ("", "http://localhost/", False),
    ],
)
def test_who_has_a_proxy(
    proxy: Site, monkeypatch: pytest.MonkeyPatch, no_proxy: str, url: str, *, by_proxy: bool
) -> None:
    monkeypatch.setenv("NO_PROXY", no_proxy)
    assert (proxy_for(httpx.URL(url)) is not None) == by_proxy


def test_one_proxy_for_all_and_one_without_its_scheme(proxy: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "proxy.corp:3128")
    found = proxy_for(httpx.URL("https://bees.example/"))
    assert found
    assert str(found.url) == "http://proxy.corp:3128"


def test_a_proxy_of_another_kind_is_refused_in_words(proxy: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "ftp://user:secret@proxy.corp")
    with pytest.raises(NotConfigured, match="has to begin with http://") as refused:
        proxy_for(httpx.URL("http://bees.example/"))
    assert "secret" not in str(refused.value)
