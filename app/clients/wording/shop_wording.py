"""The shop's own words: a folder with one Jinja2 template for each sentence that is to read otherwise.

Figures stay true whatever a template says: its own words hold none, and a sentence with a figure that none of its fields has,
digit by digit and with its currency, is said in its built-in words.
"""

import logging
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from traceback import extract_tb
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, nodes
from typing_extensions import TypedDict

from app.clients.wording.examples import examples
from app.clients.wording.shop_sentences import SENTENCES
from nodes.ports.errors import NotConfigured
from nodes.ports.wording import ALWAYS, Sentence, Tone, environment

SUFFIX = ".j2"
STYLE = "style.md"
"""How a model is to write, in the shop's words."""

LARGEST_NUMBER = 1000
"""In a template: a filter could be asked for a gigabyte of blanks."""

_ENDLESS = (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Call, nodes.Mul, nodes.Pow)

_CURRENCY = re.compile(r"\b([A-Z]{3})\s+(?=\d)")
_WORD = re.compile(r"[^\s\u3000-\u9fff\uac00-\ud7af]+")
_AROUND = "\"'()[]{}<>.,;:!?#*-/\u2013\u2014\u201c\u201d\u2018\u2019\u00ab\u00bb"

FAILURES = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, RecursionError, MemoryError)
"""What a template may end in."""

_log = logging.getLogger(__name__)


class Problem(TypedDict):
    file: str
    line: int
    problem: str


class Listed(TypedDict):
    name: str
    default: str
    fields: list[str]
    own: str | None


@dataclass(frozen=True)
class ShopWording:
    """Implements Wording. Raises NotConfigured, when it is made by `opened`, for templates that cannot be used."""

    folder: Path
    shop_name: str = ""
    tone: Tone = "neutral"
    signature: str = ""
    reply_language: str = ""

    def opened(self) -> "ShopWording":
        if found := problems(self.folder):
            first, more = found[0], f" ({len(found) - 1} more)" if len(found) > 1 else ""
            raise NotConfigured(
                f"wording/{first['file']}, line {first['line']}: {first['problem']}{more}. "
                "`switchboard wording check` lists everything; correct it, or remove the file."
            )
        return self

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """The shop's texts, by the sentence's name."""
        return {file.name.removesuffix(SUFFIX): _read(file).strip() for file in files(self.folder)}

    @cached_property
    def style(self) -> str:
        file = self.folder / STYLE
        return _read(file).strip() if file.is_file() else ""

    def say(self, sentence: Sentence, fields: Mapping[str, Any]) -> str:
        given = {**fields, "shop_name": self.shop_name}
        built_in = sentence.built_in(given)
        if (text := self.templates.get(sentence.name)) is None:
            return built_in
        try:
            return _said(text, built_in, given)
        except FAILURES as error:
            _log.warning("wording/%s%s: %s; the built-in words are used", sentence.name, SUFFIX, error)
            return built_in


def _said(text: str, built_in: str, given: Mapping[str, Any]) -> str:
    """Raises one of FAILURES for a template that does not tell what its fields are."""
    said = environment().from_string(text).render(given).strip()
    if not said:
        raise ValueError("it says nothing")
    if foreign := _figures(said) - _figures(" ".join([built_in, *map(str, given.values())])):
        raise ValueError(f"it says {min(foreign)}, which none of its fields is")
    return said


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []


def listed(folder: Path) -> list[Listed]:
    """Every sentence, and the shop's own words for it."""
    own = {file.name.removesuffix(SUFFIX): _read(file).strip() for file in files(folder)}
    return [
        {"name": name, "default": one.text, "fields": sorted(one.fields), "own": own.get(name)}
        for name, one in sorted(SENTENCES.items())
    ]


def problems(folder: Path) -> list[Problem]:
    """What is wrong with the templates of the folder."""
    return [problem for file in files(folder) for problem in _problems(file)]


def _problems(file: Path) -> Iterator[Problem]:
    name = file.name.removesuffix(SUFFIX)

    def at(line: int, problem: str) -> Problem:
        return {"file": file.name, "line": line, "problem": problem}

    if (sentence := SENTENCES.get(name)) is None:
        near = get_close_matches(name, SENTENCES, n=1)
        yield at(1, f"no sentence is called {name}{f'; did you mean {near[0]}?' if near else ''}")
        return
    try:
        tree = environment().parse(_read(file))
        environment().from_string(tree)
    except NotConfigured as error:
        yield at(1, str(error))
    except TemplateSyntaxError as error:
        yield at(error.lineno, f"not a Jinja2 template: {error.message}")
    except TemplateError as error:  # an unknown filter or test
        yield at(1, str(error))
    else:
        found = [at(line, problem) for line, problem in _in_tree(tree, sentence)]
        yield from found or (at(line, problem) for line, problem in _tried(_read(file), sentence))


def _tried(text: str, sentence: Sentence) -> Iterator[tuple[int, str]]:
    """A template that is in order by itself is filled in, with all that its fields can tell and with what they always have."""
    for given in examples(sentence):
        try:
            _said(text, sentence.built_in(given), given)
        except FAILURES as error:
            lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == "<template>"]
            empty = " and ".join(sorted(name for name, value in given.items() if not value))
            yield (lines[-1] if lines else None) or 1, f"{error}{f' (when there is no {empty})' if empty else ''}"
            return


def _in_tree(tree: nodes.Template, sentence: Sentence) -> Iterator[tuple[int, str]]:
    known = sentence.fields | {node.name for node in tree.find_all(nodes.Name) if node.ctx != "load"}
    for node in tree.find_all(nodes.Name):
        if node.name not in known:
            has = ", ".join(sorted(sentence.fields - ALWAYS)) or "none"
            yield node.lineno, f"{sentence.name} has no field {node.name} (its fields: {has})"
    yield from _attributes(tree, sentence)
    for kind in (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends):
        yield from ((node.lineno, "a template cannot use other files") for node in tree.find_all(kind))
    for endless in tree.find_all(_ENDLESS):
        yield endless.lineno, "a template has fields, conditions and filters only"
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, int | float) and const.value > LARGEST_NUMBER:
            yield const.lineno, f"a number above {LARGEST_NUMBER}"
    for text, line in _words(tree):
        if found := _figures(text):
            yield line, f"a figure has to be a field, and {min(found)} is a word of the template"


def _attributes(tree: nodes.Template, sentence: Sentence) -> Iterator[tuple[int, str]]:
    """Attributes of fields that are texts: also those in parts that are seldom said."""
    texts = {name for name, value in examples(sentence)[0].items() if isinstance(value, str | int)}
    named = [(part.node, part.attr, part.lineno) for part in tree.find_all(nodes.Getattr)]
    named += [
        (part.node, part.arg.value, part.lineno)
        for part in tree.find_all(nodes.Getitem)
        if isinstance(part.arg, nodes.Const) and isinstance(part.arg.value, str)
    ]
    for of, attribute, line in named:
        if isinstance(of, nodes.Name) and of.name in texts:
            yield line, f"{of.name} is a text, and has no {attribute}"


def _words(tree: nodes.Template) -> Iterator[tuple[str, int]]:
    """The template's own words, outside and inside of its expressions."""
    for data in tree.find_all(nodes.TemplateData):
        yield from ((line, data.lineno + number) for number, line in enumerate(data.data.split("\n")))
    for const in tree.find_all(nodes.Const):
        if isinstance(const.value, str):
            yield const.value, const.lineno


def _figures(text: str) -> set[str]:
    """The words with a digit, each with its currency."""
    text = _CURRENCY.sub(r"\1", unicodedata.normalize("NFKC", text))
    words = (word.strip(_AROUND) for word in _WORD.findall(text))
    return {word for word in words if any(char.isnumeric() for char in word)}


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in UTF-8"
        raise NotConfigured(f"{file} cannot be read: {reason}") from error
