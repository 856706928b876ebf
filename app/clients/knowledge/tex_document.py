"""LaTeX as sections of plain text, by pylatexenc."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from pylatexenc import latexwalker
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.macrospec import MacroSpec, VerbatimArgsParser

from app.clients.knowledge.document_sections import Section
from app.clients.untrusted.confined import Unreadable

FENCE = "```"
LEVELS = {"part": 1, "chapter": 1, "section": 1, "subsection": 2, "subsubsection": 3, "paragraph": 4}
UNSEEN = {
    **{"includegraphics": "*[[{", "index": "[{", "phantom": "{", "vspace": "*{", "hspace": "*{", "color": "[{"},
    **{"pagestyle": "{", "thispagestyle": "{", "pagenumbering": "{", "bibliographystyle": "{", "setlength": "{{"},
    **{"setcounter": "{{", "addtocounter": "{{", "addcontentsline": "{{{", "input": "{", "include": "{"},
}
"""Macros that show nothing, with their arguments: `[` is an optional one."""
SHOWN: dict[str, tuple[str, int]] = {
    "href": ("[{{", 2),
    "textcolor": ("[{{", 2),
    "hyperref": ("[{", 1),
    "num": ("[{", 1),
}
"""Macros that show one of their arguments."""
QUANTITIES = {"SI": ("[{[{", (1,)), "qty": ("[{{", (1,)), "si": ("[{", ()), "unit": ("[{", ())}
QUANTITIES |= {name: ("[{{{", (1, 2)) for name in ("SIrange", "qtyrange")}
"""Macros of siunitx: their arguments, and which of them are numbers. The last one is the unit."""
PREFIXES = {"nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d", "kilo": "k", "mega": "M", "giga": "G"}
PREFIXES |= {"tera": "T", "per": "/", "kibi": "Ki", "mebi": "Mi", "gibi": "Gi"}
SUFFIXES = {"squared": "²", "cubed": "³"}
UNITS = {
    **{"gram": "g", "kilogram": "kg", "metre": "m", "meter": "m", "second": "s", "minute": "min", "hour": "h"},
    **{"day": "d", "ampere": "A", "volt": "V", "watt": "W", "ohm": "Ω", "kelvin": "K", "joule": "J", "newton": "N"},
    **{
        "pascal": "Pa",
        "bar": "bar",
        "hertz": "Hz",
        "litre": "l",
        "liter": "l",
        "mole": "mol",
        "lumen": "lm",
        "lux": "lx",
    },
    **{
        "percent": "%",
        "degree": "°",
        "celsius": "°C",
        "degreeCelsius": "°C",
        "byte": "B",
        "bit": "bit",
        "candela": "cd",
    },
    **{"kg": "kg", "km": "km", "cm": "cm", "mm": "mm", "kWh": "kWh", "tonne": "t", "decibel": "dB"},
}
MOST_ADDED = 1_000_000  # characters by macros of the document's own
LONGEST_MACRO = 500  # characters

_BRACED = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
_INSIDE = r"(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*"
_BRACES = rf"\{{{_INSIDE}\}}"
_TITLE = re.compile(rf"\\title\s*(?:\[[^\]]*\])?\s*{_BRACED}")
_HEADING = re.compile(rf"\\({'|'.join(LEVELS)})\*?\s*(?:\[[^\]]*\])?\s*{_BRACED}")
_BLOCK = r"\\begin\{(verbatim|lstlisting|minted|Verbatim)\*?\}(?:\[[^\]]*\])?(?:\{[^}\n]*\})?\n?(.*?)\\end\{\1\*?\}"
_CODE = re.compile(_BLOCK, re.DOTALL)
_ANY_CODE = rf"(?P<code>{_BLOCK.replace('1', '2')}|\\(?:verb|lstinline)\*?(?P<bar>[^\w\s*{{\[])[^\n]*?(?P=bar))"
_UNSEEN = re.compile(rf"{_ANY_CODE}|\\begin\{{comment\}}.*?\\end\{{comment\}}|(?<!\\)%[^\n]*", re.DOTALL)
_WHITE = (
    r"(?:\{\s*white\s*\}|\[(?:rgb|RGB|HTML|gray|cmyk)\]\s*\{\s*(?:1(?:\.0*)?(?:\s*,\s*1(?:\.0*)?){2}|255(?:\s*,\s*255){2}"
    r"|[fF]{6}|1(?:\.0*)?|0(?:\s*,\s*0){3})\s*\})"
)
_PALE = re.compile(
    rf"{_ANY_CODE}|(?P<box>\\f?colorbox\s*(?:\[[^\]]*\])?\s*(?:\{{[^{{}}]*\}}\s*){{1,2}}{_BRACES})"
    rf"|\\textcolor\s*{_WHITE}\s*{_BRACES}|\{{\s*\\color\s*{_WHITE}{_INSIDE}\}}"
    rf"|\\(?:scalebox|texttransparent)\s*\{{\s*0?\.?0*\s*\}}\s*(?:\[[^\]]*\]\s*)?{_BRACES}"
    rf"|\\resizebox\*?\s*\{{\s*0\w*\s*\}}\s*\{{[^{{}}]*\}}\s*{_BRACES}"
    rf"|\{{\s*\\(?:fontsize\s*\{{\s*[01]?(?:\.\d+)?\s*(?:pt)?\s*\}}|transparent\s*\{{\s*0(?:\.0*)?\s*\}}){_INSIDE}\}}",
    re.DOTALL,
)
"""Words that nobody sees on white paper, and boxes of another colour, in which they are seen."""
_CONDITION = re.compile(rf"{_ANY_CODE}|\\(?P<name>if(?!f\b|thenelse\b)[a-zA-Z@]*|else|fi)\b", re.DOTALL)
_MACRO = re.compile(rf"{_ANY_CODE}|\\(?P<name>[a-zA-Z]+)", re.DOTALL)
_ARGUMENT = re.compile(rf"\s*{_BRACED}")
_DEFINED = re.compile(
    rf"\\(?P<how>(?:re)?newcommand|providecommand|def)\*?\s*\{{?\s*\\(?P<name>[a-zA-Z]+)\s*\}}?\s*"
    rf"(?:\[(?P<many>\d)\])?(?P<default>\[[^\]\n]*\])?\s*{_BRACED}"
)
_STRUCTURE = re.compile(r"\\(?:begin|end|if\w*|else|fi|def|let|newcommand|csname)(?![a-zA-Z])")
_EUROS = re.compile(r"\\EUR\s*\{([^{}]+)\}")
_UNIT = re.compile(r"\\([a-zA-Z]+)|([^\\\s{}~]+)")
_PLAIN = re.compile(r"\\(?:bye\b|hsize\b|font\\\w+=)")
_LATEX = re.compile(r"\\(?:begin\{|documentclass|documentstyle)")
_MADE = re.compile(r"\\(?:maketitle|tableofcontents|newpage|clearpage)\b")
_REFERENCE = re.compile(r"[ ~\xa0]?<(?:cit\.|ref)>")


def tex_document(text: str) -> tuple[str, list[Section]]:
    """The title and the sections. Raises Unreadable."""
    if _PLAIN.search(text) and not _LATEX.search(text):
        raise Unreadable("it is plain TeX, and not LaTeX")
    text = _with_macros(_without_hidden(_UNSEEN.sub(lambda found: found["code"] or "", text)))
    if "pagecolor" not in text:
        text = _PALE.sub(lambda found: found["code"] or found["box"] or "", text)
    title = _TITLE.search(text)
    start, end = text.find("\\begin{document}"), text.rfind("\\end{document}")
    body = text[max(start, 0) : end if end > 0 else None].removeprefix("\\begin{document}")
    return _plain(title[1]) if title else "", list(_by_heading(_MADE.sub("", _TITLE.sub("", body))))


def _without_hidden(text: str) -> str:
    """Without what stands between `\\iffalse` and its `\\else` or `\\fi`."""
    kept, at, depth = list[str](), 0, 0
    for found in _CONDITION.finditer(text):
        name = found["name"] or ""
        if name == "iffalse" and not depth:
            kept.append(text[at : found.start()])
            at, depth = found.start(), 1
        elif depth and name.startswith("if"):
            depth += 1
        elif depth and name == "fi":
            depth -= 1
            at = at if depth else found.end()
        elif depth == 1 and name == "else":
            at, depth = found.end(), 0
    return "".join([*kept, text[at:]])


def _with_macros(text: str) -> str:
    """With what the document's own macros stand for, where that is words."""
    macros = {
        found["name"]: (int(found["many"] or 0), found[5].replace("\\xspace", ""))
        for found in _DEFINED.finditer(text)
        if not (found["how"] == "renewcommand" or found["default"] or found["name"] in LEVELS)
        and len(found[5]) <= LONGEST_MACRO
        and not _STRUCTURE.search(found[5])
    }
    text = _DEFINED.sub("", text)
    for _ in range(3 if macros else 0):  # a macro may use others
        text = "".join(_expanded(text, macros))
    return text


def _expanded(text: str, macros: Mapping[str, tuple[int, str]]) -> Iterator[str]:
    at, room = 0, MOST_ADDED
    for found in _MACRO.finditer(text):
        if found["name"] not in macros or found.start() < at or room < 0:
            continue
        many, words = macros[found["name"]]
        end, arguments = found.end(), list[str]()
        while len(arguments) < many and (argument := _ARGUMENT.match(text, end)):
            arguments.append(argument[1])
            end = argument.end()
        if len(arguments) == many:
            said = re.sub(r"#(\d)", lambda place: "".join(arguments[int(place[1]) - 1 : int(place[1])]), words)  # noqa: B023
            yield f"{text[at : found.start()]}{{{said}}}"
            at, room = end, room - len(said)
    yield text[at:]


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
    text = _converter().latex_to_text(_EUROS.sub(r"\1~\\euro{}", source), latex_context=_grammar())
    text = _REFERENCE.sub("", text).replace("\xa0", " ")
    text = re.sub(r"^[ \t]*\*[ \t]+", "- ", text, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"^[ \t]+|[ \t]+$", "", text, flags=re.MULTILINE)).strip()


@cache
def _grammar() -> Any:
    """Which arguments macros have."""
    arguments = UNSEEN | {name: some for name, (some, _) in (SHOWN | QUANTITIES).items()}
    grammar = latexwalker.get_default_latex_context_db()
    code = MacroSpec("lstinline", args_parser=VerbatimArgsParser(verbatim_arg_type="verb-macro"))
    macros = [*(MacroSpec(name, some) for name, some in arguments.items()), code]
    grammar.add_context_category("documents", macros=macros, prepend=True)
    return grammar


@cache
def _converter() -> LatexNodes2Text:
    logging.getLogger("pylatexenc").setLevel(logging.ERROR)
    shown = get_default_latex_context_db()
    macros = [
        *(MacroTextSpec(name, discard=True) for name in UNSEEN),
        *(MacroTextSpec(name, simplify_repl=_argument(at)) for name, (_, at) in SHOWN.items()),
        *(MacroTextSpec(name, simplify_repl=_quantity(numbers)) for name, (_, numbers) in QUANTITIES.items()),
        *(MacroTextSpec(name, simplify_repl="€") for name in ("euro", "EUR", "texteuro")),
        *(MacroTextSpec(name, simplify_repl="%s") for name in ("verb", "lstinline")),
    ]
    shown.add_context_category("documents", macros=macros, prepend=True)
    return _Converter(shown, math_mode="text", strict_latex_spaces=True)


class _Converter(LatexNodes2Text):  # type: ignore[misc]
    def apply_simplify_repl(self, node: Any, simplify_repl: Any, what: Any) -> str:
        """Of a macro that is not used as the library expects it, the arguments."""
        try:
            return str(super().apply_simplify_repl(node, simplify_repl, what) or "")
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            given = getattr(getattr(node, "nodeargd", None), "argnlist", None) or []
            return "".join(self.nodelist_to_text([one]) for one in given if one is not None)


def _argument(at: int) -> Callable[[Any, LatexNodes2Text], str]:
    def shown(node: Any, l2tobj: LatexNodes2Text) -> str:
        return str(l2tobj.node_arg_to_text(node, at))

    return shown


def _quantity(numbers: tuple[int, ...]) -> Callable[[Any, LatexNodes2Text], str]:
    def shown(node: Any, l2tobj: LatexNodes2Text) -> str:
        said = " to ".join(l2tobj.node_arg_to_text(node, at) for at in numbers)
        return f"{said} {_unit(node.nodeargd.argnlist[-1].latex_verbatim())}".strip()

    return shown


def _unit(written: str) -> str:
    r"""`\kilo\metre\per\hour` as km/h."""
    said, space = "", ""
    for macro, letters in _UNIT.findall(written):
        if macro in SUFFIXES:
            said, space = said + SUFFIXES[macro], " "
        elif macro in PREFIXES:
            said, space = said + ("" if macro == "per" else space) + PREFIXES[macro], ""
        else:
            said, space = said + space + (letters or UNITS.get(macro, macro)), " " if macro else ""
    return said
