"""The proxy that the environment names for an address: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, and NO_PROXY against them."""

from ipaddress import ip_address
from urllib.request import getproxies, proxy_bypass

import httpx

from app.clients.web.locations import host_of, port_of
from nodes.ports.errors import NotConfigured


def proxy_for(url: httpx.URL) -> httpx.Proxy | None:
    """None: there is none for this host; this very machine never has one. Raises NotConfigured."""
    host = host_of(url)
    if _is_this_machine(host) or proxy_bypass(f"{host}:{port_of(url)}"):
        return None
    named = getproxies()
    address = named.get(url.scheme) or named.get("all")
    if not address:
        return None
    try:
        return httpx.Proxy(address if "://" in address else f"http://{address}")
    except ValueError as error:
        raise NotConfigured(
            f"The address in {url.scheme.upper()}_PROXY or ALL_PROXY has to begin with http://, https://, socks5:// or "
            f"socks5h://. Correct it, or name {host} in NO_PROXY."
        ) from error


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
