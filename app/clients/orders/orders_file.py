"""`orders.toml` in the home: where the orders are, and which of their fields is which of ours (docs/your-own-shop.md)."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, field_validator, model_validator

from app.extras import missing_extra
from app.plain_words import what_is_wrong
from nodes.ports.errors import NotConfigured

Field = Literal[
    "order_id",
    "customer_name",
    "email",
    "status",
    "total",
    "captured",
    "refunded",
    "final_sale",
    "placed_at",
    "shipped_at",
    "delivered_at",
    "expected_at",
    "carrier",
    "tracking_number",
    "note",
    "payment",
]
LineField = Literal["sku", "title", "quantity", "price"]
Status = Literal["placed", "shipped", "delivered", "cancelled"]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]

NEEDED: tuple[Field, ...] = ("order_id", "email", "total", "status", "placed_at")
READS = ("select", "with")
TABLES = ("fields", "line_fields", "status", "final_sale", "headers")

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PASSWORD = re.compile(rf":{_VARIABLE.pattern}@")
"""In an address, where a secret may have any character."""
_COMMENT = re.compile(r"\s*(?:--[^\n]*\n|/\*.*?\*/)", re.DOTALL)


class Column(BaseModel):
    """The value stands in the order itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    column: Text


class OrdersFile(BaseModel):
    """What `[orders]` says."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kind: Literal["sql", "http"]
    url: Text
    query: Text | None = None
    lines: Text | None = None  # sql: a query; http: a JMESPath
    amounts: Literal["minor", "decimal"]
    currency: Text | Column
    timezone: Text | None = None
    number: Text | None = None  # the form of order numbers in messages, where it is not a usual one (RE2)
    headers: dict[str, str] = {}
    fields: dict[Field, Text]
    line_fields: dict[LineField, Text] = {}
    status: dict[Status, list[str]] = {}
    final_sale: dict[Literal["yes", "no"], list[str]] = {}

    @field_validator("currency")
    @classmethod
    def _is_currency(cls, currency: str | Column) -> str | Column:
        if isinstance(currency, str) and not is_currency(currency):
            raise ValueError(f'{currency!r} is not a currency like USD; for a column write {{ column = "..." }}')
        return currency

    @field_validator("timezone")
    @classmethod
    def _is_timezone(cls, name: str | None) -> str | None:
        try:
            return name and ZoneInfo(name).key
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{name!r} is not a time zone like Europe/Berlin") from error

    @field_validator("number")
    @classmethod
    def _is_form(cls, form: str | None) -> str | None:
        if form is not None:
            try:
                from app.clients.language.shop_numbers import compiled
            except ImportError as error:
                raise missing_extra("number in orders.toml", "numbers") from error
            compiled(form)
        return form

    @field_validator("fields")
    @classmethod
    def _has_the_needed(cls, fields: dict[Field, str]) -> dict[Field, str]:
        if missing := [name for name in NEEDED if name not in fields]:
            raise ValueError(f"{', '.join(missing)} missing")
        return fields

    @field_validator("status", "final_sale")
    @classmethod
    def _is_clear(cls, words: dict[str, list[str]]) -> dict[str, list[str]]:
        counted = Counter(word.strip().casefold() for theirs in words.values() for word in theirs)
        if doubled := [word for word, times in counted.items() if times > 1]:
            raise ValueError(f"{doubled[0]!r} stands there twice")
        return words

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "http":
            _check_http(self)
        else:
            _check_sql(self)
        return self


def is_currency(code: str) -> bool:
    from babel.numbers import list_currencies  # loaded late: most commands read no order

    return code in list_currencies()


def read_file(path: Path, variables: Mapping[str, str]) -> OrdersFile:
    """`variables`: what ${NAME} stands for in the address and in the headers. Raises NotConfigured, in one sentence."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotConfigured(f"{path} cannot be read ({error.strerror}). Correct that, or remove it.") from error
    except (ValueError, RecursionError) as error:
        raise NotConfigured(f"{path} is not a TOML file: {str(error).rstrip('.')}. Correct it.") from error
    if not isinstance(written.get("orders"), dict):
        raise NotConfigured(f"{path} has no table [orders]. docs/your-own-shop.md shows one.")
    if other := sorted(written.keys() - {"orders"}):
        raise NotConfigured(f"{path}: nothing has the name {other[0]!r}; there is one table, [orders].")
    try:
        return OrdersFile(**_with_variables(written["orders"], variables))
    except ValidationError as error:
        raise NotConfigured(f"{path}: {_named(error.errors()[0])}.") from error
    except ValueError as error:
        raise NotConfigured(f"{path}: {error}.") from error


def _with_variables(table: dict[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    filled = dict(table)
    if isinstance(url := table.get("url"), str):
        escaped = {name: quote(value, safe="%") for name, value in variables.items()}
        filled["url"] = _filled(_PASSWORD.sub(lambda found: _filled(found[0], escaped), url), variables)
    if isinstance(headers := table.get("headers"), dict):
        filled["headers"] = {
            name: _filled(text, variables) if isinstance(text, str) else text for name, text in headers.items()
        }
    return filled


def _filled(text: str, variables: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        if found[1] not in variables:
            raise ValueError(f"{found[1]} is not set; put it into the environment or into .env in the home")
        return variables[found[1]]

    return _VARIABLE.sub(value, text)


def _check_sql(file: OrdersFile) -> None:
    if file.headers:
        raise ValueError('headers are for kind = "http"')
    if not file.query:
        raise ValueError('kind = "sql" needs a query')
    for name, query in (("query", file.query), ("lines", file.lines)):
        if query and not reads_alone(query):
            raise ValueError(f"{name} has to be one select; orders are read, never written")
        if query and ":order_id" not in query:
            raise ValueError(f"{name} has to ask for :order_id")


def _check_http(file: OrdersFile) -> None:
    if file.query:
        raise ValueError('query is for kind = "sql"')
    if not file.url.startswith(("https://", "http://")):
        raise ValueError("url has to begin with https:// or http://")
    if "{order_id}" not in file.url or "{order_id}" in file.url.partition("//")[2].partition("/")[0]:
        raise ValueError("url has to name {order_id} in its path, like https://shop.example/api/orders/{order_id}")


def reads_alone(query: str) -> bool:
    """One statement that selects. The connection is read-only besides."""
    bare = query.strip().rstrip(";").strip()
    while comment := _COMMENT.match(bare):
        bare = bare[comment.end() :].lstrip()
    return bare.lower().startswith(READS) and ";" not in re.sub(r"'[^']*'", "", bare)


def _named(error: Mapping[str, Any]) -> str:
    """Where in the file, and what: "[orders.fields] total: it is missing"."""
    place = [str(part) for part in error["loc"]]
    table = f"[orders.{place.pop(0)}]" if place and place[0] in TABLES else "[orders]"
    words = [part for part in place if part not in {"[key]", "Column"} and "constrained" not in part]
    what = " ".join([table, *words[:1]])
    return f"{what}: {what_is_wrong(error)}".rstrip(".")
