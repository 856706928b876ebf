"""What publishing programs add to Markdown, taken out of its source: shortcodes, components, containers, attributes.

Code stays as it is. What is left is Markdown as every reader knows it.
"""

import re
from collections.abc import Iterable, Iterator

_CODE = r"(?P<ticks>(?<!`)`+(?!`))(?:(?!(?<!`)(?P=ticks)(?!`)).){1,1000}?(?P=ticks)(?!`)"
_REMOVED = re.compile(
    rf"""
      \{{[\w:-]{{1,40}}\}}`(?P<titled>[^`<>]{{1,200}}?)\s?<[^`<>]{{1,200}}>`   # Sphinx
    | (?P<role>\{{[\w:-]{{1,40}}\}}(?=`[^`]))
    | (?P<code>{_CODE})
    | \{{%-?[ \t]*raw[ \t]*-?%\}}(?P<raw>.{{0,2000}}?)\{{%-?[ \t]*endraw[ \t]*-?%\}}
    | \{{\{{(?:[<%].{{0,500}}?[%>]|\#[^{{}}\n]{{0,300}})\}}\}}  # Hugo, mdBook
    | \{{%.{{0,500}}?%\}}                               # Liquid, Jinja
    | (?<!=)\{{\{{-?[ \t]*(?:(?P<quote>["'])(?P<literal>.{{0,300}}?)(?P=quote)|(?P<value>[A-Za-z_][\w.-]{{0,100}}))
        [ \t]*(?:\|[^{{}}\n]{{0,200}})?-?\}}\}}                 # their values: what they would say is not known here
    | \{{/\*.{{0,500}}?\*/\}} | \{{"\ "\}}              # MDX
    | (?<!\])\[(?P<span>[^\[\]\n]{{1,200}})\]\{{(?:[.\#]|[\w-]{{1,40}}=)[^{{}}\n]{{0,200}}\}}  # attributes
    | (?<=[)\]])\{{[ \t]?[\w-]{{1,40}}=[^{{}}\n]{{1,200}}\}}
    | (?<![\w+])\+\+(?P<keys>[a-z0-9]{{1,20}}(?:\+[\w-]{{1,20}}){{0,4}})\+\+(?![\w+])
    | (?<![\w=])==(?P<marked>[^\s=](?:[^=\n]{{0,200}}[^\s=])?)==(?![\w=])
    | (?m:^(?:\*\[[^\]\n]{{1,50}}\]:[ \t][^\n]*|[ \t]*\[(?:TOC|toc|\[_TOC_\])\][ \t]*$|[ \t]*-{{2,}}8<-{{2,}}[ \t][^\n]*))
    | [ \t]*\{{:?[ \t]?[#.][^{{}}\n]{{0,200}}\}} | \{{:[^{{}}\n]{{0,200}}\}}   # attributes
    | (?<!\S)%%[ \t\n][^%]{{0,2000}}%%(?!\S)               # comments of Obsidian
    | \[\[(?:[^\[\]|\n]{{1,200}}\|)?(?P<link>[^\[\]|\n]{{1,200}})\]\]  # wiki
    """,
    re.VERBOSE | re.DOTALL,
)
_UNSHOWN = re.compile(
    rf"""
      (?P<fence>^[ \t>]*(?P<bars>`{{3,}}|~{{3,}})[^\n]*\n.{{0,10000}}?^[ \t>]*(?P=bars)) | (?P<code>{_CODE})
    | \{{%-?[ \t]*comment\b[^%]{{0,200}}%\}}.{{0,10000}}?\{{%-?[ \t]*endcomment[ \t]*-?%\}}
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_SHOWN_CODE = re.compile(
    r"^[ \t]*\{\{[<%][ \t]*/?[ \t]*(?:code|highlight)(?:[\w-]*)\b[^}\n]{0,300}(?<!/)[%>]\}\}[ \t]*$", re.MULTILINE
)
_VALUE = r"(?:\"[^\"]{0,2000}\"|'[^']{0,2000}'|\{(?:[^{}]|\{[^{}]{0,500}\}){0,3000}\})"
_HTML = "P|DIV|SPAN|FONT|CENTER|SECTION|TABLE|T[RDH]|THEAD|TBODY|UL|OL|LI|DL|D[TD]|A|B|I|U|EM|STRONG|H[1-6R]|IMG|BR|PRE|CODE"
"""In capitals these are no components."""
_COMPONENT = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`)[^\n]{1,1000}?(?P=ticks)(?!`))|(?<!\]: )</?>"
    rf"|</?(?!(?:{_HTML})\b)[A-Z][\w.]{{0,60}}(?P<attributes>(?:[ \t\n]+[\w:-]{{1,60}}(?:={_VALUE})?){{0,30}})[ \t\n]*/?>"
)
_NAMED = re.compile(r"\b(?:title|label)=(?:\{?\"([^\"{}]{1,300})\"\}?|'([^'{}]{1,300})')")
_FENCE = re.compile(r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})([^`]*)$")
_CONTAINER = re.compile(r"^\s*:{3,}[ \t]*(?:\{?[\w-]*\}?)[ \t]*(.*)$")
_ADMONITION = re.compile(r"^(\s*)(?:!!!|\?\?\?\+?|===[!+]?)[ \t]+(?:[\w -]*?)(?:[ \t]*\"([^\"]*)\")?[ \t]*$")
_ALERT = re.compile(r"^([ \t]*>[ \t]*)\[![A-Za-z]+\][+-]?[ \t]*", re.MULTILINE)
_IMPORT = re.compile(r"^(?:import\s[^\n]*?(?:from\s+)?['\"][^'\"\n]+['\"];?|import\s*\{)[ \t]*$")
_EXPORT = re.compile(r"^export\s+(?:const|default|function|let|async)\b")
_SPHINX = re.compile(r"^\([\w:.-]{1,100}\)=[ \t]*$|\{[\w:-]{1,40}\}`|^[ \t]*`{3,}\{", re.MULTILINE)
_UNSEEN_IN_SPHINX = re.compile(r"^(?:\([\w:.-]{1,100}\)=|%(?: [^\n]*)?)[ \t]*$", re.MULTILINE)
"""Where links lead to, and comments."""
_NOTHING = re.compile(r"(?!)")
_MEANING = re.compile(r"(?<=[^\s:])\n\n?:[ \t]+(?=\S)")
"""Between a term and what it means, as PHP Markdown Extra writes it."""
_TABLE = re.compile(r"(?=<table\b)|(?<=</table>)", re.IGNORECASE)
_TABLE_END = ("</table>", "</TABLE>")
_GAP = re.compile(r"\n[ \t]*(?=\n)")
"""Inside a table of HTML an empty line would end it, and what is indented would be code."""
_INDENTATION = re.compile(r"[ \t]*")


def cleaned(text: str) -> str:
    """The source without them."""
    text = _dedented(_outdented(_SHOWN_CODE.sub("```", _without_comments(text))))
    unseen = _UNSEEN_IN_SPHINX if _SPHINX.search(text) else _NOTHING
    without = "".join(part if is_code else _without_tags(unseen.sub("", part)) for is_code, part in parts(text))
    return "\n".join(_without_modules(without.split("\n")))


def without_templates(text: str) -> str:
    """Other markup, without the tags of templates."""
    return _REMOVED.sub(_kept, _without_comments(text))


def _without_comments(text: str) -> str:
    """Without those of Liquid."""
    return _UNSHOWN.sub(lambda found: found["fence"] or found["code"] or "", text) if "endcomment" in text else text


def parts(text: str) -> Iterator[tuple[bool, str]]:
    """Fenced code and what stands between, by turns."""
    fence, part = "", list[str]()
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line.rstrip("\n"))
        if not fence and found:
            yield False, "".join(part)
            fence, part = found[1], [line]
        elif fence and found and found[1].startswith(fence) and not found[2].strip():
            yield True, "".join([*part, line])
            fence, part = "", []
        else:
            part.append(line)
    yield bool(fence), "".join(part)


def _without_tags(text: str) -> str:
    text = "".join(_GAP.sub("", part) if part.endswith(_TABLE_END) else part for part in _TABLE.split(text))
    text = _MEANING.sub(": ", _ALERT.sub(r"\1", text))
    text = _REMOVED.sub(_kept, text)
    text = _COMPONENT.sub(lambda found: found["code"] or _said(found), text)
    return "\n".join(_contained(text.split("\n")))


def _kept(found: re.Match[str]) -> str:
    """Code, the words of a link, the name of a value; where a link leads is looked up by the program that publishes it."""
    before = found.string[max(0, found.start() - 4) : found.start()]
    if before.endswith("]:"):
        return " #"
    if before.endswith(("](", "]: ", "]: <")):
        return "#"
    return (
        found["code"]
        or found["titled"]
        or found["link"]
        or found["literal"]
        or found["raw"]
        or found["span"]
        or found["keys"]
        or found["marked"]
        or (found["value"] or "").rpartition(".")[2]
    )


def _said(found: re.Match[str]) -> str:
    """What a component shows of itself: its title."""
    named = _NAMED.search(found["attributes"] or "")
    return f"\n\n{named[1] or named[2]}\n\n" if named else ""


def _contained(lines: Iterable[str]) -> Iterator[str]:
    """Without the lines that open and close a container; its title stays."""
    for line in lines:
        found = _CONTAINER.match(line)
        yield f"\n{found[1].strip().strip('[]')}\n" if found else line


def _outdented(text: str) -> str:
    """What is indented below `!!! note "Title"` is text, and not code."""
    lines, depth = list[str](), -1
    for line in text.split("\n"):
        indentation = len(_INDENTATION.match(line.expandtabs(4))[0])  # type: ignore[index]
        if depth >= 0 and line.strip() and indentation <= depth:
            depth = -1
        if depth < 0 and (found := _ADMONITION.match(line)):
            depth = indentation
            lines += ["", f"{found[1]}{found[2] or ''}", ""]
        elif depth >= 0:
            lines.append(line.expandtabs(4).removeprefix(" " * 4))
        else:
            lines.append(line)
    return "\n".join(lines)


def _dedented(text: str) -> str:
    """What is indented inside a component is text, and not code."""
    if "</" not in text:
        return text
    lines, bases, opened = list[str](), list[int](), False
    for line in text.split("\n"):
        indentation = len(_INDENTATION.match(line)[0])  # type: ignore[index]
        closing = re.match(r"\s*</[A-Z]", line)
        if opened and line.strip() and not closing:
            bases.append(indentation)
            opened = False
        elif closing:
            bases, opened = (bases if opened else bases[:-1]), False
        base = bases[-1] if bases else 0
        lines.append(line[min(base, indentation) :] if not closing else line.strip())
        if re.match(r"\s*<[A-Z][\w.]*(?:\s[^\n]*[^/])?>\s*$", line):
            opened = True
    return "\n".join(lines)


def _without_modules(lines: list[str]) -> Iterator[str]:
    """Without what a page imports and exports; an export ends at the next empty line."""
    skipping = fenced = False
    for line in lines:
        if _FENCE.match(line):
            fenced = not fenced
        if skipping or (not fenced and (_EXPORT.match(line) or _IMPORT.match(line))):
            skipping = bool(line.strip()) and (skipping or not line.rstrip().endswith((";", "'", '"')))
        else:
            yield line
