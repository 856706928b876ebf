"""LaTeX as sections of plain text, by pylatexenc."""

import logging
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from app.clients.knowledge.document_sections import Section
from app.clients.untrusted.confined import Unreadable

FENCE = "```"
LEVELS = {"part": 1, "chapter": 1, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4}

_BRACED = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_TITLE = re.compile(rf"\\title\s*(?:\[[^\]]*\])?\s*{_BRACED}")
_HEADING = re.compile(rf"\\({'|'.join(LEVELS)})\*?\s*(?:\[[^\]]*\])?\s*{_BRACED}")
_CODE = re.compile(
    r"\\begin\{(verbatim|lstlisting|minted|Verbatim)\*?\}(?:\[[^\]]*\])?(?:\{[^}\n]*\})?\n?(.*?)\\end\{\1\*?\}",
    re.DOTALL,
)
_PLAIN = re.compile(r"\\(?:bye\b|hsize\b|font\\\w+=)")
_LATEX = re.compile(r"\\(?:begin\{|documentclass|documentstyle)")
_MADE = re.compile(r"\\(?:maketitle|tableofcontents|newpage|clearpage)\b")
_COMMENT = re.compile(r"(?<!\\)%.*")
_REFERENCE = re.compile(r"[ ~\xa0]?<(?:cit\.|ref)>")


def tex_document(text: str) -> tuple[str, list[Section]]:
    """The title and the sections. Raises Unreadable."""
    if _PLAIN.search(text) and not _LATEX.search(text):
        raise Unreadable("it is plain TeX, and not LaTeX")
    title = _TITLE.search(text)
    start, end = text.find("\\begin{document}"), text.rfind("\\end{document}")
    body = text[max(start, 0) : end if end > 0 else None].removeprefix("\\begin{document}")
    return _plain(title[1]) if title else "", list(_by_heading(_MADE.sub("", _TITLE.sub("", body))))


def _by_heading(body: str) -> Iterator[Section]:
    heading, level, start = "", 0, 0
    for found in _HEADING.finditer(body):
        yield Section(heading, _text(body[start : found.start()]), level)
        heading, level, start = " ".join(_plain(found[2]).split()), LEVELS[found[1]], found.end()
    yield Section(heading, _text(body[start:]), level)


def _text(source: str) -> str:
    parts = _CODE.split(source)
    said = (
        _plain(part) if at % 3 == 0 else f"\n{FENCE}\n{part.strip(chr(10))}\n{FENCE}\n"
        for at, part in enumerate(parts)
        if at % 3 != 1
    )
    return "\n".join(said).strip("\n")


def _plain(source: str) -> str:
    text = _REFERENCE.sub("", _converter().latex_to_text(_COMMENT.sub("", source)))
    text = text.replace("\xa0", " ")
    text = re.sub(r"^[ \t]*\*[ \t]+", "- ", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"^[ \t]+|[ \t]+$", "", text, flags=re.MULTILINE)).strip()


@cache
def _converter() -> Any:
    from pylatexenc.latex2text import LatexNodes2Text

    logging.getLogger("pylatexenc").setLevel(logging.ERROR)
    return LatexNodes2Text(math_mode="text", strict_latex_spaces=True)
