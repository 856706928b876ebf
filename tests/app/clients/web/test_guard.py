"""Nothing but the public internet is asked, whatever a page, a name or a redirect says."""

import re
import socket
from collections.abc import Sequence
from ipaddress import ip_address

import httpx
import pytest

from app.clients.web.allowed_machines import Guard, is_public
from app.clients.web.limits import WebLimits
from app.clients.web.reader import WebReader
from nodes.ports.errors import NotConfigured, SourceUnavailable, SourceUnreadable
from tests.app.clients.web.conftest import reader_with
from tests.site import Answer, Site, html, redirect

SECRET = "<p>The secret of this machine.</p>"


class Names:
    """A resolver that gives its answers in turn, the last one for ever."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),  # shared by a provider's customers
        ("100.100.100.200", False),  # metadata of a cloud
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("168.63.129.16", False),  # a cloud's own services
        ("169.254.169.254", False),  # metadata of most clouds
        ("172.16.0.1", False),
        ("192.0.0.192", False),
        ("192.168.1.1", False),
        ("198.18.0.1", False),  # benchmarks
        ("203.0.113.5", False),  # documentation
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("2606:2800:220:1::1%eth0", False),
        ("fec0::1", False),  # site-local
        ("fc00::1", False),
        ("fd00:ec2::254", False),  # metadata over IPv6
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("::ffff:127.0.0.1", False),  # IPv4-mapped
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("::127.0.0.1", False),  # IPv4-compatible
        ("::ffff:0:127.0.0.1", False),  # IPv4-translated
        ("2002:7f00:1::", False),  # 6to4 of 127.0.0.1
        ("2002:a9fe:a9fe::1", False),  # 6to4 of 169.254.169.254
        ("2001:0:5db8:d822:0:0:80ff:fffe", False),  # Teredo of 127.0.0.1
        ("64:ff9b::7f00:1", False),  # NAT64 of 127.0.0.1
        ("64:ff9b::5db8:d822", True),  # NAT64 of a public address
        ("64:ff9b:1::7f00:1", False),  # NAT64 of one's own network
        ("2606:2800::5efe:7f00:1", False),  # ISATAP of 127.0.0.1
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(ip_address(address)) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://localhost./",
        "http://2130706433/",  # decimal
        "http://0x7f000001/",  # hexadecimal
        "http://0x7f.1/",
        "http://017700000001/",  # octal
        "http://127.1/",  # short
        "http://127.0.0.1./",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[fe80::1]/",
        "http://①②⑦.⓪.⓪.①/",  # figures in circles
        "http://１２７.０.０.１/",  # wide figures
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
    ],
)
async def test_this_machine_has_many_names(url: str) -> None:
    with pytest.raises(SourceUnreadable):
        await WebReader(WebLimits(timeout_s=5)).read(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/a", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("guides/bees.md", "not a web address"),
        ("http://", "not a web address"),
        ("", "not a web address"),
        ("http://exa mple.com/", "not a web address"),
        ("http://[fe80::1%25eth0]/", "not on the public internet|not a web address"),
        ("http://user:secret@example.com/", "never sent"),
        ("http://256.256.256.256/", "not a web address|no address"),
        ("http://0x7g/", "not an address"),
        ("http://93.184.216.34:22/", "its port 22"),
        ("http://" + "a" * 5000, "too long"),
    ],
)
async def test_addresses_that_are_not_read(url: str, reason: str) -> None:
    with pytest.raises(SourceUnreadable, match=reason) as refused:
        await WebReader(WebLimits(timeout_s=5)).read(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "answer",
    [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:127.0.0.1"], ["fe80::1%eth0"], ["10.0.0.1"], ["nonsense"]],
)
async def test_every_address_of_a_name_is_checked(answer: list[str]) -> None:
    with pytest.raises(SourceUnreadable):
        await WebReader(WebLimits(robots=False), resolve=Names(answer)).read("http://rebind.test:8080/")


async def test_a_name_is_asked_once_and_its_address_is_the_one_that_was_checked(site: Site) -> None:
    """127.0.0.2 stands for a public address, where nobody listens; the site at 127.0.0.1 is what must not be reached."""
    site.page("/", SECRET)
    names = Names(["127.0.0.2"], ["127.0.0.1"])
    reader = WebReader(WebLimits(robots=False, allowed=("127.0.0.2",)), resolve=names)
    with pytest.raises(SourceUnavailable, match="took no connection"):
        await reader.read(f"http://rebind.test:{site.port}/")
    assert (names.asked, site.asked) == (["rebind.test"], [])


async def test_international_names_are_looked_up_as_they_are_written_in_dns() -> None:
    names = Names(["127.0.0.1"])
    with pytest.raises(SourceUnreadable):
        await WebReader(WebLimits(robots=False), resolve=names).read("http://Bücher.test/")
    assert names.asked == ["xn--bcher-kva.test"]


async def test_the_second_look_at_a_name_is_checked_too(site: Site) -> None:
    site.answers("/", redirect("/again"))
    names = Names(["127.0.0.1"], ["127.0.0.2"])
    reader = WebReader(WebLimits(robots=False, allowed=("127.0.0.1",)), resolve=names)
    with pytest.raises(SourceUnreadable, match="not on the public internet"):
        await reader.read(f"http://rebind.test:{site.port}/")
    assert list(site.requests) == ["/"]


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2:{port}/", "http://169.254.169.254/latest/", "http://[::1]:{port}/", "//2130706434:{port}/"],
)
async def test_a_redirect_leads_nowhere_private(site: Site, target: str) -> None:
    site.answers("/", redirect(target.format(port=site.port)))
    with pytest.raises(SourceUnreadable, match="not on the public internet"):
        await reader_with(allowed=("127.0.0.1",)).read(site.url("/"))
    assert list(site.requests) == ["/"]


async def test_a_private_host_is_not_asked_for_its_robots_either(site: Site) -> None:
    """By the name of the page, as a refusal of robots.txt would not say which page it is about."""
    names = Names(["127.0.0.1"])
    reader = WebReader(WebLimits(robots=True), resolve=names)
    with pytest.raises(
        SourceUnreadable, match=r"^http://intra\.test:\d+/bees is not read: its host is not on the public"
    ):
        await reader.read(f"http://intra.test:{site.port}/bees")
    assert (names.asked, site.asked) == (["intra.test"], [])


async def test_a_redirect_to_a_private_host_does_not_ask_for_its_robots_either(site: Site) -> None:
    site.answers("/", redirect(f"http://127.0.0.2:{site.port}/bees"))
    site.answers("/robots.txt", Answer(404))
    with pytest.raises(SourceUnreadable, match=r"/bees is not read: its host is not on the public internet"):
        await reader_with(allowed=("127.0.0.1",), robots=True).read(site.url("/"))
    assert [asked.path for asked in site.asked] == ["/robots.txt", "/"]


@pytest.mark.parametrize(
    ("url", "entry"),
    [
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("http://Bücher.test/", "xn--bcher-kva.test"),
        ("http://93.184.216.34:22/", "93.184.216.34:22"),
        ("http://[2606:2800:220:1::1]:22/", "[2606:2800:220:1::1]:22"),
    ],
)
async def test_a_refusal_says_what_to_allow(url: str, entry: str) -> None:
    names = Names(["10.1.2.3"])
    with pytest.raises(SourceUnreadable, match=re.escape(f"add {entry} to SWITCHBOARD_WEB_ALLOW.")):
        await Guard([], names).addresses(httpx.URL(url))
    assert await Guard([entry], names).addresses(httpx.URL(url))


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("file:///etc/passwd", "not a web address"),
        ("javascript:alert(1)", "not a web address"),
        ("http://user:secret@127.0.0.1/", "never sent"),
        ("http://[", "not a web address"),
        ("http://exa%00mple/", "not a web address"),
    ],
)
async def test_a_redirect_leads_to_web_pages_only(site: Site, target: str, reason: str) -> None:
    site.answers("/", redirect(target))
    with pytest.raises(SourceUnreadable, match=reason):
        await reader_with().read(site.url("/"))


async def test_the_robots_of_a_site_lead_nowhere_private_either(site: Site) -> None:
    site.answers("/robots.txt", redirect("http://169.254.169.254/"))
    site.page("/", "<p>A bee can fly.</p>")
    with pytest.raises(SourceUnreadable, match="not on the public internet"):
        await reader_with(robots=True).read(site.url("/"))
    assert site.requests["/"] == 0


async def test_this_machine_is_never_asked_by_a_proxy(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", site.base)
    site.answers("/", html(SECRET))
    with pytest.raises(SourceUnavailable):
        await WebReader(WebLimits(robots=False, allowed=("127.0.0.2",))).read(f"http://127.0.0.2:{site.port}/")
    assert site.asked == []


@pytest.mark.parametrize(
    ("allowed", "url", "passes"),
    [
        ("wiki.corp", "http://wiki.corp/", True),
        ("wiki.corp", "http://WIKI.corp.:9000/", True),
        ("wiki.corp", "http://evil.wiki.corp/", False),
        ("wiki.corp:9000", "http://wiki.corp:9000/", True),
        ("wiki.corp:9000", "http://wiki.corp/", False),
        *(
            (entry, url, True)
            for entry in ("bücher.test", "BÜCHER.test.", "xn--bcher-kva.test", "XN--BCHER-KVA.test")
            for url in ("http://bücher.test/", "http://Bücher.TEST:9000/", "http://xn--bcher-kva.test/")
        ),
        ("bücher.test:9000", "http://xn--bcher-kva.test:9000/", True),
        ("bücher.test:9000", "http://xn--bcher-kva.test/", False),
        ("bücher.test", "http://buecher.test/", False),
        ("10.1.2.3", "http://wiki.corp:9000/", True),
        ("10.0.0.0/8", "http://wiki.corp/", True),
        ("10.0.0.0/8", "https://10.200.0.1:9000/", True),
        ("10.1.2.3:9000", "https://10.1.2.3:9000/", True),
        ("10.1.2.3:9000", "https://10.1.2.3/", False),
        ("192.168.0.0/16", "http://wiki.corp/", False),
        ("fd00::/8", "http://[fd00::1]/", True),
        ("[fd00::1]:9000", "http://[fd00::1]:9000/", True),
        ("[fd00::1]", "http://[fd00::1]/", True),
    ],
)
async def test_what_is_allowed(allowed: str, url: str, passes: bool) -> None:
    guard = Guard([allowed], Names(["10.1.2.3"]))
    if passes:
        assert await guard.addresses(httpx.URL(url))
    else:
        with pytest.raises(SourceUnreadable):
            await guard.addresses(httpx.URL(url))


@pytest.mark.parametrize(
    "entry", ["", "http://wiki.corp", "*.corp", "wiki.corp:port", "wiki.corp/path", "me@wiki.corp"]
)
def test_what_cannot_be_allowed(entry: str) -> None:
    with pytest.raises(NotConfigured, match="cannot be allowed"):
        Guard([entry])


@pytest.mark.parametrize("entry", ["10.0.0.0/0", "10.1.2.3/8", "fe80::1/10"])
def test_a_network_that_is_larger_than_it_looks_is_refused(entry: str) -> None:
    with pytest.raises(NotConfigured, match="more than it looks like"):
        Guard([entry])


@pytest.mark.parametrize(
    "entry",
    [
        "0.0.0.0/0",
        "::/0",
        "128.0.0.0/1",
        "2000::/3",
        "::ffff:0:0/96",  # IPv4 as a whole
        "169.254.0.0/16",
        "169.252.0.0/14",
        "169.254.169.254",
        "169.254.169.254:80",
        "2852039166",  # as C libraries read it, and so the two below
        "0xa9fea9fe:8080",
        "0251.0376.43518",
        "fe80::1",
        "[fe80::1]",
        "[fe80::1]:80",
        "::ffff:169.254.169.254",
        "[::ffff:169.254.169.254]:80",
        "::ffff:169.254.0.0/112",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::1",
        "2002:a9fe::/32",
        "2002:a9fe:a9fe::/64",
    ],
)
def test_the_whole_internet_and_the_secrets_of_clouds_are_warned_of(
    entry: str, caplog: pytest.LogCaptureFixture
) -> None:
    Guard([entry])
    assert "lets pages be read from" in caplog.text


@pytest.mark.parametrize(
    "entry",
    [
        "intranet",
        "wiki.example.com:8080",
        "10.0.0.0/8",
        "10.1.2.3:80",
        "167772161",
        "[::1]:80",
        "fd00::/16",
        "2002:a00::/32",
    ],
)
def test_other_entries_are_not_warned_of(entry: str, caplog: pytest.LogCaptureFixture) -> None:
    Guard([entry])
    assert caplog.text == ""


@pytest.mark.parametrize(
    ("code", "error"), [(socket.EAI_NONAME, SourceUnreadable), (socket.EAI_AGAIN, SourceUnavailable)]
)
async def test_a_name_that_cannot_be_looked_up(code: int, error: type[Exception]) -> None:
    async def fails(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(code, "no")

    with pytest.raises(error, match=r"gone\.test"):
        await WebReader(WebLimits(robots=False), resolve=fails).read("http://gone.test/")
