"""Emacs' Org as Markdown."""

import re
from collections.abc import Iterator, Sequence

FENCE = "```"

_HEADING = re.compile(r"^(\*+)\s+(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)\s+)?(?:\[#\w\]\s*)?(.*?)(?:\s+:[\w@:]+:)?\s*$")
_UNEXPORTED = re.compile(
    r"^\*+\s+(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)\s+)?(?:\[#\w\]\s*)?COMMENT(?:\s|$)|^\*+\s.*:noexport:[\w@:]*\s*$"
)
"""Headings of what is not published."""
_SETTING = re.compile(r"^\s*#\+([\w-]+):\s*(.*)$")
_BEGIN = re.compile(r"^\s*#\+BEGIN_(\w+)", re.IGNORECASE)
_END = re.compile(r"^\s*#\+END_(\w+)", re.IGNORECASE)
_DRAWER = re.compile(r"^\s*:(?!END:)[\w-]+:\s*$")
_PLANNED = re.compile(r"^\s*(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):")
_RULE = re.compile(r"^\s*\|[-+|: ]+\|?\s*$")
_ITEM = re.compile(r"^(\s*)\+\s+")
_MACRO = re.compile(r"\{\{\{([\w-]{1,60})(?:\(([^()]{0,300})\))?\}\}\}")
_MEANING = re.compile(r"^(\s*- .{1,200}?)\s+::(?=\s|$)")
_ESCAPED = re.compile(r"^(\s*),(?=[*,]|#\+)")
_INLINE = (
    (re.compile(r"\[\[[^\]\n]+\]\[([^\]\n]+)\]\]"), r"\1"),
    (re.compile(r"\[\[(?:(?!https?:)\w+:)?([^\]\n]+)\]\]"), r"\1"),
    (re.compile(r"\[fn:[\w-]*(?::([^\]\n]*))?\]"), ""),
    (re.compile(r"(?<![\w=])=([^\s=](?:[^=\n]*[^\s=])?)=(?![\w=])"), r"`\1`"),
    (re.compile(r"(?<![\w~])~([^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])"), r"`\1`"),
    (re.compile(r"(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w/:])/([^\s/](?:[^/\n]*[^\s/])?)/(?![\w/])"), r"\1"),
    (re.compile(r"(?<![\w_])_([^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])"), r"\1"),
    (re.compile(r"(?<!\w)\+([^\s+](?:[^+\n]*[^\s+])?)\+(?!\w)"), r"\1"),
    (re.compile(r"<(\d{4}-\d\d-\d\d)[^>\n]*>"), r"\1"),
    (re.compile(r"\\\\$"), ""),
)


def as_markdown(text: str) -> tuple[str, str]:
    """The title ("" for none), and the text as Markdown."""
    text = "\n".join(_published(text.split("\n")))
    titles = [found[2] for line in text.split("\n") if (found := _SETTING.match(line)) and found[1].lower() == "title"]
    return (titles[0].strip() if titles else ""), "\n".join(_written(text))


def _published(lines: Sequence[str]) -> Iterator[str]:
    hidden = 0  # the level of the heading that hides what is below it
    for line in lines:
        level = len(found[1]) if (found := _HEADING.match(line)) else 0
        if level and (not hidden or level <= hidden):
            hidden = level if _UNEXPORTED.match(line) else 0
        if not hidden:
            yield line


def _written(text: str) -> Iterator[str]:
    silent = code = drawer = False
    rows = 0
    for line in _MACRO.sub(lambda found: found[1] if found[2] is None else found[2], text).split("\n"):
        rows = rows + 1 if line.lstrip().startswith("|") else 0
        if _END.match(line):
            yield FENCE if code else ""
            silent = code = False
        elif code or silent:
            yield _ESCAPED.sub(r"\1", line) if code else ""
        elif drawer:
            drawer = line.strip().upper() != ":END:"
        elif found := _BEGIN.match(line):
            kind = found[1].lower()
            code, silent = kind in ("src", "example"), kind in ("comment", "export")
            yield FENCE if code else ""
        elif _DRAWER.match(line):
            drawer = True
        elif not (_SETTING.match(line) or _PLANNED.match(line) or re.match(r"^\s*#(?:\s|$)", line)):
            yield from _line(line, rows)


def _line(line: str, rows: int) -> Iterator[str]:
    """`rows`: of its table, up to this one. The rule below the head is the only one that Markdown knows."""
    if found := _HEADING.match(line):
        yield from ("", f"{'#' * min(len(found[1]), 6)} {_said(found[2])}", "")
    elif _RULE.match(line):
        yield from ["|" + " --- |" * (line.count("+") + 1)] if rows == 2 else []
    else:
        yield _said(_MEANING.sub(r"\1:", _ITEM.sub(r"\1- ", line)))


def _said(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text
