"""The title and the text of a page of an unknown author: to be called in a process that can be ended."""

from app.clients.untrusted.characters import decoded
from app.clients.web import main_text as html
from app.clients.web import markdown_text as markdown
from app.clients.web import pdf_paragraphs as pdf
from app.clients.web.media import Kind


def title_and_text(content: bytes, kind: Kind, charset: str, most_pages: int, most_characters: int) -> tuple[str, str]:
    """Raises Unreadable."""
    if kind == "pdf":
        return pdf.title_and_text(content, most_pages, most_characters)
    text = decoded(content, declared=charset)
    if kind == "html":
        return html.title_and_text(text)
    return markdown.title_and_text(text) if kind == "markdown" else ("", text)
