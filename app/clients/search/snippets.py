"""What search services tell about pages, made safe to store: one line each, plain characters, not too long."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.clients.language.research.instructions import name_for_people
from nodes.ports.search import Lead

LONGEST_TITLE = 300
LONGEST_SNIPPET = 600


def leads(answer: Mapping[str, Any], provider: str) -> list[Lead]:
    """The results that name a web page, in their order; SearXNG and Tavily describe them alike."""
    listed = answer.get("results")
    found = (one for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
    return [_lead(one, address, provider) for one in found if (address := _address(one.get("url")))]


def line(text: object, longest: int) -> str:
    words = " ".join(text.split()) if isinstance(text, str) else ""
    return "".join(c for c in words if c.isprintable())[:longest]


def _address(url: object) -> str:
    """The address of a web page; "" for anything else, also for a page whose address contains credentials."""
    address = "".join(c for c in url if c.isprintable() and c != " ") if isinstance(url, str) else ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc and "@" not in parts.netloc else ""


def _lead(result: Mapping[str, Any], address: str, provider: str) -> Lead:
    title, words = line(result.get("title"), LONGEST_TITLE), line(result.get("content"), LONGEST_SNIPPET)
    return Lead(address=address, title=name_for_people(title) or address, snippet=words, provider=provider)
