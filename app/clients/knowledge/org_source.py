"""Emacs' Org as Markdown."""

import re
from collections.abc import Iterator

FENCE = "```"

_HEADING = re.compile(r"^(\*+)\s+(?:(?:TODO|DONE|NEXT|WAITING|CANCELLED)\s+)?(?:\[#\w\]\s*)?(.*?)(?:\s+:[\w@:]+:)?\s*$")
_SETTING = re.compile(r"^\s*#\+([\w-]+):\s*(.*)$")
_BEGIN = re.compile(r"^\s*#\+BEGIN_(\w+)", re.IGNORECASE)
_END = re.compile(r"^\s*#\+END_(\w+)", re.IGNORECASE)
_DRAWER = re.compile(r"^\s*:(?!END:)[\w-]+:\s*$")
_PLANNED = re.compile(r"^\s*(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):")
_RULE = re.compile(r"^\s*\|[-+|: ]+\|?\s*$")
_ITEM = re.compile(r"^(\s*)\+\s+")
_INLINE = (
    (re.compile(r"\[\[[^\]\n]+\]\[([^\]\n]+)\]\]"), r"\1"),
    (re.compile(r"\[\[(?:\w+:)?([^\]\n]+)\]\]"), r"\1"),
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
    titles = [found[2] for line in text.split("\n") if (found := _SETTING.match(line)) and found[1].lower() == "title"]
    return (titles[0].strip() if titles else ""), "\n".join(_written(text))


def _written(text: str) -> Iterator[str]:
    silent = code = drawer = False
    for line in text.split("\n"):
        if _END.match(line) and (code or silent):
            yield FENCE if code else ""
            silent = code = False
        elif code or silent:
            yield line if code else ""
        elif drawer:
            drawer = line.strip().upper() != ":END:"
        elif found := _BEGIN.match(line):
            kind = found[1].lower()
            code, silent = kind in ("src", "example"), kind in ("comment", "export")
            yield FENCE if code else ""
        elif _DRAWER.match(line):
            drawer = True
        elif not (_SETTING.match(line) or _PLANNED.match(line) or re.match(r"^\s*#(?:\s|$)", line)):
            yield from _line(line)


def _line(line: str) -> Iterator[str]:
    if found := _HEADING.match(line):
        yield from ("", f"{'#' * min(len(found[1]), 6)} {_said(found[2])}", "")
    elif _RULE.match(line):
        yield "|" + " --- |" * (line.count("+") + 1)
    else:
        yield _said(_ITEM.sub(r"\1- ", line))


def _said(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text
