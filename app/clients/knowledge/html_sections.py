"""The text of a web page by heading: no markup, no scripts, no navigation."""

import re
from collections.abc import Iterator
from itertools import count

SILENT = frozenset(
    {"script", "style", "noscript", "template", "svg", "nav", "iframe", "object", "select", "button", "footer"}
)
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = HEADINGS | {
    *("address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "details", "div", "dl", "dt"),
    *("figcaption", "figure", "form", "header", "hr", "legend", "li", "main", "ol", "p", "pre", "section"),
    *("summary", "table", "tr", "ul"),
}
CELLS = frozenset({"td", "th"})
_WHOLE = "<!doctype html><html>"  # an empty text is a page, too
CELL = "\x1f"  # before each, until the row is known
INDENT = "\x1d"  # of an item inside another one


def sections_of_html(markup: str) -> tuple[str, list[tuple[str, str]]]:
    """The page's title, and (heading, text) of each of its sections."""
    from lxml import etree  # type: ignore[import-untyped]  # they take longer to load than everything else here

    from app.clients.untrusted.hidden_markup import without_hidden
    from app.clients.untrusted.nesting import levelled

    page, parser = _Page(), etree.HTMLParser(huge_tree=True)
    parser.feed(_WHOLE + levelled(markup))
    tree = parser.close()
    without_hidden(tree)
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start":
            page.start(element.tag, element.get("start") or "")
            page.data(element.text or "")
        else:
            if event == "end":
                page.end(element.tag)
            page.data(element.tail or "")
    return page.title or next((heading for heading, _ in page.sections if heading), ""), page.sections


class _Page:
    """Hears of tags and text in their order."""

    def __init__(self) -> None:
        self.title = ""
        self._found: list[tuple[str, list[str]]] = [("", [])]
        self._silent = 0
        self._heading: list[str] | None = None
        self._titling = False
        self._row = (self._found[-1][1], 0)  # the parts that it is in, and where it begins
        self._lists: list[Iterator[int] | None] = []
        self._marker = ""  # of a list's item that has no words yet
        self._pre = self._code = False

    @property
    def sections(self) -> list[tuple[str, str]]:
        return [(heading, _tidy("".join(parts))) for heading, parts in self._found]

    def start(self, tag: str, first: str = "") -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag == "title":
            self._titling = True
        elif tag in HEADINGS:
            self._heading = []
        elif tag in BLOCKS:
            self._add("\n\n" if tag in {"p", "div", "section"} else "" if self._at_line_start() else "\n")
            self._open_list(tag, first)
            self._row = (self._found[-1][1], len(self._found[-1][1])) if tag == "tr" else self._row
            self._pre = self._pre or tag == "pre"
        elif tag in CELLS:
            self._add(CELL)
        elif tag == "code" and self._pre:
            self._code = True
            self._add("\n\n```\n")

    def end(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag == "title":
            self._titling = False
        elif tag in HEADINGS and self._heading is not None:
            self._found.append((_line("".join(self._heading)), []))
            self._heading = None
        elif tag == "code" and self._code:
            self._code = False
            self._add("\n```\n\n")
        elif tag in BLOCKS:
            if tag == "tr":
                self._end_row()
            self._pre = self._pre and tag != "pre"
            self._lists = self._lists[:-1] if tag in {"ol", "ul"} else self._lists
            self._add("" if self._at_line_start() else "\n")

    def data(self, data: str) -> None:
        if self._silent or not data:
            return
        if self._titling:
            self.title = _line(self.title + data)
        elif self._heading is not None:
            self._heading.append(data)
        elif self._code:
            self._add(data)
        elif data.strip() or not self._at_line_start():
            marker, self._marker = (self._marker, "") if data.strip() else ("", self._marker)
            self._add(marker + re.sub(r"\s+", " ", data))

    def _end_row(self) -> None:
        """Cells that all are one paragraph are those of a table, and not of a page that it arranges."""
        parts, start = self._row
        head, *cells = "".join(parts[start:]).split(CELL)
        if cells and all("\n" in each and "\n" not in each.strip() for each in cells if each.strip()):
            parts[start:] = [head, *(CELL + each.strip() for each in cells)]

    def _open_list(self, tag: str, first: str) -> None:
        if tag in {"ol", "ul"}:
            self._lists.append(count(int(first) if re.fullmatch(r"\d{1,6}", first) else 1) if tag == "ol" else None)
        elif tag == "li":
            numbers = self._lists[-1] if self._lists else None
            self._marker = INDENT * (len(self._lists) - 1) + (f"{next(numbers)}. " if numbers else "- ")
        elif tag not in {"p", "div"}:
            self._marker = ""

    def _at_line_start(self) -> bool:
        parts = self._found[-1][1]
        return bool(parts) and parts[-1].endswith("\n")

    def _add(self, text: str) -> None:
        if not self._silent and self._heading is None:
            self._found[-1][1].append(text)


def _line(text: str) -> str:
    return " ".join(text.split())


def _tidy(text: str) -> str:
    """Lines without space around them, paragraphs one empty line apart, rows of tables between bars."""
    text = "\n".join(_row(line) if CELL in line else line for line in text.split("\n"))
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", re.sub(r"[^\S\n\x1d]+", " ", text)))
    return text.strip().replace(INDENT, "  ")


def _row(line: str) -> str:
    """Tables that only arrange a page have cells of several lines, or one: they are text."""
    cells = [cell.strip() for cell in line.split(CELL)[1:]]
    return f"| {' | '.join(cells)} |" if sum(map(bool, cells)) > 1 else line.replace(CELL, " ")
