"""The text of a PDF, its lines put together to paragraphs again."""

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any

_ENDS = (".", "!", "?", ":", "”", '"')
SHORT_LINE = 0.75
"""Of the longest line of a page: a shorter one that ends a sentence ends a paragraph."""


class NoText(Exception):
    """The message says why, as the end of a sentence."""


def title_and_text(content: bytes, most_pages: int, most_characters: int) -> tuple[str, str]:
    """Of the first pages. Raises NoText."""
    from pypdf import PdfReader  # takes longer to load than everything else here

    try:
        reader = PdfReader(BytesIO(content))
        title = str((reader.metadata and reader.metadata.title) or "").strip()
        text = "\n\n".join(filter(None, _pages(reader, most_pages, most_characters)))
    except Exception as error:  # a broken file makes the library raise anything
        raise NoText(f"it is no readable PDF file ({type(error).__name__})") from error
    if not text:
        raise NoText("it is a PDF file without text, perhaps a scan")
    return title, text


def paragraphs(page: str) -> str:
    """Lines joined, and words that were divided at the end of one."""
    lines = [line.strip() for line in page.split("\n")]
    longest = max(map(len, lines), default=0)
    found: list[str] = [""]
    for line in lines:
        if not line:
            found.append("")
        elif found[-1].endswith("-") and found[-1][-2:-1].islower() and line[0].islower():
            found[-1] = found[-1][:-1] + line
        else:
            found[-1] = f"{found[-1]} {line}".strip()
        if line.endswith(_ENDS) and len(line) < SHORT_LINE * longest:
            found.append("")
    return "\n\n".join(filter(None, found))


def _pages(reader: Any, most: int, most_characters: int) -> Iterator[str]:
    characters = 0
    for page in islice(reader.pages, most):
        text = paragraphs(page.extract_text()[:most_characters])
        yield text
        characters += len(text)
        if characters > most_characters:
            return
