"""Markdown as sections of plain text: rows of tables between bars, code between fences, items with their marks."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.clients.knowledge import front_matter
from app.clients.knowledge.document_sections import Section, titled
from app.clients.knowledge.hidden_source import VOID, without_hidden
from app.clients.knowledge.html_sections import sections_of_html
from app.clients.knowledge.markdown_source import cleaned
from app.clients.untrusted.hidden_markup import is_hidden_tag

FENCE = "```"
LONGEST_LINE, LONGEST_WORD = 4000, 500  # characters
_NOTE = re.compile(r"^ {0,3}\[\^[^\]\n]{1,50}\]:[ \t]*", re.MULTILINE)
_NOTE_MARK = re.compile(r"(?<=[^\s(|\[])\[\^[^\]\n]{1,50}\]|[ \t]\[\^\d{1,3}\]")
_DIRECTIVE = re.compile(r"\{(?:note|tip|warning|important|caution|hint|seealso|admonition|danger|attention|error)\}")
_OPTIONS = re.compile(r"\A(?:[ \t]*:{1,2}[\w-]+:[^\n]*\n)+")
_NAME = re.compile(r"(?!.*\.(?:md|html?)$)[A-Za-z_][\w.]*")
"""What a link without words leads to in Sphinx, and is shown as."""
_TITLE = re.compile(r"<h1\b[^>]{0,500}>.{0,2000}?</h1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
PICTURE = "\x1f"
_PICTURE_GAP = re.compile(f" {PICTURE} ")
_SPACES = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")


def markdown_document(text: str) -> tuple[str, list[Section]]:
    """The title and the sections."""
    title, text = front_matter.split(_with_short_lines(text))
    found, sections = plain_markdown(cleaned(_NOTE.sub("", without_hidden(_without_comments(text)))))
    return title or found, sections


def plain_markdown(text: str) -> tuple[str, list[Section]]:
    """The same of Markdown that has nothing but Markdown in it."""
    sections = list(_by_heading(_parser().parse(text)))
    return titled(sections), sections


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _with_short_lines(text: str) -> str:
    """A line that no author has typed is cut: what reads it takes longer the longer a paragraph is."""
    if len(text) < LONGEST_WORD:
        return text
    return "\n".join(part for line in text.split("\n") for part in _short(line))


def _short(line: str) -> Iterator[str]:
    longest = LONGEST_LINE if line.count(" ") * 40 > len(line) else LONGEST_WORD
    if len(line) <= longest:
        yield line
    else:
        yield from (f"{line[at : at + longest]}\n" for at in range(0, len(line), longest))


def _without_comments(text: str) -> str:
    """A comment that is never closed is text."""
    first, *others = text.split("<!--")
    pieces = (piece.partition("-->") for piece in others)
    return first + "".join(after if closed else f"&lt;!--{inside}" for inside, closed, after in pieces)


def _by_heading(tokens: Sequence[Token]) -> Iterator[Section]:
    heading, level, start, before = "", 0, 0, ""
    for at, token in enumerate(tokens):
        if token.type == "html_block" and token.level == 0 and (parts := _titled(token.content)):
            yield Section(heading, _joined(before, _text(tokens[start:at]), parts[0]), level)
            heading, level, start, before = parts[1], 1, at + 1, parts[2]
        if token.type == "heading_open" and token.level == 0:
            yield Section(heading, _joined(before, _text(tokens[start:at])), level)
            heading, level, start, before = _named(tokens[at + 1]), int(token.tag[1]), at + 3, ""
    yield Section(heading, _joined(before, _text(tokens[start:])), level)


def _titled(markup: str) -> tuple[str, str, str] | None:
    """Of a block of HTML with a heading of the first level: what stands before it, the heading, and what follows."""
    title = _TITLE.search(markup)
    heading = sections_of_html(title[0])[1][-1][0] if title else ""
    sections = sections_of_html(markup)[1] if heading else []
    at = next((at for at, (one, _) in enumerate(sections) if one == heading), 0)
    return (_shown(sections[:at]), heading, _shown([("", sections[at][1]), *sections[at + 1 :]])) if at else None


def _joined(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))


def _text(tokens: Sequence[Token]) -> str:
    return _GAPS.sub("\n\n", "".join(_Blocks().written(tokens))).strip("\n")


class _Blocks:
    """Writes blocks one after the other: each knows the list that it stands in."""

    def __init__(self) -> None:
        self._lists: list[Iterator[int] | None] = []
        self._marker = ""
        self._row: list[str] = []

    def written(self, tokens: Sequence[Token]) -> Iterator[str]:  # noqa: C901, PLR0912 - one case for each kind of token
        for token in tokens:
            match token.type:
                case "bullet_list_open" | "ordered_list_open":
                    self._lists.append(count(int(token.attrs.get("start", 1))) if token.tag == "ol" else None)
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                    yield "\n" if not self._lists else ""
                case "list_item_open":
                    numbers = self._lists[-1]
                    self._marker = f"{next(numbers)}{token.markup} " if numbers else "- "
                case "list_item_close":
                    yield f"{self._lead()}\n" if self._marker else ""
                case "inline":
                    yield from self._words(_inline(token))
                case "paragraph_close" | "heading_close":
                    yield "\n" if token.hidden else "\n\n"
                case "tr_open":
                    self._row = []
                case "tr_close":
                    yield f"| {' | '.join(self._row)} |\n" if any(self._row) else ""
                case "table_close":
                    self._row = []
                    yield "\n"
                case "th_open" | "td_open":
                    self._row.append("")
                case "fence" | "code_block":
                    yield self._code(token)
                case "html_block":
                    yield f"{_from_html(token.content)}\n\n"
                case _:
                    pass

    def _words(self, text: str) -> Iterator[str]:
        if self._row and not self._row[-1]:
            self._row[-1] = _line(text)
        elif not self._row:
            inside = "\n" + "  " * len(self._lists)
            yield self._lead() + text.strip().replace("\n", inside)

    def _lead(self) -> str:
        depth, marker = len(self._lists), self._marker
        self._marker = ""
        return "  " * (depth - 1) + marker if marker else "  " * depth

    def _code(self, token: Token) -> str:
        if _DIRECTIVE.match(token.info):
            return _text(_parser().parse(cleaned(_OPTIONS.sub("", token.content)))) + "\n\n"
        lead = f"{self._lead().rstrip()}\n" if self._marker else ""
        return f"{lead}{FENCE}\n{token.content.rstrip()}\n{FENCE}\n\n"


def _inline(token: Token) -> str:
    said = _NOTE_MARK.sub("", _PICTURE_GAP.sub(" ", "".join(_said(token.children or []))).replace(PICTURE, ""))
    return "\n".join(line.strip() for line in said.split("\n"))


def _named(token: Token) -> str:
    """The words of a heading; of one that only has a picture, what that is called. Elsewhere no reader sees that."""
    pictures = [one for one in token.children or [] if one.type == "image"]
    return _line(_inline(token)) or _line(" ".join(map(_inline, pictures)))


def _said(tokens: Sequence[Token]) -> Iterator[str]:
    """The words, without those that a reader does not see."""
    hidden: list[str] = []
    for at, token in enumerate(tokens):
        if token.type == "html_inline" and (tag := _TAG.match(token.content)):
            name = tag[2].lower()
            if tag[1]:
                hidden = hidden[:-1] if hidden and hidden[-1] == name else hidden
            elif (
                name not in VOID
                and not token.content.endswith("/>")
                and (is_hidden_tag(token.content) or name in hidden)
            ):
                hidden.append(name)
            yield "\n" if name == "br" and not hidden else ""
        elif not hidden and token.type == "link_open" and tokens[at + 1].type == "link_close":
            yield href if _NAME.fullmatch(href := str(token.attrs["href"])) else ""
        elif not hidden:
            yield _word(token)


def _word(token: Token) -> str:
    match token.type:
        case "text" | "code_inline":
            return token.content.replace("\xa0", " ")
        case "softbreak" | "hardbreak":
            return "\n"
        case "image":
            return PICTURE
        case _:
            return ""


def _from_html(markup: str) -> str:
    """The text of a block of HTML; what is written in Markdown between its tags is read as that."""
    return _shown(sections_of_html(markup)[1])


def _shown(sections: Sequence[tuple[str, str]]) -> str:
    lines = "\n\n".join(f"{heading}\n\n{text}".strip() for heading, text in sections).split("\n")
    return "\n".join(line if line.startswith("|") else _inline_of(line) for line in lines)


def _inline_of(line: str) -> str:
    words = line.lstrip(" ")
    return line[: len(line) - len(words)] + "".join(_inline(token) for token in _parser().parseInline(words))


def _line(text: str) -> str:
    return _SPACES.sub(" ", text.replace("\n", " ")).strip()
