"""Settings that stand before the text of a file: YAML between `---`, TOML between `+++`."""

import re
import tomllib
from collections.abc import Mapping
from html import unescape
from typing import Any

import yaml

LONGEST = 20_000  # characters

_YAML = re.compile(r"\s*---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(.*?\n)?\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
_TEMPLATE = re.compile(r"\{\{.*\}\}|\{%.*%\}")
_SETTING = re.compile(r"^\s*[\w\"'-]+\s*:(?:\s|$)", re.MULTILINE)


def split(text: str) -> tuple[str, str]:
    """The title that the settings give ("" for none), and the text without them. A rule before a text stays one."""
    if toml := _TOML.match(text):
        return _title(_read_toml(toml[1] or "")), text[toml.end() :]
    found = _YAML.match(text)
    if not found or len(found[0]) > LONGEST or not (_SETTING.search(found[1] or "") or not (found[1] or "").strip()):
        return "", text
    return _title(_read_yaml(found[1] or "")), text[found.end() :]


def _title(settings: Any) -> str:
    title = settings.get("title") if isinstance(settings, Mapping) else None
    return "" if not isinstance(title, str | int | float) else named(str(title))


def named(title: str) -> str:
    """A title as readers see it; "" for one that the program which publishes it has yet to fill in."""
    return "" if _TEMPLATE.search(title) else " ".join(unescape(title).split())


def _read_toml(text: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _read_yaml(text: str) -> Any:
    """Of settings that are not YAML, such as templates, the line with the title."""
    try:
        return yaml.safe_load(text) if "&" not in text else _title_line(text)
    except yaml.YAMLError:
        return _title_line(text)


def _title_line(text: str) -> dict[str, str]:
    found = re.search(r"^title\s*:[ \t]*([\"']?)(.*?)\1[ \t]*$", text, re.MULTILINE)
    return {"title": found[2]} if found else {}
