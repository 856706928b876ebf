"""The text of a web page by heading: no markup, no scripts, no navigation."""

import re
from html.parser import HTMLParser

SILENT = frozenset({"script", "style", "noscript", "template", "svg", "nav", "iframe", "object", "select", "button"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | {
    *("address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details", "div", "dl", "dt"),
    *("figcaption", "figure", "footer", "form", "header", "hr", "legend", "li", "main", "ol", "p", "pre", "section"),
    *("summary", "table", "tr", "ul"),
}
CELLS = frozenset({"td", "th"})


def sections_of_html(markup: str) -> tuple[str, list[tuple[str, str]]]:
    """The page's title, and (heading, text) of each of its sections."""
    page = _Page()
    page.feed(markup)
    page.close()
    return page.title or next((heading for heading, _ in page.sections if heading), ""), page.sections


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self._found: list[tuple[str, list[str]]] = [("", [])]
        self._silent = 0
        self._heading: list[str] | None = None
        self._titling = False

    @property
    def sections(self) -> list[tuple[str, str]]:
        return [(heading, _tidy("".join(parts))) for heading, parts in self._found]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag == "title":
            self._titling = True
        elif tag in HEADINGS:
            self._heading = []
        elif tag in BLOCKS:
            self._add("\n\n" if tag in {"p", "div", "section"} else "\n")
        elif tag in CELLS:
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "title":
            self._titling = False
        elif tag in HEADINGS and self._heading is not None:
            self._found.append((_line("".join(self._heading)), []))
            self._heading = None
        elif tag in BLOCKS:
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._titling:
            self.title = _line(self.title + data)
        elif self._heading is not None:
            self._heading.append(data)
        else:
            self._add(re.sub(r"\s+", " ", data))

    def _add(self, text: str) -> None:
        if not self._silent and self._heading is None:
            self._found[-1][1].append(text)


def _line(text: str) -> str:
    return " ".join(text.split())


def _tidy(text: str) -> str:
    """Lines without space around them, paragraphs one empty line apart."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", re.sub(r"[^\S\n]+", " ", text))).strip()
