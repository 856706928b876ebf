"""What a workflow takes: the fields of its input schema, and the check of an input before anything runs."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from pydantic import TypeAdapter, ValidationError

from app.engines.compiled_graphs import input_schema
from app.plain_words import what_is_wrong
from nodes.ports.errors import InvalidInput

MESSAGES = "messages"
"""The field of a conversation: what is said."""

Kind = Literal["string", "integer", "number", "boolean", "list", "json"]

BOUNDS = {
    "greater_than": "more than",
    "greater_than_equal": "at least",
    "less_than": "less than",
    "less_than_equal": "at most",
}

WANTED = {
    "int": "a whole number",
    "float": "a number",
    "finite": "a finite number",
    "bool": "true or false",
    "string": "text",
    "list": "a list",
    "dict": "an object",
    "none": "left out",
}
"""What a value has to be, by the beginning of pydantic's name for the error."""


class Field(NamedTuple):
    """One field of an input schema. `kind`: the JSON type; "json" for objects and for fields of several types."""

    name: str
    kind: Kind
    description: str
    required: bool
    default: Any
    choices: tuple[str, ...]


def fields(graph: str) -> list[Field]:
    """The fields of the workflow's input, in the order of its schema. Raises InvalidInput, NotConfigured."""
    schema = _checker(input_schema(graph)).json_schema()
    required, definitions = schema.get("required", ()), schema.get("$defs", {})
    return [_field(name, about, name in required, definitions) for name, about in schema.get("properties", {}).items()]


def checked(
    graph: str, values: Mapping[str, Any], *, strict: bool = False, spelled: Callable[[str], str] = str
) -> dict[str, Any]:
    """The input, as the workflow's input schema wants it; `strict`: a truth value or a text is not taken for a number.

    `spelled`: what the caller calls a field. Raises InvalidInput, naming the first value that is wrong.
    """
    try:
        values_now: dict[str, Any] = _checker(input_schema(graph)).validate_python(dict(values), strict=strict)
    except ValidationError as error:
        raise InvalidInput(_problem(error.errors(include_url=False)[0], spelled)) from error
    return values_now


def refuse_unknown(graph: str, values: Mapping[str, Any]) -> None:
    """Raises InvalidInput for fields that the workflow does not take."""
    takes = input_schema(graph).__annotations__
    if foreign := sorted(set(values) - set(takes)):
        raise InvalidInput(f"{graph} takes no {', '.join(foreign)}; it takes {', '.join(takes)}.")


@cache
def _checker(schema: Any) -> TypeAdapter[Any]:
    return TypeAdapter(schema)


def _field(name: str, about: Mapping[str, Any], required: bool, definitions: Mapping[str, Any]) -> Field:
    if name == MESSAGES:
        return Field(name, "string", "What is said.", required, None, ())
    what = {**_only_type(about, definitions), **about}
    choices = tuple(str(choice) for choice in what.get("enum", ()))
    default = what.get("default")
    return Field(name, _kind(what), str(what.get("description", "")), required, default, choices)


def _only_type(about: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema of the one type that the value can have, leaving null aside."""
    if "$ref" in about:
        return _only_type(definitions.get(str(about["$ref"]).rpartition("/")[2], {}), definitions)
    kinds = [one for one in about.get("anyOf", ()) if one.get("type") != "null"]
    return _only_type(kinds[0], definitions) if len(kinds) == 1 else {} if kinds else about


def _kind(what: Mapping[str, Any]) -> Kind:
    match what.get("type"):
        case "string" | "integer" | "number" | "boolean" as kind:
            return kind  # type: ignore[no-any-return]
        case "array" if what.get("items", {}).get("type") == "string":
            return "list"
    return "json"


def _problem(first: Mapping[str, Any], spelled: Callable[[str], str]) -> str:
    """One plain sentence: what is wrong, and what is expected."""
    field, *rest = map(str, first["loc"])
    name, given, limits = ".".join([spelled(field), *rest]), first["input"], first.get("ctx", {})
    cannot = f"{name} cannot be {str(given)[:80]!r}"
    match first["type"]:
        case "missing":
            return f"{name} is missing: give it a value."
        case "string_too_short" | "string_pattern_mismatch" if not str(given).strip():
            return f"{name} is empty: write at least a word."
        case "string_too_long":
            return f"{name} has {len(given)} characters; it can have {limits['max_length']} at most."
        case "too_long":
            return f"{name} has {limits['actual_length']} entries; it can have {limits['max_length']} at most."
        case "string_unicode":
            return f"{name} has characters that are not text (half of a character, or bytes): type it again."
        case "string_pattern_mismatch" if field == "email":
            return f"{cannot}: that is not an e-mail address."
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            sign, limit = BOUNDS[first["type"]], next(iter(limits.values()))
            return f"{cannot}: it has to be {sign} {limit}."
        case "literal_error":
            return f"{cannot}: it has to be {limits['expected']}."
    if wanted := WANTED.get(first["type"].partition("_")[0]):
        return f"{cannot}: it has to be {wanted}."
    return f"{cannot}: {what_is_wrong(first)}."
