"""Elements of HTML and of MDX in the source of Markdown that readers do not see, with all that stands between their tags."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from app.clients.knowledge.markdown_source import parts
from app.clients.untrusted.hidden_markup import is_hidden_tag

LONGEST_TAG = 1000  # characters
VOID = frozenset({"br", "img", "hr", "input", "wbr", "source", "meta", "link"})
HIDING = frozenset({"Hidden", "Invisible", "VisuallyHidden", "SrOnly", "ScreenReaderOnly", "Comment"})
"""Components."""
FOR_PROGRAMS = frozenset(
    {"system", "system_prompt", "admin", "assistant", "developer", "instruction", "instructions", "prompt", "inst"}
)
"""Tags that no reader knows, and that a conversation with a model is written in."""

_TOKEN = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`)[^\n]{1,500}?(?<!`)(?P=ticks)(?!`))|<(?P<end>/?)(?P<name>[A-Za-z][\w.-]{0,40})"
)
_REST = re.compile(r"(?:[^<>\"'{}]++|\"[^\"]*+\"|'[^']*+'|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+>")
"""What a tag has after its name; a value may have any marks."""
_STYLE = re.compile(r"style=\{\{([^{}]*)\}\}")
_PROPERTY = re.compile(r"([A-Za-z-]+)['\"]?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([^,]*))")
_STATED = re.compile(r"\bhidden=\{(?!\s*true\s*\})[^{}]*\}")
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n|\Z")


class _Tag(NamedTuple):
    start: int
    end: int
    name: str
    text: str
    closes: bool


def without_hidden(text: str) -> str:
    """One that is never closed ends with its paragraph."""
    tags = list(_tags(text))
    ends = _ends(tags)
    on_white = "background" not in text and "bgcolor" not in text
    kept, at = list[str](), 0
    for place, tag in enumerate(tags):
        if tag.start < at or tag.closes or not _hides(tag, is_closed=place in ends, on_white=on_white):
            continue
        kept.append(text[at : tag.start])
        end = ends.get(place)
        at = end if end is not None else _PARAGRAPH_END.search(text, tag.end).start()  # type: ignore[union-attr]
    return "".join([*kept, text[at:]])


def _tags(text: str) -> Iterator[_Tag]:
    offset = 0
    for is_code, part in parts(text):
        for found in () if is_code else _TOKEN.finditer(part):
            rest = None if found["code"] else _REST.match(part[found.end() : found.end() + LONGEST_TAG])
            if rest:
                start, end = offset + found.start(), offset + found.end() + rest.end()
                yield _Tag(start, end, found["name"], text[start:end], bool(found["end"]))
        offset += len(part)


def _ends(tags: list[_Tag]) -> dict[int, int]:
    """Where the tag that closes it ends, by the place of a tag."""
    opened, found = defaultdict[str, list[int]](list), dict[int, int]()
    for place, tag in enumerate(tags):
        if not tag.closes:
            if not tag.text.endswith("/>"):
                opened[tag.name].append(place)
        elif opened[tag.name]:
            found[opened[tag.name].pop()] = tag.end
    return found


def _hides(tag: _Tag, *, is_closed: bool, on_white: bool) -> bool:
    if tag.name in VOID or tag.text.endswith("/>"):
        return False
    if tag.name in HIDING or tag.name in FOR_PROGRAMS:
        return is_closed
    return is_hidden_tag(_as_html(tag.text), on_white=on_white)


def _as_html(tag: str) -> str:
    """A tag of MDX as a tag of HTML."""
    tag = _STYLE.sub(lambda found: f'style="{_css(found[1])}"', tag)
    return _STATED.sub("", tag).replace("className=", "class=")


def _css(properties: str) -> str:
    """`fontSize: 0` as font-size:0."""
    said = ((found[1], found[2] or found[3] or found[4] or "") for found in _PROPERTY.finditer(properties))
    return ";".join(f"{_kebab(name)}:{value.strip()}" for name, value in said).replace('"', "")


def _kebab(name: str) -> str:
    return re.sub("([A-Z])", r"-\1", name).lower()
