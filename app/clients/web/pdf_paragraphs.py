"""The text of a PDF, its lines put together to paragraphs again."""

from app.clients.untrusted.confined import Unreadable
from app.clients.untrusted.pdf_text import title_and_pages

_ENDS = (".", "!", "?", ":", "”", '"')
SHORT_LINE = 0.75
"""Of the longest line of a page: a shorter one that ends a sentence ends a paragraph."""


def title_and_text(content: bytes, most_pages: int, most_characters: int) -> tuple[str, str]:
    """Of the first pages. Raises Unreadable."""
    title, pages = title_and_pages(content, most_pages, most_characters)
    text = "\n\n".join(filter(None, map(paragraphs, pages)))
    if not text:
        raise Unreadable("it is a PDF file without text, perhaps a scan")
    return title, text


def paragraphs(page: str) -> str:
    """Lines joined, and words that were divided at the end of one."""
    lines = [line.strip() for line in page.split("\n")]
    longest = max(map(len, lines), default=0)
    found: list[list[str]] = [[]]
    for line in lines:
        if not line:
            found.append([])
        elif found[-1] and _is_divided(found[-1][-1], line):
            found[-1][-1] = found[-1][-1][:-1] + line
        else:
            found[-1].append(line)
        if line.endswith(_ENDS) and len(line) < SHORT_LINE * longest:
            found.append([])
    return "\n\n".join(" ".join(each) for each in found if each)


def _is_divided(line: str, following: str) -> bool:
    return line.endswith("-") and line[-2:-1].islower() and following[0].islower()
