"""Which kinds of content are read, and in which character set."""

import codecs
import re
from typing import Literal

from app.clients.untrusted.characters import stated, usable

Kind = Literal["html", "text", "markdown", "pdf"]

ACCEPT = "text/html,application/xhtml+xml,application/pdf,text/markdown,text/plain;q=0.9"
KINDS: dict[str, Kind] = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/x-markdown": "markdown",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
}
UNDECLARED = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/force-download"})
"""The content has to say itself what it is."""

MARKDOWN_NAME = re.compile(r"\.(?:md|markdown)$", re.IGNORECASE)
TEXT_NAME = re.compile(r"\.te?xt$", re.IGNORECASE)

_HTML = re.compile(rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def may_hold_text(media: str) -> bool:
    return media in KINDS or media in UNDECLARED


def kind_of(media: str, path: str, content: bytes) -> Kind | None:
    """What the content is; None when it cannot be read. Servers are sometimes wrong about PDF and Markdown."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if media in UNDECLARED:
        return _guessed(path, content)
    kind = KINDS.get(media)
    return "markdown" if kind == "text" and MARKDOWN_NAME.search(path) else kind


def charset_of(content: bytes, content_type: str, *, markup: bool) -> str:
    """By the byte order mark, else by the header, else (`markup`) by the page itself; "" for UTF-8 or Windows-1252."""
    for mark, charset in _BOMS:
        if content.startswith(mark):
            return charset
    header = _HEADER.search(content_type)
    if header and (charset := usable(header[1])):
        return charset
    return stated(content) if markup else ""


def _guessed(path: str, content: bytes) -> Kind | None:
    if _HTML.match(content[:2000]):
        return "html"
    if MARKDOWN_NAME.search(path):
        return "markdown"
    return "text" if TEXT_NAME.search(path) else None
