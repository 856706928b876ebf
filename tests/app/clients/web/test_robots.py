"""robots.txt is asked first, once, and obeyed."""

import asyncio

import pytest

from app.clients.web.reader import WebReader
from app.clients.web.robots_rules import may_read
from nodes.ports.errors import SourceUnavailable, SourceUnreadable
from tests.app.clients.web.conftest import reader_with
from tests.site import Answer, Site, html, redirect, robots

BEES = "<title>Bees</title><p>A bee can fly to its hive.</p>"


@pytest.fixture
def reader() -> WebReader:
    return reader_with(robots=True)


async def test_what_is_not_to_be_read_is_not(site: Site, reader: WebReader) -> None:
    site.answers("/robots.txt", robots("User-agent: *", "Disallow: /private", "Allow: /private/open"))
    for path in ("/bees", "/private/open", "/private/bees"):
        site.page(path, BEES)
    assert await reader.read(site.url("/bees"))
    assert await reader.read(site.url("/private/open"))
    with pytest.raises(SourceUnreadable, match=r"robots\.txt asks programs not to"):
        await reader.read(site.url("/private/bees"))
    assert site.requests == {"/robots.txt": 1, "/bees": 1, "/private/open": 1}


async def test_our_own_name_counts(site: Site, reader: WebReader) -> None:
    site.answers("/robots.txt", robots("User-agent: switchboard", "Disallow: /", "", "User-agent: *", "Allow: /"))
    with pytest.raises(SourceUnreadable):
        await reader.read(site.page("/bees", BEES))


async def test_a_redirect_into_what_is_not_to_be_read(site: Site, reader: WebReader) -> None:
    site.answers("/robots.txt", robots("User-agent: *", "Disallow: /private"))
    site.answers("/bees", redirect("/private"))
    with pytest.raises(SourceUnreadable):
        await reader.read(site.url("/bees"))
    assert site.requests["/private"] == 0


@pytest.mark.parametrize(
    "answer",
    [
        Answer(404),
        Answer(403),
        Answer(410, b"User-agent: *\nDisallow: /"),
        html("<h1>No such page</h1>"),  # a page instead of an error
        Answer(body=b"\xff\xfe\x00nonsense", type="text/plain"),
        redirect("/robots.txt"),  # for ever
    ],
)
async def test_a_site_without_rules_permits_everything(site: Site, reader: WebReader, answer: Answer) -> None:
    site.answers("/robots.txt", answer)
    assert await reader.read(site.page("/bees", BEES))


@pytest.mark.parametrize("status", [429, 500, 501, 503])
async def test_rules_that_cannot_be_had_now_permit_nothing_for_now(site: Site, reader: WebReader, status: int) -> None:
    site.answers("/robots.txt", Answer(status), robots("User-agent: *", "Allow: /"))
    url = site.page("/bees", BEES)
    with pytest.raises(SourceUnavailable, match=r"robots\.txt"):
        await reader.read(url)
    assert site.requests["/bees"] == 0
    assert await reader.read(url)


async def test_rules_that_never_come(site: Site) -> None:
    site.answers("/robots.txt", Answer(hangs=True))
    with pytest.raises(SourceUnavailable):
        await reader_with(robots=True, timeout_s=0.1).read(site.page("/bees", BEES))


async def test_rules_elsewhere(site: Site, reader: WebReader) -> None:
    site.answers("/robots.txt", redirect("/elsewhere"))
    site.answers("/elsewhere", robots("User-agent: *", "Disallow: /bees"))
    with pytest.raises(SourceUnreadable):
        await reader.read(site.page("/bees", BEES))


async def test_of_long_rules_each_counts(site: Site, reader: WebReader) -> None:
    many = [f"Disallow: /shelf/{number}" for number in range(19_000)]
    site.answers("/robots.txt", robots("User-agent: *", *many, "Disallow: /bees"))
    assert await reader.read(site.page("/wasps", BEES))
    with pytest.raises(SourceUnreadable, match=r"robots\.txt asks programs not to"):
        await reader.read(site.page("/bees", BEES))


async def test_rules_that_go_on_after_what_is_read_permit_nothing(site: Site, reader: WebReader) -> None:
    site.answers("/robots.txt", robots("User-agent: *", "Disallow: /bees", "# " + "x" * 700_000, "Disallow: /wasps"))
    with pytest.raises(SourceUnreadable, match="larger than 500 KiB"):
        await reader.read(site.page("/wasps", BEES))


async def test_a_long_page_instead_of_an_error_has_no_rules(site: Site, reader: WebReader) -> None:
    site.answers("/robots.txt", html("<h1>No such page</h1>" + "<p>Sorry.</p>" * 50_000))
    assert await reader.read(site.page("/bees", BEES))


async def test_many_reads_ask_once(site: Site, reader: WebReader) -> None:
    site.answers("/robots.txt", Answer(404, delay_s=0.05))
    await asyncio.gather(*(reader.read(site.page(f"/{number}", BEES)) for number in range(10)))
    assert site.requests["/robots.txt"] == 1


async def test_a_read_that_is_given_up_leaves_the_others_their_answer(site: Site, reader: WebReader) -> None:
    site.answers("/robots.txt", Answer(404, delay_s=0.1))
    first, second = (asyncio.create_task(reader.read(site.page(f"/{number}", BEES))) for number in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second)["title"] == "Bees"
    assert site.requests == {"/robots.txt": 1, "/1": 1}


async def test_rules_expire(site: Site) -> None:
    site.answers("/robots.txt", Answer(404), robots("User-agent: *", "Disallow: /"))
    reader, url = reader_with(robots=True, robots_lifetime_s=0), site.page("/bees", BEES)
    assert await reader.read(url)
    with pytest.raises(SourceUnreadable):
        await reader.read(url)


async def test_rules_can_be_left_unasked(site: Site) -> None:
    site.answers("/robots.txt", robots("User-agent: *", "Disallow: /"))
    assert await reader_with(robots=False).read(site.page("/bees", BEES))
    assert site.requests["/robots.txt"] == 0


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("".join(f"User-agent: bot{n}\n" for n in range(15_000)) + "Disallow: /bees\n" * 15_000, True),
        ("User-agent: *\n" + "".join(f"Disallow: /a{n}*b*c$\n" for n in range(15_000)), True),
        ("User-agent: *\n" + "".join(f"Disallow: /a{n}*b*c$\n" for n in range(15_000)) + "Disallow: /bees", False),
        ("User-agent: *\rDisallow: /wasps\rDisallow: /bees\r", False),
        ("User-agent: a\nUser-agent: *\nCrawl-delay: 1\nDisallow: /bees", False),
        ("User-agent: *\nDisallow: /\nUser-agent: Switchboard\nDisallow: /x", True),
        ("User-agent: switchboard\nSitemap: /s\nAllow: /bees\nDisallow: /", True),
    ],
)
def test_only_the_rules_for_us_are_read(rules: str, expected: bool) -> None:
    """The first two took a minute and more when all of them were."""
    assert may_read(rules.encode(), "Switchboard", ["https://example.com/bees"]) == [expected]
