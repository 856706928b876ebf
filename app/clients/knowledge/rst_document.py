"""reStructuredText as sections of plain text, by docutils. What Sphinx adds is read as what it shows."""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count
from typing import Any, ClassVar

from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.utils import new_document

from app.clients.knowledge.document_sections import Section, titled
from app.clients.untrusted.hidden_markup import ASIDE, UNSEEN

FENCE = "```"
LONGEST = 1_500_000  # characters
START = 2000  # characters that may hold settings of the file

SETTINGS = {
    "report_level": 5,
    "halt_level": 5,
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "syntax_highlight": "none",
    "pep_references": True,
    "rfc_references": True,
}
SILENT = frozenset(
    {
        *("toctree", "contents", "index", "image", "figure", "raw", "include", "meta", "module", "currentmodule"),
        *("highlight", "default-domain", "default-role", "role", "sectnum", "literalinclude", "graphviz", "mermaid"),
        *("automodule", "autoclass", "autofunction", "automethod", "autosummary", "tabularcolumns", "date", "title"),
        *(
            "sectionauthor",
            "codeauthor",
            "plot",
            "ifconfig",
            "header",
            "footer",
            "py:module",
            "uml",
            "target-notes",
            *("comment", "ignore", "hidden", "hide", "invisible", "todo", "todolist"),
        ),
    }
)
CODE = frozenset(
    {"sourcecode", "code-block", "code", "doctest", "testcode", "testoutput", "console", "prompt", "productionlist"}
)
PAGES = frozenset({"html", "builder_html", "builder_dirhtml", "format_html"})
HIDING = ASIDE | UNSEEN
SAID = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
}

_DIRECTIVE = re.compile(r"^[ \t]*\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?([\w:+.-]+?)::(?=\s|$)", re.MULTILINE)
_ROLE = re.compile(r"(?<![\w:]):([\w:+.-]{1,60}):`")
_SHOWN = re.compile(r"(.*?)\s*<[^<>]*>\Z", re.DOTALL)
_HEAD = re.compile(r"\A\s*(?:[A-Z][\w-]*:(?:[ \t].*)?\n(?:[ \t]+.*\n)*){2,}(?=\n)")
_MARKS = re.compile(r"^[ \t]*\.\. [\w:-]+::|:[\w:-]+:`|``\w|^\.\. _[^\n]+:[ \t]*(?:\n|\S)", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?P<over>([=*#~^-])\2{2,}\n)?\S[^\n]*\n([=*#~^\"'`-])\3{2,}[ \t]*$", re.MULTILINE)


_FOR_SPHINX = re.compile(
    r"^:(?:orphan|tocdepth|nocomments|no-?search|hide-(?:toc|navigation|footer)|html_theme[\w.-]*|og:[\w:]+):[^\n]*$",
    re.MULTILINE,
)
"""Settings of the file."""


def is_rst(text: str) -> bool:
    """Whether a text without a telling name is one."""
    start = text[:20_000]
    return bool(_UNDERLINED.search(start) and _MARKS.search(start))


def rst_document(text: str) -> tuple[str, list[Section]]:
    """The title and the sections."""
    head = _HEAD.match(text)
    title, text = (_title_of(head[0]), text[head.end() :]) if head else ("", text)
    text = _FOR_SPHINX.sub("", text[:START]) + text[START:]
    _learn(text[:LONGEST])
    tree = new_document("text", _settings())
    Parser().parse(text[:LONGEST], tree)
    sections = list(_sections(tree, 0))
    return title or titled(sections), sections


@cache
def _settings() -> Any:
    settings = get_default_settings(Parser)
    vars(settings).update(SETTINGS)
    return settings


def _title_of(head: str) -> str:
    """Of a head as letters have it."""
    fields = dict(re.findall(r"^([A-Z][\w-]*):[ \t]*(.*(?:\n[ \t]+.*)*)", head, re.MULTILINE))
    return " ".join(re.sub(r"\\(\S)", r"\1", fields.get("Title") or fields.get("Subject") or "").split())


def _learn(text: str) -> None:
    """What the text uses and docutils does not know is read as what it shows."""
    for name in {*_DIRECTIVE.findall(text), *SILENT, *CONDITIONAL}:
        if name in SILENT:
            directives.register_directive(name, _Silent)
        elif name in CONDITIONAL:
            directives.register_directive(name, CONDITIONAL[name])
        elif name in CODE:
            directives.register_directive(name, _Code)
        elif name not in _known_directives():
            directives.register_directive(name, _Anything)
    for name in set(_ROLE.findall(text)):
        if name not in ("sub", "sup", "subscript", "superscript", "math", "code", "raw", "pep", "rfc"):
            roles.register_local_role(name, _role)


def _known_directives() -> Any:
    return directives._directive_registry


def _role(name: str, rawtext: str, text: str, lineno: int, inliner: Any, *_: Any) -> Any:  # noqa: ARG001 - as docutils calls it
    shown = _SHOWN.match(text)
    words = shown[1] if shown and shown[1] else text.rpartition(".")[2] if text.startswith("~") else text
    return [nodes.inline(rawtext, nodes.unescape(words.lstrip("!~")))], []


class _Options(dict[str, Callable[[str], str]]):
    """Every option is known, and means nothing."""

    def __missing__(self, key: str) -> Callable[[str], str]:
        return lambda value: value or ""

    def __contains__(self, key: object) -> bool:
        return True

    def __bool__(self) -> bool:
        return True


class _Anything(Directive):  # type: ignore[misc]
    """Shows its argument and its content."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec: ClassVar[Any] = _Options()

    def run(self) -> list[nodes.Node]:
        shown = nodes.container()
        words = " ".join((self.arguments or [""])[0].split())
        if self.name in SAID:
            version, _, said = words.partition(" ")
            words = f"{SAID[self.name]} {version}: {said}".strip()
        if words:
            shown += nodes.paragraph(words, "", *self.state.inline_text(words, self.lineno)[0])
        self.state.nested_parse(self.content, self.content_offset, shown)
        if words.endswith(":") and self.name in SAID and len(shown) > 1 and isinstance(shown[1], nodes.paragraph):
            first = shown[1]
            shown.replace(first, [])
            shown[0] = nodes.paragraph("", "", nodes.Text(f"{words} "), *first.children)
        return [shown]


class _Silent(_Anything):
    def run(self) -> list[nodes.Node]:
        return []


class _Only(_Anything):
    """Shows its content where that is shown on pages of HTML."""

    def run(self) -> list[nodes.Node]:
        if not _is_for_pages(" ".join(self.arguments)):
            return []
        shown = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, shown)
        return [shown]


class _Class(_Anything):
    """Says how what stands in it, or next to it, looks."""

    def run(self) -> list[nodes.Node]:
        hides = not HIDING.isdisjoint(" ".join(self.arguments).split())
        if not self.content:
            return [nodes.comment(hides_next=hides)]
        shown = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, shown)
        return [] if hides else [shown]


CONDITIONAL = {"only": _Only, "class": _Class, "rst-class": _Class, "cssclass": _Class}


def _is_for_pages(condition: str) -> bool:
    """By the tags that Sphinx sets; `not` binds closest, then `and`."""
    words = re.findall(r"[\w.-]+", condition)
    either = " ".join(words).split(" or ")
    return any(all(_is_tag_set(one) for one in each.split(" and ")) for each in either)


def _is_tag_set(said: str) -> bool:
    is_set = said.removeprefix("not ") in PAGES
    return is_set != said.startswith("not ")


class _Code(_Anything):
    def run(self) -> list[nodes.Node]:
        code = "\n".join(self.content)
        return [nodes.literal_block(code, code)]


def _sections(parent: nodes.Element, level: int, heading: str = "") -> Iterator[Section]:
    own = [child for child in parent.children if not isinstance(child, nodes.section | nodes.title | nodes.subtitle)]
    yield Section(heading, re.sub(r"\n{3,}", "\n\n", _blocks(own)).strip("\n"), level)
    for child in parent.children:
        if isinstance(child, nodes.section):
            title = child.next_node(nodes.title)
            yield from _sections(child, level + 1, _line(title) if title is not None else "")


def _blocks(children: Any) -> str:
    return "\n\n".join(filter(None, map(_block, _seen(children))))


def _seen(children: Any) -> Iterator[Any]:
    hides_next = False
    for child in children:
        is_element = isinstance(child, nodes.Element)
        if not hides_next and not (is_element and HIDING.intersection(child.get("classes", ()))):
            yield child
        hides_next = is_element and child.get("hides_next", False)


def _block(node: Any) -> str:  # noqa: C901 - one case for each kind of block
    match node:
        case nodes.Text():
            return ""
        case nodes.bullet_list():
            return _list(node, lambda: "- ")
        case nodes.enumerated_list():
            numbers = count(int(node.get("start", 1)))
            return _list(node, lambda: f"{next(numbers)}. ")
        case nodes.definition_list() | nodes.option_list() | nodes.field_list():
            return "\n\n".join(_entry(item) for item in node.children)
        case nodes.table():
            return _table(node)
        case nodes.literal_block() | nodes.doctest_block() | nodes.math_block():
            return f"{FENCE}\n{node.astext()}\n{FENCE}"
        case (
            nodes.comment() | nodes.system_message() | nodes.substitution_definition() | nodes.target() | nodes.image()
        ):
            return ""
        case nodes.line_block():
            return "\n".join(filter(None, (_block(line) or _words(line) for line in node.children)))
        case nodes.footnote() | nodes.citation():
            return _blocks([child for child in node.children if not isinstance(child, nodes.label)])
        case nodes.TextElement():
            return _words(node)
        case nodes.Element():
            return _blocks(node.children)
        case _:
            return ""


def _list(node: Any, mark: Callable[[], str]) -> str:
    written = ((mark(), _blocks(item.children)) for item in node.children)
    return "\n".join(lead + text.replace("\n", "\n" + " " * len(lead)) for lead, text in written)


def _entry(item: Any) -> str:
    """A term and what it means, in one paragraph when that is one."""
    terms = [child for child in item.children if isinstance(child, nodes.term | nodes.option_group | nodes.field_name)]
    about = [
        child for child in item.children if isinstance(child, nodes.definition | nodes.description | nodes.field_body)
    ]
    named, said = ", ".join(_line(one) for one in terms), _blocks(about)
    return (
        f"{named}: {said}"
        if said and "\n\n" not in said and not said.startswith(("-", FENCE, "1."))
        else f"{named}\n\n{said}".strip()
    )


def _table(node: Any) -> str:
    rows = ([_line(cell) for cell in row.children] for row in node.findall(nodes.row))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows if any(cells))


def _words(node: Any) -> str:
    """The text of a paragraph, without marks of footnotes and of errors."""
    if isinstance(node, nodes.Text):
        return str(node.astext()).replace("``", "")
    if isinstance(node, nodes.footnote_reference | nodes.citation_reference | nodes.image | nodes.system_message):
        return ""
    if isinstance(node, nodes.substitution_reference):
        known = node.document.substitution_defs.get(node["refname"]) if node.document else None
        return str(known.astext()) if known is not None else str(node.astext())
    if isinstance(node, nodes.problematic):
        return re.sub(r"^[:\w+.-]*:?`([^`<]*?)\s*(?:<[^>]*>)?`_{0,2}$", r"\1", node.astext())
    words = "".join(_words(child) for child in node.children)
    return re.sub(r" +(?=[.,;:)]|$)", "", words) if node.next_node(nodes.footnote_reference) else words


def _line(node: Any) -> str:
    """In one line; the paragraphs of a cell are words of it."""
    return " ".join(
        "".join(_words(child) + " " * isinstance(child, nodes.paragraph) for child in node.children).split()
    )
