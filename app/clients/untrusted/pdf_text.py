"""The pages of a PDF."""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any

from app.clients.untrusted.confined import Unreadable

PROTECTED = "it is protected with a password"
LONGEST_TITLE = 1000  # characters
LARGEST_STREAM = 20_000_000  # bytes of a page's content, after decompression
MOST_NO_LETTERS = 0.05
"""The share of a text that may be control characters, characters for private use, and those that are not known."""
MOST_FORMS = 500  # that a page may draw, one inside the other

_NO_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel) - |untitled|slide \d|layout \d|print\b|document\d*$|presentation\d*$|\W*$)"
    r"|\.(?:docx?|pptx?|xlsx?|indd|qxd|tex|dvi|pdf|odt|rtf|html?)$",
    re.IGNORECASE,
)
"""What programs write there by themselves."""
_NO_LETTER = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")


def title_and_pages(content: bytes, most_pages: int, most_characters: int) -> tuple[str, list[str]]:
    """The first pages, each of at most so many characters and not many more together. Raises Unreadable.

    May take for ever over a file that was made for that: to be called where it can be ended.
    """
    from pypdf import PdfReader, overwrite_configuration  # takes longer to load than everything else here

    overwrite_configuration(
        array_based_stream_maximum_output_length=LARGEST_STREAM,
        lzw_maximum_output_length=LARGEST_STREAM,
        run_length_maximum_output_length=LARGEST_STREAM,
        zlib_maximum_output_length=LARGEST_STREAM,
        xform_maximum_invocations_per_extraction=MOST_FORMS,
    )
    try:
        reader = PdfReader(BytesIO(content))
        _open(reader)
        title = str((reader.metadata and reader.metadata.title) or "").strip()
        pages = list(_pages(reader, most_pages, most_characters))
        _check("".join(pages))
        return "" if _NO_TITLE.search(title) else _named(_sound(title[:LONGEST_TITLE])), pages
    except Unreadable:
        raise
    except Exception as error:  # a broken file makes the library raise anything
        raise Unreadable(f"it is not a readable PDF file ({type(error).__name__})") from error


def _named(title: str) -> str:
    """What is a name of a file is written in words."""
    return title if " " in title else re.sub(r"[_-]+", " ", title).strip()


def _check(text: str) -> None:
    """Some files only say which shapes to draw, and not which letters they are. Raises Unreadable."""
    if len(_NO_LETTER.findall(text)) > MOST_NO_LETTERS * len(text):
        raise Unreadable("its letters are only drawn, so that no program can read them")


def _open(reader: Any) -> None:
    """Most encrypted files open without a password. Raises Unreadable for the others."""
    from pypdf.errors import DependencyError

    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(PROTECTED)
    except DependencyError as error:
        raise Unreadable("it is encrypted, and reading it needs the extra `encryption`") from error


def _pages(reader: Any, most: int, most_characters: int) -> Iterator[str]:
    characters = 0
    for page in islice(reader.pages, most):
        text = _sound(page.extract_text()[:most_characters])
        yield text
        characters += len(text)
        if characters > most_characters:
            return


def _sound(text: str) -> str:
    """Without halves of characters, which can neither be stored nor sent."""
    return text.encode("utf-8", "replace").decode("utf-8")
