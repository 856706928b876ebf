"""AsciiDoc as Markdown: the parts of it that documentation is written in."""

import re
from collections.abc import Iterator, Sequence

FENCE = "```"

_ATTRIBUTE = re.compile(r"^:(!?[\w-]+!?):(?:[ \t]+(.*))?$")
_CONDITION = re.compile(r"^(ifn?def|ifeval|endif)::([^\[\s]*)\[(.*)\][ \t]*$")
_KNOWN = frozenset({"asciidoctor", "backend", "backend-html5", "basebackend-html", "doctype", "filetype-html", "nbsp"})
"""Attributes that a published page has."""
_VALUES = {"nbsp": " ", "sp": " ", "empty": "", "blank": "", "zwsp": "", "amp": "&", "deg": "°"}
_HIGH = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_HEADER = re.compile(r"\A((?:[ \t]*(?://[^\n]*|:[^\n]*)?\n)*=[ \t]+\S[^\n]*\n)((?:[ \t]*\S[^\n]*(?:\n|\Z))+)")
_HEADING = re.compile(r"^(={1,6}|#{1,6})[ \t]+(\S.*)$")
_ITEM = re.compile(r"^[ \t]*(\*{1,5}|-|\.{1,5})[ \t]+(\S.*)$")
_CALLOUT = re.compile(r"^<(\d+|\.)>[ \t]+")
_TERM = re.compile(r"^(\S.{0,200}?)(?:::+|;;)(?:[ \t]+(.*))?$")
_SETTING = re.compile(r"^\[[^\]\n]*\]\]?$")
_MACRO = re.compile(r"^(?:include|image|video|audio|toc|ifdef|ifndef|ifeval|endif)::.*\[.*\]$")
_INCLUDE = re.compile(r"^(?:include|tag|end)::.*\[.*\]$")
_BLOCKS = re.compile(r"^(?:={4,}|\*{4,}|_{4,}|--)$")
_CODE = re.compile(r"^(?:-{4,}|\.{4,}|`{3,}.*)$")
_TABLE = re.compile(r"^[|!,:]={3,}$")
_SILENT = re.compile(r"^(?:/{4,}|\+{4,})$")
_CELL = re.compile(r"(?:^|[ \t])(?:\d*\.?\d*[+*])?[<^>]?(?:\.[<^>])?[adehlmsv]?\|")
_MARK = re.compile(r"[ \t]*(?://|#|--)?[ \t]*<(?:\d+|\.)>[ \t]*$|[ \t]*<!--(?:\d+|\.)-->[ \t]*$", re.MULTILINE)
_INLINE = (
    (re.compile(r"(?:anchor:[\w.-]+\[[^\]]*\]|\[\[[^\]\n]+\]\]|indexterm2?:\[[^\]]*\]|\(\(\([^)]*\)\)\))"), ""),
    (re.compile(r"(?<![\w$(`])\(\(([^()\n]+)\)\)"), r"\1"),
    (re.compile(r"(?<=[\w)])\^([+-]?\d{1,9})\^"), lambda found: found[1].translate(_HIGH)),
    (re.compile(r"(?<=[\w)])([\^~])([\w+-]{1,20})\1"), r"\2"),
    (re.compile(r"image:[^\s\[:][^\s\[]*\[([^\]]*)\]"), ""),
    (re.compile(r"(?:xref|link|mailto):[^\s\[]+\[([^\]]+?)(?:,\s*(?:window|role)=[^\]]*|\^)?\]"), r"\1"),
    (re.compile(r"https?://[^\s\[\]<>]+\[([^\]]+?)(?:,\s*(?:window|role)=[^\]]*|\^)?\]"), r"\1"),
    (re.compile(r"<<[^,>\n]+,\s*([^>\n]+)>>"), r"\1"),
    (re.compile(r"<<#?([^>\n]+)>>"), r"\1"),
    (re.compile(r"footnote:[\w-]*\[([^\]]*)\]"), r" (\1)"),
    (re.compile(r"(?:kbd|btn|pass|stem):\w*\[([^\]]*)\]"), r"\1"),
    (re.compile(r"\b[a-z]{2,20}:(?:[\w-]+:)?([^\s\[\]]+?)\[(?:[\w-]+=[^\]]*)?\]"), lambda found: _name_of(found[1])),
    (re.compile(r"\b[a-z]{2,20}:[^\s\[\]:]+\[([^\]\n]+)\]"), r"\1"),
    (re.compile(r"menu:([^\[]+)\[([^\]]*)\]"), r"\1 > \2"),
    (re.compile(r"\"`(.+?)`\""), r'"\1"'),
    (re.compile(r"'`(.+?)`'"), r"'\1'"),
    (re.compile(r"\[[.#][^\]\n]*\](?=[#*_`])"), ""),
    (re.compile(r"(?<![\w#])#([^#\n]+)#(?![\w#])"), r"\1"),
    (re.compile(r"`\+([^\n+`]+)\+`"), r"`\1`"),
    (re.compile(r"(?<![\w+])\+{1,3}([^\s+][^\n+]*?)\+{1,3}(?![\w+])"), r"`\1`"),
    (re.compile(r"(?<![\w*])\*([^\s*][^*\n]*?)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_([^\s_][^_\n]*?)_(?![\w_])"), r"\1"),
    (re.compile(r"[ \t]\+$"), ""),
)


def as_markdown(text: str) -> str:
    """Blocks as Markdown has them; what a publishing program would look up elsewhere is left out."""
    text = "\n".join(_chosen(text.split("\n")))
    return "\n".join(_written(_HEADER.sub(_without_authors, text, count=1).split("\n")))


def _chosen(lines: Sequence[str]) -> Iterator[str]:
    """Without what depends on attributes that the document does not set."""
    known, hidden = set(_KNOWN), list[bool]()
    for line in lines:
        if not (found := _CONDITION.match(line)):
            if not any(hidden):
                yield line
                _learn(line, known)
        elif found[1] == "endif":
            hidden = hidden[:-1]
        else:
            every = all if "+" in found[2] else any
            given = every(name in known for name in re.split(r"[,+]", found[2]))
            shown = found[1] == "ifeval" or given == (found[1] == "ifdef")
            if found[1] == "ifeval" or not found[3]:
                hidden.append(not shown)
            elif shown and not any(hidden):
                yield found[3]


def _learn(line: str, known: set[str]) -> None:
    if found := _ATTRIBUTE.match(line.rstrip()):
        name = found[1].strip("!")
        (known.discard if "!" in found[1] else known.add)(name)


def _without_authors(header: re.Match[str]) -> str:
    """The title, and the attributes below it."""
    return header[1] + "".join(line for line in header[2].splitlines(keepends=True) if line.startswith((":", "//")))


def _written(lines: Sequence[str]) -> Iterator[str]:
    values, at = dict(_VALUES), 0
    while at < len(lines):
        line, at = lines[at].rstrip(), at + 1
        if _CODE.match(line) or _SILENT.match(line):
            end = _end_of(lines, at, "```" if line.startswith("`") else line)
            code = [_MARK.sub("", each) for each in lines[at:end] if not _INCLUDE.match(each)]
            if _CODE.match(line) and any(map(str.strip, code)):
                yield from ("", FENCE, *code, FENCE, "")
            at = end + 1
        elif _TABLE.match(line):
            end = _end_of(lines, at, line)
            yield from (
                "",
                *_table(lines[at - 2] if at > 1 else "", [_said(each, values) for each in lines[at:end]]),
                "",
            )
            at = end + 1
        elif found := _ATTRIBUTE.match(line):
            values[found[1]] = found[2] or ""
        else:
            yield _line(line, values)


def _end_of(lines: Sequence[str], start: int, mark: str) -> int:
    return next((at for at in range(start, len(lines)) if lines[at].rstrip() == mark), len(lines))


def _line(line: str, values: dict[str, str]) -> str:
    if (
        line.startswith("//")
        or _SETTING.match(line)
        or _MACRO.match(line)
        or _BLOCKS.match(line)
        or line.strip() in ("+", "'''", "<<<")
    ):
        return ""
    if found := _HEADING.match(line):
        return f"\n{'#' * len(found[1])} {_said(found[2], values)}\n"
    if found := _CALLOUT.match(line):
        return f"1. {_said(line[found.end() :], values)}"
    if found := _ITEM.match(line):
        depth = len(found[1].lstrip("-")) or 1
        mark = "1." if found[1].startswith(".") else "-"
        return f"{'   ' * (depth - 1)}{mark} {_said(found[2], values)}"
    if (found := _TERM.match(line)) and not found[1].endswith(":"):
        return f"\n{_said(found[1], values)}: {_said(found[2] or '', values)}".rstrip()
    if line.startswith(".") and line[1:2].strip() and not line.startswith(".."):
        return f"\n{_said(line[1:], values)}\n"
    return _said(line.strip() if line.startswith(" ") else line, values)


def _said(text: str, values: dict[str, str]) -> str:
    text = re.sub(r"\{(?:url|link)?[\w-]+\}[^\s\[\]{}]*\[([^\]\n]+)\]", r"\1", text)
    text = re.sub(r"(?<!\\)\{([\w-]+)\}", lambda found: values.get(found[1], found[1]), text)
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text.replace("\\{", "{")


def _name_of(target: str) -> str:
    """What a target without words is called: a class by its own name, a page by its file's."""
    path = re.sub(r"(?:/index)?\.(?:adoc|html)(?:#.*)?$|#.*$", "", target)
    return (
        path.rpartition("/")[2].replace("-", " ")
        if path != target
        else re.sub(r"^(?:[a-z]\w*\.)+(?=[A-Z])", "", target)
    )


def _table(setting: str, lines: Sequence[str]) -> Iterator[str]:
    """Cells stand in one line for each row, or in one line each: `cols`, or the first line, tells how many."""
    cells = list[str]()
    width = _width(setting, lines)
    for line in filter(str.strip, lines):
        starts = [found.end() for found in _CELL.finditer(line)]
        if not starts and cells:
            cells[-1] = f"{cells[-1]} {line.strip()}"
        for start, end in zip(starts, [*starts[1:], len(line) + 1], strict=False):
            cells.append(re.sub(r"(?:\d*\.?\d*[+*])?[<^>]?[adehlmsv]?\|$", "", line[start:end]).strip())
    for at in range(0, len(cells), width):
        yield f"| {' | '.join(cell.replace('|', ' ') for cell in cells[at : at + width])} |"
        if at == 0:
            yield "|" + " --- |" * width


def _width(setting: str, lines: Sequence[str]) -> int:
    columns = re.search(r"cols=(?:\"([^\"]+)\"|'([^']+)'|([^,\]]+))", setting)
    if columns:
        parts = re.split(r"[,;]", columns[1] or columns[2] or columns[3])
        return max(1, sum(int(many[1]) if (many := re.match(r"\s*(\d+)\*", each)) else 1 for each in parts))
    first = next((line for line in lines if line.strip()), "")
    return max(1, len(_CELL.findall(first)))
