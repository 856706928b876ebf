"""What search services tell about pages, made safe to carry along: one line each, plain characters, not too long."""

from collections.abc import Mapping
from typing import Any

from app.services import Lead

LONGEST_TITLE = 300
LONGEST_SNIPPET = 600


def leads(answer: Mapping[str, Any], provider: str) -> list[Lead]:
    """The results that name a web page, in their order; SearXNG and Tavily describe them alike."""
    listed = answer.get("results")
    found = (one for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
    return [_lead(one, provider) for one in found if _is_page(one.get("url"))]


def line(text: object, longest: int) -> str:
    words = " ".join(text.split()) if isinstance(text, str) else ""
    return "".join(c for c in words if c.isprintable())[:longest]


def _is_page(url: object) -> bool:
    return isinstance(url, str) and url.strip().lower().startswith(("http://", "https://"))


def _lead(result: Mapping[str, Any], provider: str) -> Lead:
    address = "".join(result["url"].split())
    title, words = line(result.get("title"), LONGEST_TITLE), line(result.get("content"), LONGEST_SNIPPET)
    return Lead(address=address, title=title or address, snippet=words, provider=provider)
