"""The title and the text of a page of an unknown author: to be called in a process that can be ended."""

from app.clients.knowledge.markdown_document import markdown_document
from app.clients.untrusted.characters import decoded
from app.clients.web import main_text as html
from app.clients.web import pdf_paragraphs as pdf
from app.clients.web.media import Kind
from app.clients.web.tidy_text import on_one_line, shortened, tidy


def title_and_text(content: bytes, kind: Kind, charset: str, most_pages: int, most_characters: int) -> tuple[str, str]:
    """Tidy, and at most so many characters. Raises Unreadable."""
    title, text = _extracted(content, kind, charset, most_pages, most_characters)
    return on_one_line(title), shortened(tidy(text[: 2 * most_characters]), most_characters)


def _extracted(content: bytes, kind: Kind, charset: str, most_pages: int, most_characters: int) -> tuple[str, str]:
    if kind == "pdf":
        return pdf.title_and_text(content, most_pages, most_characters)
    text = decoded(content, declared=charset)
    if kind == "html":
        return html.title_and_text(text)
    if kind == "text":
        return "", text
    title, sections = markdown_document(text)
    return title, "\n\n".join(f"{one.heading}\n\n{one.text}" for one in sections)
