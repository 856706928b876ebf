"""What servers do, and what it means for the next try."""

import asyncio
import gzip
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest
import trustme

from app.clients.web.lanes import pause_s
from app.clients.web.limits import WebLimits
from app.clients.web.reader import WebReader
from nodes.ports.errors import SourceUnavailable, SourceUnreadable
from tests.app.clients.web.conftest import HERE, reader_with
from tests.site import Answer, Site, gzip_bomb, html, redirect, running_site

BEES = "<title>Bees</title><p>A bee can fly to its hive.</p>"


async def test_a_page_is_read(site: Site, reader: WebReader) -> None:
    page = await reader.read(f"  {site.page('/bees', BEES)}#flight ")
    assert page == {"address": site.url("/bees"), "title": "Bees", "text": "A bee can fly to its hive."}


async def test_a_site_learns_who_asks_and_nothing_else(site: Site, reader: WebReader) -> None:
    await reader.read(site.page("/bees", BEES) + "?a=1")
    (asked,) = site.asked
    assert (asked.path, asked.headers["host"]) == ("/bees?a=1", f"127.0.0.1:{site.port}")
    assert asked.headers["user-agent"] == "Switchboard"
    assert not {"cookie", "authorization", "referer"} & asked.headers.keys()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, SourceUnreadable),
        (403, SourceUnreadable),
        (404, SourceUnreadable),
        (410, SourceUnreadable),
        (451, SourceUnreadable),
        (304, SourceUnreadable),
        (501, SourceUnreadable),
        (999, SourceUnavailable),
        (408, SourceUnavailable),
        (429, SourceUnavailable),
        (500, SourceUnavailable),
        (502, SourceUnavailable),
        (503, SourceUnavailable),
        (504, SourceUnavailable),
    ],
)
async def test_statuses(site: Site, reader: WebReader, status: int, error: type[Exception]) -> None:
    site.answers("/bees", Answer(status, BEES.encode()))
    with pytest.raises(error, match=rf"/bees answered {status}") as failed:
        await reader.read(site.url("/bees?token=secret"))
    assert "secret" not in str(failed.value)
    assert site.requests["/bees"] == 1


async def test_a_failure_is_not_remembered(site: Site, reader: WebReader) -> None:
    site.answers("/bees", Answer(500), Answer(502), html(BEES))
    for _ in range(2):
        with pytest.raises(SourceUnavailable):
            await reader.read(site.url("/bees"))
    assert (await reader.read(site.url("/bees")))["title"] == "Bees"


async def test_redirects_are_followed(site: Site, reader: WebReader) -> None:
    site.answers("/a", redirect("b?x=1", 301))
    site.answers("/b", redirect(site.url("/c#there"), 308))
    site.page("/c", BEES)
    assert (await reader.read(site.url("/a")))["address"] == site.url("/c")
    assert [asked.path for asked in site.asked] == ["/a", "/b?x=1", "/c"]


async def test_a_redirect_loop_ends(site: Site, reader: WebReader) -> None:
    site.answers("/a", redirect("/a"))
    with pytest.raises(SourceUnreadable, match="more than 5 redirects"):
        await reader.read(site.url("/a"))
    assert site.requests["/a"] == 6


@pytest.mark.parametrize("answer", [Answer(hangs=True), Answer(body=b" ", drips=True)], ids=("hangs", "drips"))
async def test_a_page_that_takes_too_long(site: Site, answer: Answer) -> None:
    site.answers("/bees", answer)
    with pytest.raises(SourceUnavailable, match=r"/bees"):
        await reader_with(timeout_s=0.1).read(site.url("/bees"))


async def test_the_time_is_that_of_all_hops(site: Site) -> None:
    site.answers("/a", Answer(302, headers={"Location": "/a"}, delay_s=0.1))
    with pytest.raises(SourceUnavailable, match=r"within 0\.25 seconds"):  # each hop is quick enough, six are not
        await reader_with(timeout_s=0.25).read(site.url("/a"))
    assert site.requests["/a"] < 6


@pytest.mark.parametrize("answer", [Answer(body=b"x" * 2000, breaks_off=True), Answer(body=b"x", breaks_off=True)])
async def test_an_answer_that_breaks_off(site: Site, reader: WebReader, answer: Answer) -> None:
    site.answers("/bees", answer)
    with pytest.raises(SourceUnavailable, match="broke off"):
        await reader.read(site.url("/bees"))


async def test_a_site_that_is_not_there(reader: WebReader) -> None:
    with running_site() as gone:
        url = gone.url("/bees")
    with pytest.raises(SourceUnavailable, match="took no connection"):
        await reader.read(url)


async def test_a_body_that_is_too_large(site: Site) -> None:
    site.answers("/stated", Answer(body=b"x" * 2_000_001))
    site.answers("/fits", Answer(body=b"<p>" + b"word " * 390_000))
    reader = reader_with(max_bytes=2_000_000)
    with pytest.raises(SourceUnreadable, match="larger than 2 MB"):
        await reader.read(site.url("/stated"))
    assert (await reader.read(site.url("/fits")))["text"]


async def test_a_bomb_does_not_go_off(site: Site) -> None:
    site.answers("/bomb", gzip_bomb(100_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(SourceUnreadable, match="larger than 1 MB"):
            await reader_with(max_bytes=1_000_000).read(site.url("/bomb"))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def _bare_deflate(content: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(content) + compressor.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(BEES.encode())),
        ("GZIP", gzip.compress(BEES.encode() + b" " * 900_000)),
        ("deflate", zlib.compress(BEES.encode())),
        ("deflate", _bare_deflate(BEES.encode())),  # what some servers mean by it
        ("identity", BEES.encode()),
    ],
    ids=["gzip", "capitals", "deflate", "bare deflate", "identity"],
)
async def test_compression(site: Site, reader: WebReader, encoding: str, body: bytes) -> None:
    site.answers("/bees", Answer(body=body, headers={"Content-Encoding": encoding}))
    assert (await reader.read(site.url("/bees")))["title"] == "Bees"


@pytest.mark.parametrize(("encoding", "body"), [("br", b"..."), ("gzip, gzip", b"..."), ("gzip", b"no gzip at all")])
async def test_compression_that_nobody_asked_for(site: Site, reader: WebReader, encoding: str, body: bytes) -> None:
    site.answers("/bees", Answer(body=body, headers={"Content-Encoding": encoding}))
    with pytest.raises(SourceUnreadable, match="compressed"):
        await reader.read(site.url("/bees"))


async def test_a_picture_is_not_downloaded(site: Site, reader: WebReader) -> None:
    site.answers("/bee.png", Answer(body=b"\x89PNG", type="image/png"))
    with pytest.raises(SourceUnreadable, match="image/png"):
        await reader.read(site.url("/bee.png"))


async def test_a_host_gets_so_many_requests_at_once(site: Site) -> None:
    urls = [site.page(f"/{number}", BEES, delay_s=0.03) for number in range(6)]
    reader = reader_with(per_host=2)
    await asyncio.gather(*map(reader.read, urls))
    assert site.most_at_once == 2


async def test_waiting_for_a_turn_is_not_the_page_s_fault(site: Site) -> None:
    urls = [site.page(f"/{number}", BEES, delay_s=0.1) for number in range(5)]
    reader = reader_with(per_host=1, timeout_s=0.4)
    assert len(await asyncio.gather(*map(reader.read, urls))) == 5


async def test_requests_to_a_host_keep_their_distance(site: Site) -> None:
    urls = [site.page(f"/{number}", BEES) for number in range(4)]
    reader, start = reader_with(per_host_delay_s=0.05), time.monotonic()
    await asyncio.gather(*map(reader.read, urls))
    assert time.monotonic() - start >= 0.15


@pytest.mark.parametrize("status", [429, 503])
async def test_a_host_that_asks_for_a_pause_gets_it(site: Site, reader: WebReader, status: int) -> None:
    site.answers("/busy", Answer(status, retry_after=600))
    site.page("/bees", BEES)
    with pytest.raises(SourceUnavailable, match="try again in 600 seconds"):
        await reader.read(site.url("/busy"))
    with pytest.raises(SourceUnavailable, match="asked for a pause of another"):
        await reader.read(site.url("/bees"))
    assert site.requests["/bees"] == 0


async def test_a_short_pause_is_waited_for(site: Site, reader: WebReader) -> None:
    site.answers("/bees", Answer(503, retry_after=1), html(BEES))
    with pytest.raises(SourceUnavailable):
        await reader.read(site.url("/bees"))
    start = time.monotonic()
    assert (await reader.read(site.url("/bees")))["title"] == "Bees"
    assert time.monotonic() - start > 0.8


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        *(
            ("120", 120.0),
            (" 3 ", 3.0),
            ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
            ("soon", None),
            ("", None),
            ("-1", None),
        ),
        *(("9" * 5000, 3600.0), ("Sat, 01 Jan 9999 00:00:00 GMT", 3600.0), ("Fri, 31 Dec 9999 23:59:59 -2359", 3600.0)),
    ],
)
def test_retry_after(header: str, pause: float | None) -> None:
    assert pause_s(header) == pause


def test_one_reader_serves_several_event_loops(site: Site, reader: WebReader) -> None:
    urls = [site.page(f"/{number}", BEES) for number in range(4)]

    async def all_of_them() -> int:
        return len(await asyncio.gather(*map(reader.read, urls)))

    assert [asyncio.run(all_of_them()) for _ in range(2)] == [4, 4]


class Authority:
    def __init__(self) -> None:
        self._ca = trustme.CA()

    def server(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._ca.issue_cert(name).configure_cert(context)
        return context

    @property
    def client(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self._ca.configure_trust(context)
        return context


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture
def secure_site(authority: Authority) -> Iterator[Site]:
    with running_site(tls=authority.server("bees.test")) as site:
        site.page("/bees", BEES)
        yield site


async def _this_machine(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


async def test_tls_is_checked_by_the_name_though_the_address_is_called(secure_site: Site, authority: Authority) -> None:
    reader = WebReader(HERE, resolve=_this_machine, tls=authority.client)
    page = await reader.read(f"https://bees.test:{secure_site.port}/bees")
    assert page["title"] == "Bees"
    assert secure_site.asked[0].headers["host"] == f"bees.test:{secure_site.port}"
    with pytest.raises(SourceUnreadable, match="certificate"):
        await reader.read(f"https://wasps.test:{secure_site.port}/bees")
    with pytest.raises(SourceUnreadable, match="certificate"):
        await reader.read(secure_site.url("/bees"))


async def test_an_unknown_authority_is_not_trusted(secure_site: Site) -> None:
    with pytest.raises(SourceUnreadable, match="certificate"):
        await WebReader(HERE, resolve=_this_machine).read(f"https://bees.test:{secure_site.port}/bees")


async def test_the_next_address_of_a_host_is_tried(site: Site) -> None:
    async def two(host: str, port: int) -> list[str]:
        return ["127.0.0.3", "127.0.0.1"]

    site.page("/bees", BEES)
    reader = WebReader(WebLimits(robots=False, allowed=("bees.test",)), resolve=two)
    assert (await reader.read(f"http://bees.test:{site.port}/bees"))["title"] == "Bees"
