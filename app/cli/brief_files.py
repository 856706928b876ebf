"""A brief as it is given on the command line: plain words, or a YAML or JSON file with named fields.

brief: announce the new return window      kind: announcement | mail | note       audience: customers
tone: friendly                             length: 80-120 words                   points: [statements to make]
must-mention: [returns page]               must-not-mention: [competitors]
"""

import json
import re
from json import JSONDecodeError
from pathlib import Path
from typing import Any

import yaml
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from app.engines.compiled_graphs import checked
from app.plain_words import what_is_wrong
from nodes.ports.errors import InvalidInput
from nodes.writing.briefs import Fields, Kind, kind_of, understand

SUFFIXES = (".yaml", ".yml", ".json")
LONGEST_LENGTH = 100  # characters of a length in words
LARGEST = 256 * 1024  # bytes
PLAIN = {
    "string_type": "text",
    "list_type": "a list of texts",
    "int_parsing": "a number of words",
    "int_type": "a number of words",
    "int_from_float": "a whole number of words",
    "greater_than_equal": "0 or more words",
    "literal_error": "announcement, mail or note",
}
"""What a field has to be, by the kind of pydantic's error."""


def _called(*names: str) -> Any:
    return AliasChoices(*names)


def _in_one_spelling(fields: Any) -> Any:
    """ "Must-mention" and "must mention" are must_mention."""
    if not isinstance(fields, dict):
        return fields
    return {re.sub(r"[\s-]+", "_", str(name).strip().lower()): value for name, value in fields.items()}


class Length(BaseModel):
    model_config = ConfigDict(extra="forbid")

    min: int = Field(default=0, ge=0, validation_alias=_called("min", "min_words", "minimum", "at_least"))
    max: int = Field(default=0, ge=0, validation_alias=_called("max", "max_words", "maximum", "at_most"))

    spelled = model_validator(mode="before")(_in_one_spelling)


class BriefFile(BaseModel):
    """What a brief's file may say; a name that is not here is a mistake worth telling."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    brief: str = Field(
        min_length=1, validation_alias=_called("brief", "topic", "subject", "about", "purpose", "task", "text", "title")
    )
    kind: Kind | None = Field(default=None, validation_alias=_called("kind", "format", "form", "type"))
    audience: str = ""
    tone: str = ""
    length: Length = Field(
        default=Length(), validation_alias=_called("length", "words", "length_words", "length_bounds")
    )
    min_words: int = Field(default=0, ge=0, validation_alias=_called("min_words", "min_length", "length_min"))
    max_words: int = Field(
        default=0, ge=0, validation_alias=_called("max_words", "max_length", "length_max", "word_limit")
    )
    points: list[str] = Field(default=[], validation_alias=_called("points", "facts", "key_points"))
    must_mention: list[str] = Field(default=[], validation_alias=_called("must_mention", "mention", "must_include"))
    must_not_mention: list[str] = Field(
        default=[], validation_alias=_called("must_not_mention", "do_not_mention", "avoid", "must_not_include")
    )

    spelled = model_validator(mode="before")(_in_one_spelling)

    @field_validator("kind", mode="before")
    @classmethod
    def _by_any_name(cls, value: Any) -> Any:
        return (kind_of(value) or value) if isinstance(value, str) else value

    @field_validator("length", mode="before")
    @classmethod
    def _in_words(cls, value: Any) -> Any:
        """ "80-120 words", "under 120 words", or 120, which is the most."""
        if isinstance(value, list) and len(value) == 2:
            return dict(zip(("min", "max"), sorted(value, key=_size), strict=True))
        if not isinstance(value, str | int) or len(str(value)) > LONGEST_LENGTH:
            return value
        text = f"at most {value} words" if str(value).isdigit() else str(value)
        read = understand(text if "word" in text else f"{text} words", Fields())
        if not (read["min_words"] or read["max_words"]):
            return value
        return {"min": read["min_words"], "max": read["max_words"]}

    @field_validator("points", "must_mention", "must_not_mention", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        several = value if isinstance(value, list) else [value] if value not in (None, "") else []
        return [str(one) if isinstance(one, int | float) else one for one in several]

    @property
    def least(self) -> int:
        return max(self.min_words, self.length.min)

    @property
    def most(self) -> int:
        return min((bound for bound in (self.max_words, self.length.max) if bound), default=0)


def read_brief(given: str) -> dict[str, Any]:
    """Input of the writing workflow from text, or from the file it names. Raises InvalidInput, also for contradictions."""
    values = checked("writing", _values(_file(given)))
    understand(values["brief"], Fields(**{name: values[name] for name in Fields.__annotations__}))  # type: ignore[typeddict-item]
    return values


def _file(given: str) -> BriefFile:
    path = _path(given)
    if path is None:
        return BriefFile.model_construct(brief=given)
    text = _text(path)
    if path.suffix.lower() not in SUFFIXES:
        return BriefFile.model_construct(brief=text)
    try:
        return BriefFile.model_validate(_parsed(path, text))
    except ValidationError as error:
        raise InvalidInput(f"{path} cannot be used: {_problem(error)}. {_known()}") from error


def _problem(error: ValidationError) -> str:
    """The first thing that is wrong, in plain words where pydantic's are not."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = first["loc"]
    if place[:1] == ("length",):
        return "length is written like 80-120, under 120 words, or {min: 80, max: 120}"
    match first["type"]:
        case "model_type" | "model_attributes_type":
            return "it is no list of named fields, like `brief: announce the sale`"
        case "extra_forbidden":
            return f"{place[-1]} is no field of a brief"
        case "missing":
            return "brief is missing: what the text is to be about"
        case "string_too_short":
            return f"{place[-1]} is empty"
        case kind if kind in PLAIN:
            return f"{'.'.join(map(str, place))} has to be {PLAIN[kind]}"
    return f"{'.'.join(map(str, place))}: {what_is_wrong(first)}"


def _size(bound: Any) -> int:
    """For sorting: what is no number of words stays where it is, to be refused."""
    return int(bound) if str(bound).strip().isdecimal() else 0


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


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST:
            raise InvalidInput(f"{path} is larger than {LARGEST // 1024} KB; a brief is a page at most.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}. Give a file that you may read.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{path} is no text in UTF-8. Save it as UTF-8, or give the brief itself as text."
        ) from error


def _parsed(path: Path, text: str) -> Any:
    """Every YAML value as text, so that "yes", 1.0 and dates stay what was typed."""
    try:
        if path.suffix.lower() == ".json":
            return json.loads(text)
        return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506  # BaseLoader makes nothing but text, lists and dicts
    except (JSONDecodeError, yaml.YAMLError, RecursionError) as error:
        raise InvalidInput(
            f"{path} is not valid {path.suffix[1:].upper()}{_where(error)}. Correct it there."
        ) from error


def _where(error: JSONDecodeError | yaml.YAMLError | RecursionError) -> str:
    match error:
        case JSONDecodeError():
            return f" in line {error.lineno}, column {error.colno}: {error.msg}"
        case yaml.MarkedYAMLError(problem_mark=yaml.Mark() as mark):
            return f" in line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
        case yaml.reader.ReaderError():
            return f" at character {error.position + 1}: that character is not allowed"
    return ": it is nested too deeply"


def _values(file: BriefFile) -> dict[str, Any]:
    return {
        "brief": file.brief,
        "kind": file.kind,
        "audience": file.audience,
        "tone": file.tone,
        "min_words": file.least,
        "max_words": file.most,
        "points": file.points,
        "must_mention": file.must_mention,
        "must_not_mention": file.must_not_mention,
    }


def _known() -> str:
    return "A brief has " + ", ".join(name.replace("_", "-") for name in BriefFile.model_fields) + "."
