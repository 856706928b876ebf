"""A brief as it is given on the command line: plain words, or a YAML or JSON file with named fields.

brief: announce the new return window      kind: announcement | mail | note       audience: customers
tone: friendly                             length: 80-120 words                   points: [statements to make]
must-mention: [returns page]               must-not-mention: [competitors]        signature: Tom, Example Shop

Bounds can stand on their own too: max-words, min-sentences, max-paragraphs, max-characters.
"""

import json
import re
from collections.abc import Mapping
from json import JSONDecodeError
from pathlib import Path
from typing import Any

import yaml

from app.engines.workflow_input import checked
from nodes.ports.errors import InvalidInput
from nodes.writing.briefs import Fields, kind_of, lengths, understand

SUFFIXES = (".yaml", ".yml", ".json")
LARGEST = 256 * 1024  # bytes
ALIASES = {
    "brief": ("topic", "subject", "about", "purpose", "task", "text", "title"),
    "kind": ("format", "form", "type"),
    "audience": ("recipient", "recipients", "to"),
    "tone": (),
    "length": ("words", "length_words", "length_bounds"),
    "points": ("facts", "key_points"),
    "must_mention": ("mention", "must_include"),
    "must_not_mention": ("do_not_mention", "avoid", "must_not_include"),
    "signature": ("sign", "closing", "from", "sender"),
}
FIELDS = {name: field for field, aliases in ALIASES.items() for name in (field, *aliases)}
LISTS = ("points", "must_mention", "must_not_mention")
BOUND = re.compile(
    r"(?P<end>min|max)_(?P<unit>words|length|sentences|paragraphs|characters)|length_(?P<of_words>min|max)|word_limit"
)


def read_brief(given: str) -> dict[str, Any]:
    """Input of the writing workflow from text, or from the file it names. Raises InvalidInput, also for contradictions."""
    path = _path(given)
    if path is None:
        values = checked("writing", {"brief": given})
    else:
        text = _text(path)
        try:
            values = checked("writing", _fields(_parsed(path, text)) if _has_fields(path) else {"brief": text})
        except InvalidInput as error:
            raise InvalidInput(f"{path} cannot be used: {error}") from error
    understand(values["brief"], Fields(**{name: values[name] for name in Fields.__annotations__ if values.get(name)}))  # type: ignore[typeddict-item]
    return values


def _fields(parsed: Any) -> dict[str, Any]:
    if not isinstance(parsed, Mapping):
        raise InvalidInput("it is not a list of named fields, like `brief: announce the sale`.")
    values: dict[str, Any] = {}
    bounds: list[str] = []
    for name, value in parsed.items():
        spelled = re.sub(r"[\s-]+", "_", str(name).strip().lower())
        if bound := BOUND.fullmatch(spelled):
            bounds.append(_bound(str(name), bound["end"] or bound["of_words"] or "max", bound["unit"], value))
        elif field := FIELDS.get(spelled):
            values[field] = _value(field, value)
        else:
            raise InvalidInput(
                f"{name} is not a field of a brief. A brief has {', '.join(ALIASES).replace('_', '-')}, max-words, ..."
            )
    length = ", ".join(one for one in (values.pop("length", ""), *bounds) if one)
    return {**values, **({"length": length} if length else {})}


def _value(field: str, value: Any) -> Any:
    if field == "length":
        return _length(value)
    if field in LISTS:
        several = value if isinstance(value, list) else [value] if value not in (None, "") else []
        if any(isinstance(one, Mapping | list) for one in several):
            raise InvalidInput(f"{field.replace('_', '-')} has to be a list of texts.")
        return [str(one) for one in several]
    if isinstance(value, Mapping | list):
        raise InvalidInput(f"{field} has to be text.")
    if field == "kind" and not kind_of(str(value)):
        raise InvalidInput("kind has to be announcement, mail or note.")
    return kind_of(str(value)) if field == "kind" else str(value)


def _length(value: Any) -> str:
    """ "80-120 words", "under 120 words", {min: 80, max: 120}; or 120, which is the most."""
    if isinstance(value, Mapping):
        ends = [(str(name), re.match(r"(min|max|at.least|at.most)", str(name).lower())) for name in value]
        return ", ".join(_bound(name, end[1] if end else "", None, value[name]) for name, end in ends)
    text = "-".join(map(str, value)) if isinstance(value, list) else str(value)
    stated = f"at most {text} words" if text.strip().isdigit() else text
    for written in (stated, f"{stated} words"):
        if len(written) <= 200 and lengths(written)[0]:
            return written
    raise InvalidInput("length is written like 80-120, under 120 words, or {min: 80, max: 120}.")


def _bound(name: str, end: str, unit: str | None, value: Any) -> str:
    if not end or not str(value).strip().isdigit():
        raise InvalidInput(f"{name} has to be min or max with a whole number.")
    return f"at {'least' if end in ('min', 'at least', 'at_least') else 'most'} {value} {unit if unit not in (None, 'length') else 'words'}"


def _path(given: str) -> Path | None:
    """The file that is meant, or None for a brief in plain words."""
    try:
        if Path(given).is_file():
            return Path(given)
    except (OSError, ValueError):  # longer than a path can be, or with a null byte
        return None
    if given.lower().endswith(SUFFIXES) and len(given.split()) == 1:
        raise InvalidInput(f"There is no file {given}. Give a file that exists, or the brief itself as text.")
    return None


def _has_fields(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise InvalidInput(f"{path} is larger than {LARGEST // 1024} KB; a brief is a page at most.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}. Give a file that you may read.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{path} is not text in UTF-8. Save it as UTF-8, or give the brief itself as text."
        ) from error


def _parsed(path: Path, text: str) -> Any:
    """Every YAML value as text, so that "yes", 1.0 and dates stay what was typed."""
    kind = "JSON" if path.suffix.lower() == ".json" else "YAML"
    try:
        return json.loads(text) if kind == "JSON" else yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # BaseLoader makes texts
    except JSONDecodeError as error:
        where = f" in line {error.lineno}, column {error.colno}: {error.msg}"
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}: {error.problem}" if mark else ""
    except (yaml.YAMLError, RecursionError):
        where = ": a character is not allowed, or it is nested too deeply"
    raise InvalidInput(f"it is not valid {kind}{where}. Correct it there.")
