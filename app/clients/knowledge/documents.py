"""Files as documents: each kind becomes a title and sections of plain text.

A reader is loaded when the first file of its kind is read.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from os.path import splitext
from pathlib import PurePath

from app.clients.knowledge import front_matter
from app.clients.knowledge.document_sections import Section, nested
from app.clients.knowledge.html_sections import sections_of_html
from app.clients.knowledge.names_for_people import for_people
from app.clients.language.research.instructions import name_for_people
from app.clients.untrusted.characters import decoded, shown, stated
from app.clients.untrusted.confined import Confined
from app.clients.untrusted.pdf_text import title_and_pages

LARGEST_FILE = 20_000_000  # bytes
MOST_PAGES = 2000  # of a PDF
MOST_CHARACTERS = 20_000_000
UNNAMED = "A document without a title"


@dataclass(frozen=True)
class Document:
    title: str
    sections: tuple[Section, ...]


def read(name: str, content: bytes) -> Document:
    """The document that a file holds; `name` decides how it is read. Raises Unreadable."""
    title, sections = _seen(name, content)
    return _document(name, title, sections)


def read_in_time(name: str, content: bytes, seconds: float) -> Document:
    """The same for files of unknown authors. Raises Unreadable, DependencyDown."""
    title, sections = _confined()(content, name, seconds=seconds)
    return _document(name, title, [Section(*each) for each in sections])


def stop_reading() -> None:
    """End what is being read in time."""
    _confined().stop()


def parts(content: bytes, name: str) -> tuple[str, list[tuple[str, str, int]]]:
    """A document as JSON can say it. Raises Unreadable."""
    title, sections = _seen(name, content)
    return title, [(one.heading, one.text, one.level) for one in sections]


def _seen(name: str, content: bytes) -> "Read":
    title, sections = READERS[PurePath(name).suffix.lower()](content)
    return shown(title), [replace(one, heading=shown(one.heading), text=shown(one.text)) for one in sections]


def _document(name: str, title: str, sections: list[Section]) -> Document:
    return Document(title_for_people(title, name), tuple(nested(for_people(sections))))


@cache
def _confined() -> Confined:
    return Confined(f"{__name__}:{parts.__name__}")


def is_known(name: str) -> bool:
    return splitext(name)[1].lower() in READERS and not name.startswith(".")


Read = tuple[str, list[Section]]


def _markdown(content: bytes) -> Read:
    from app.clients.knowledge.markdown_document import markdown_document

    return markdown_document(decoded(content))


def _with_settings(content: bytes, document: Callable[[str], Read]) -> Read:
    """A document without the settings before it, which may give its title."""
    title, text = front_matter.split(decoded(content))
    found, sections = document(text)
    return title or found, sections


def _restructured(content: bytes) -> Read:
    from app.clients.knowledge.rst_document import rst_document

    return _with_settings(content, rst_document)


def _asciidoc(content: bytes) -> Read:
    from app.clients.knowledge import asciidoc_source
    from app.clients.knowledge.markdown_document import plain_markdown

    return _with_settings(content, lambda text: plain_markdown(asciidoc_source.as_markdown(text)))


def _org(content: bytes) -> Read:
    from app.clients.knowledge import org_source
    from app.clients.knowledge.markdown_document import plain_markdown

    def document(text: str) -> Read:
        title, written = org_source.as_markdown(text)
        found, sections = plain_markdown(written)
        return title or found, sections

    return _with_settings(content, document)


def _tex(content: bytes) -> Read:
    from app.clients.knowledge.tex_document import tex_document

    return tex_document(decoded(content))


def _text(content: bytes) -> Read:
    """Documentation in reStructuredText is often named .txt."""
    from app.clients.knowledge.rst_document import is_rst, rst_document

    return _with_settings(content, lambda text: rst_document(text) if is_rst(text) else ("", [Section("", text)]))


def _word(content: bytes) -> Read:
    from app.clients.knowledge.packed_documents import word_document

    return word_document(content)


def _book(content: bytes) -> Read:
    from app.clients.knowledge.packed_documents import book

    return book(content)


def _html(content: bytes) -> Read:
    """A template of a page has settings before it, and tags inside."""
    from app.clients.knowledge.markdown_source import without_templates

    title, markup = front_matter.split(text := decoded(content, declared=stated(content)))
    found, sections = sections_of_html(markup)
    if markup != text:
        sections = sections_of_html(without_templates(markup))[1]
    return title or front_matter.named(found), [Section(heading, text) for heading, text in sections]


def _pdf(content: bytes) -> Read:
    title, pages = title_and_pages(content, MOST_PAGES, MOST_CHARACTERS)
    return title, [Section(f"Page {number}", page) for number, page in zip(count(1), pages, strict=False)]


READERS: dict[str, Callable[[bytes], Read]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".mdx": _markdown,
    ".txt": _text,
    ".text": _text,
    ".rst": _restructured,
    ".adoc": _asciidoc,
    ".asciidoc": _asciidoc,
    ".org": _org,
    ".tex": _tex,
    ".docx": _word,
    ".epub": _book,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
}


def title_for_people(title: str, name: str) -> str:
    """The title, or the name of the file, when that is not said to programs."""
    return name_for_people(title, _title_of(name)) or UNNAMED


def _title_of(name: str) -> str:
    words = re.sub(r"[\s_-]+", " ", PurePath(name).stem).strip()
    return words[:1].upper() + words[1:]
