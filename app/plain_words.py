"""What pydantic finds wrong with a value, in plain words."""

import re
from collections.abc import Mapping
from typing import Any

KINDS = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "string_unicode": "text in UTF-8",
    "path_type": "a path",
    "list_type": "a list",
    "tuple_type": "a list",
    "dict_type": "a JSON object",
    "model_type": "a JSON object",
    "model_attributes_type": "a JSON object",
}
BOUNDS = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "string_too_short": "{min_length} characters long or longer",
    "string_too_long": "{max_length} characters long or shorter",
    "too_short": "a list of {min_length} or more",
    "too_long": "a list of {max_length} or fewer",
}
PATTERNS = {
    "^https?://": "an address that begins with http:// or https://",
    "^([a-z]{2})?$": "two small letters, like de",
    "^[A-Z]{3}$": "three capital letters, like EUR",
}


def what_is_wrong(error: Mapping[str, Any]) -> str:
    """One clause for an entry of `ValidationError.errors()`: "it has to be 0 or more"."""
    kind, about = error["type"], error.get("ctx", {})
    if kind in KINDS:
        return f"it has to be {KINDS[kind]}"
    if kind in BOUNDS:
        return f"it has to be {BOUNDS[kind].format(**{name: _written(bound) for name, bound in about.items()})}"
    match kind:
        case "string_pattern_mismatch":
            return f"it has to be {PATTERNS.get(about['pattern'], 'written like ' + about['pattern'])}"
        case "missing":
            return "it is missing"
        case "extra_forbidden":
            return "nothing has that name"
        case "literal_error":
            return f"it has to be {about['expected']}"
        case "json_invalid":
            return f"it is not JSON ({about['error']})"
        case "value_error":
            return str(about["error"])
    return re.sub(r"^Input should be", "it has to be", error["msg"])


def _written(bound: Any) -> Any:
    """A number as a person writes it: 2 and not 2.0, no 3.1536e+08."""
    return int(bound) if isinstance(bound, float) and bound.is_integer() else bound
