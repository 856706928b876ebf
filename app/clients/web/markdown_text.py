"""Markdown as plain text. Every pattern is bounded: the text may have been written to make reading it slow."""

import re

from app.clients.web.markdown_lines import FENCE, FOOTNOTE, laid_out

_HEADING = re.compile(r" {0,3}#{1,6}\s+(.*)")
_INLINE = (
    (FOOTNOTE, ""),
    (re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,1000}\)"), r"\1"),
    (re.compile(r"\*\*([^*\n]{1,500})\*\*"), r"\1"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*\n]{0,500})\*(?![\w*])"), r"\1"),
    (re.compile(r"`([^`\n]{1,300})`"), r"\1"),
    (re.compile(r"^ {0,3}>\s?"), ""),
)


def title_and_text(markdown: str) -> tuple[str, str]:
    """The title is the first heading, or ""."""
    title, lines, fenced = "", list[str](), False
    for line in laid_out(_body(markdown.split("\n"))):
        if FENCE.match(line):
            fenced = not fenced
            lines.append(line)
        elif not fenced and (heading := _HEADING.fullmatch(line)):
            words = _plain(heading[1].rstrip("# "))
            title = title or words
            lines += ("", words, "")
        else:
            lines.append(line if fenced else _plain(line))
    return title, "\n".join(lines)


def _body(lines: list[str]) -> list[str]:
    """Without what stands between two rules before the text: settings of the program that publishes it."""
    if lines[0].strip() != "---" or "---" not in lines[1:]:
        return lines
    return lines[lines.index("---", 1) + 1 :]


def _plain(line: str) -> str:
    for pattern, replacement in _INLINE:
        line = pattern.sub(replacement, line)
    return line
