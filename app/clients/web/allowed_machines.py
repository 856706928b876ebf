"""Which machines may be asked: public ones at the ports of the web, and those that an allow-list names.

A name is resolved once for each request, and the request goes to the very address that was checked here: a name that
changes its address between the check and the connection gains nothing.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import urlsplit

import httpx

from app.clients.web.locations import host_of, parsed, port_of
from app.shown_addresses import shown
from nodes.ports.errors import NotConfigured, SourceUnavailable, SourceUnreadable

WEB_PORTS = frozenset({80, 443, 8080, 8443})
"""Of public machines. An allowed host or network is asked at every port, an allowed host:port at that one too."""

IPAddress = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host name, the one to try first at the front. Raises socket.gaierror."""

NOT_PUBLIC = (
    IPv4Network("100.64.0.0/10"),  # shared by a provider's customers; some clouds keep their metadata here
    IPv4Network("168.63.129.16/32"),  # a cloud's own services, at a public address
    IPv4Network("192.0.0.0/24"),  # protocol assignments; another cloud's metadata
    IPv4Network("192.88.99.0/24"),  # relays into 6to4
)
GLOBAL_UNICAST = IPv6Network("2000::/3")
CARRIES_IPV4_LAST = (
    IPv6Network("::/96"),  # IPv4-compatible; :: and ::1 are here too
    IPv6Network("::ffff:0:0/96"),  # IPv4-mapped
    IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated
    IPv6Network("64:ff9b::/96"),  # NAT64
)
CARRIES_IPV4_FIRST = IPv6Network("2002::/16")  # 6to4: right after these bits
LINK_LOCAL = (IPv4Network("169.254.0.0/16"), IPv6Network("fe80::/10"))
SMALLEST_PREFIX = {4: 8, 6: 16}
"""By version: a network with a shorter one is larger than any organisation's."""
NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}


_log = logging.getLogger("switchboard.web")


async def resolved(host: str, port: int) -> Sequence[str]:
    """By the operating system."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Guard:
    """`allowed`: host names, host:port, addresses and networks. Raises NotConfigured for anything else."""

    def __init__(self, allowed: Sequence[str] = (), resolve: Resolve = resolved) -> None:
        self._resolve = resolve
        self._networks = [network for each in allowed if (network := _network(each))]
        self._names = {_name(each) for each in allowed if not _network(each)}
        for host, port in self._names:
            for network in _stated(host):
                _warn_of_network(host if port is None else f"{host}:{port}", network)

    async def addresses(self, url: httpx.URL) -> list[str]:
        """Where to connect to for this URL. Raises SourceUnreadable when any of it is out of bounds."""
        host, port = host_of(url), port_of(url)
        addresses = [_parsed(each, url) for each in _spelt_out(host, url) or await self._looked_up(url)]
        if not self._names & {(host, None), (host, port)}:
            for address in addresses:
                self._check(address, port, url)
        return [str(each) for each in addresses]

    async def _looked_up(self, url: httpx.URL) -> Sequence[str]:
        host = host_of(url)
        try:
            found = await self._resolve(host, port_of(url))
        except socket.gaierror as error:
            if error.errno in NO_SUCH_NAME:
                raise SourceUnreadable(f"{shown(url)} cannot be read: the host {host} does not exist.") from error
            raise SourceUnavailable(f"{shown(url)} cannot be read now: the host {host} cannot be looked up.") from error
        except UnicodeError as error:  # a label that is empty or too long
            raise SourceUnreadable(f"{shown(url)} cannot be read: {host[:100]} is not a host name.") from error
        if not found:
            raise SourceUnavailable(f"{shown(url)} cannot be read now: the host {host} has no address.")
        return found

    def _check(self, address: IPAddress, port: int, url: httpx.URL) -> None:
        if any(address in network for network in self._networks):
            return
        if not is_public(address):
            allow = f" If it may be read all the same, add {host_of(url)} to SWITCHBOARD_WEB_ALLOW."
            advice = "" if address.is_link_local else allow  # a cloud gives its machines their secrets there
            raise SourceUnreadable(f"{shown(url)} is not read: its host is not on the public internet.{advice}")
        if port not in WEB_PORTS:
            ports = ", ".join(map(str, sorted(WEB_PORTS)))
            raise SourceUnreadable(
                f"{shown(url)} is not read: its port {port} is none of {ports}. "
                f"If it may be read all the same, add {url.netloc.decode('ascii')} to SWITCHBOARD_WEB_ALLOW."
            )


def is_public(address: IPAddress) -> bool:
    """A public address of the internet: not a private network, a group, or a tunnel into either."""
    if isinstance(address, IPv4Address):
        return (
            address.is_global
            and not (address.is_multicast or address.is_reserved or address.is_unspecified)
            and not any(address in network for network in NOT_PUBLIC)
        )
    if address.scope_id is not None:
        return False
    if inside := list(_carried(address)):
        return all(map(is_public, inside))
    return address in GLOBAL_UNICAST and address.is_global and not address.is_multicast


def _carried(address: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses that an IPv6 address leads to."""
    if any(address in network for network in CARRIES_IPV4_LAST) or address.packed[8:12] in _ISATAP:
        yield IPv4Address(address.packed[12:])
    if address.sixtofour:
        yield address.sixtofour
    yield from address.teredo or ()


_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")


def _spelt_out(host: str, url: httpx.URL) -> list[str]:
    """The address that a host states in figures, also as C libraries read them: 2130706433, 0x7f.1, 0177.0.0.1."""
    if ":" in host or "%" in host:
        return [host]
    last = host.rpartition(".")[2]
    if not (last.isdigit() or last.startswith("0x")):
        return []
    try:
        return [socket.inet_ntoa(socket.inet_aton(host))]
    except OSError as error:
        raise SourceUnreadable(f"{shown(url)} cannot be read: {host[:100]} is not an address.") from error


def _parsed(address: str, url: httpx.URL) -> IPAddress:
    try:
        return ip_address(address)
    except ValueError as error:
        raise SourceUnreadable(f"{shown(url)} cannot be read: its host has no usable address.") from error


def _network(entry: str) -> IPv4Network | IPv6Network | None:
    """None for a name. Raises NotConfigured for a network that is larger than it looks."""
    words = entry.strip().strip("[]")
    try:
        network = ip_network(words, strict=False)
    except ValueError:
        return None
    if _has_host_bits(words):
        raise NotConfigured(
            f"{entry!r} in SWITCHBOARD_WEB_ALLOW is the network {network}, which is more than it looks like. "
            f"Write {network} if that is meant, or a longer prefix."
        )
    _warn_of_network(entry, network)
    return network


def _stated(host: str) -> Iterator[IPv4Network | IPv6Network]:
    """The address that a host states in figures, as a network."""
    with suppress(SourceUnreadable):
        for address in _spelt_out(host, httpx.URL(scheme="http", host=host)):
            yield ip_network(address)


def _warn_of_network(entry: str, network: IPv4Network | IPv6Network) -> None:
    for each in _reached(network):
        if each.prefixlen < SMALLEST_PREFIX[each.version]:
            _warn_of(entry, "a large part of the internet")
        if any(one.version == each.version and one.overlaps(each) for one in LINK_LOCAL):
            _warn_of(entry, "the addresses where clouds keep their secrets")


def _reached(network: IPv4Network | IPv6Network) -> Iterator[IPv4Network | IPv6Network]:
    """The network, and those of IPv4 that its addresses lead to."""
    yield network
    if isinstance(network, IPv4Network):
        return
    if network.prefixlen == network.max_prefixlen:
        yield from map(IPv4Network, _carried(network.network_address))
        return
    for carrying in (*CARRIES_IPV4_LAST, CARRIES_IPV4_FIRST):
        if carrying.overlaps(network):
            first = max(carrying.network_address, network.network_address)
            word = int(first) >> (96 - carrying.prefixlen) & 0xFFFFFFFF
            yield IPv4Network((word, min(max(network.prefixlen - carrying.prefixlen, 0), 32)), strict=False)


def _has_host_bits(words: str) -> bool:
    try:
        ip_network(words)
    except ValueError:
        return True
    return False


@cache
def _warn_of(entry: str, what: str) -> None:
    _log.warning("%r in SWITCHBOARD_WEB_ALLOW lets pages be read from %s.", entry, what)


def _name(entry: str) -> tuple[str, int | None]:
    """A host as DNS writes it, and its port when only that one is meant."""
    words = entry.strip()
    try:
        parts = urlsplit(f"//{words}")
        host, port = host_of(parsed(f"http://{words}/")), parts.port
    except (ValueError, SourceUnreadable):
        host, port = "", None
    if not host or words != parts.netloc or "*" in words:
        raise NotConfigured(
            f"{entry!r} in SWITCHBOARD_WEB_ALLOW cannot be allowed: "
            "expected a host name, host:port, an address or a network such as 10.0.0.0/8."
        )
    return host, port
