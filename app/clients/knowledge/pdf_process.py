"""A process of its own that reads one PDF: the file comes in, its title and pages go out as JSON.

Started by pdf.py as a program; nothing of ours is imported, so that it starts fast.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import Any

LONGEST_TITLE = 1000  # characters
LARGEST_STREAM = 20_000_000  # bytes of a page's content, after decompression
MOST_FORMS = 500  # that a page may draw, one inside the other
MOST_MEMORY = 2_000_000_000  # bytes


def read(content: bytes, most_pages: int, most_characters: int) -> tuple[str, list[str]]:
    """The title, and the first pages, each of at most so many characters and not many more together."""
    from pypdf import PdfReader, overwrite_configuration

    overwrite_configuration(
        array_based_stream_maximum_output_length=LARGEST_STREAM,
        lzw_maximum_output_length=LARGEST_STREAM,
        run_length_maximum_output_length=LARGEST_STREAM,
        zlib_maximum_output_length=LARGEST_STREAM,
        xform_maximum_invocations_per_extraction=MOST_FORMS,
    )
    reader = PdfReader(BytesIO(content))
    title = str((reader.metadata and reader.metadata.title) or "").strip()
    return _sound(title[:LONGEST_TITLE]), list(_pages(reader, most_pages, most_characters))


def confine(seconds: int) -> None:
    """Where the system can: an end also when nobody is left to end this process, and to what it may take up."""
    if sys.platform == "win32":
        return
    import resource

    for limit, most in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_AS, MOST_MEMORY)):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))


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


def main() -> None:
    most_pages, most_characters, seconds = (int(word) for word in sys.argv[1:])
    confine(seconds)
    try:
        title, pages = read(sys.stdin.buffer.read(), most_pages, most_characters)
    except Exception as error:  # a broken file makes the library raise anything
        json.dump({"problem": type(error).__name__}, sys.stdout)
    else:
        json.dump({"title": title, "pages": pages}, sys.stdout)


if __name__ == "__main__":
    main()
