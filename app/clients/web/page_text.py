"""What a page says, in paragraphs, from any kind of content."""

from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

import httpx

from app.clients.untrusted.confined import Confined, Unreadable
from app.clients.web.limits import WebLimits
from app.clients.web.media import charset_of, kind_of
from app.shown_addresses import shown
from nodes.ports.errors import SourceUnreadable


@dataclass(frozen=True)
class Readable:
    title: str
    text: str


def readable(
    url: httpx.URL, media: str, content_type: str, content: bytes, limits: WebLimits, seconds: float
) -> Readable:
    """Takes up to so many seconds. Raises SourceUnreadable, saying what came instead of a text."""
    kind = kind_of(media, url.path, content)
    if kind is None:
        raise SourceUnreadable(f"{shown(url)} holds no text to read, but {media or 'something of an unstated kind'}.")
    charset = charset_of(content, content_type, markup=kind == "html")
    if kind in ("text", "markdown") and b"\0" in content[:1000] and not charset.startswith("utf-16"):
        raise SourceUnreadable(f"{shown(url)} is called text, but is not text.")
    try:
        title, text = _confined()(content, kind, charset, limits.max_pdf_pages, limits.max_characters, seconds=seconds)
    except Unreadable as problem:
        raise SourceUnreadable(f"{shown(url)} cannot be read: {problem}.") from problem
    if not text:
        raise SourceUnreadable(f"{shown(url)} has no text.")
    return Readable(title or _name_of(url), text)


@cache
def _confined() -> Confined:
    return Confined("app.clients.web.page_extraction:title_and_text")


def _name_of(url: httpx.URL) -> str:
    """What the address calls a page without a title."""
    return PurePosixPath(url.path).stem.replace("-", " ").replace("_", " ").strip() or url.host
