"""What the style sheets inside a page say about its elements: the cascade of CSS, as a wide screen shows it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import tinycss2
from cssselect2 import ElementWrapper, Matcher, SelectorError, compile_selector_list
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule

SCREEN_PX = 1200.0
Style = dict[str, str]
"""Values by the name of their property, both in lower case."""

_LENGTH = r"(\d+(?:\.\d+)?)\s*(px|r?em)"
_MOST = re.compile(rf"max-(?:device-)?width\s*:\s*{_LENGTH}|width\s*<=?\s*{_LENGTH}|{_LENGTH}\s*>=?\s*width")
_LEAST = re.compile(rf"min-(?:device-)?width\s*:\s*{_LENGTH}|width\s*>=?\s*{_LENGTH}|{_LENGTH}\s*<=?\s*width")
_OTHER_MEDIA = re.compile(
    r"(?<!not )\b(?:print|speech|aural|braille|embossed|tty|tv|handheld|projection)\b|\bnot (?:all|screen|only)\b"
    r"|(?:color-scheme:\s*dark|contrast:\s*more|hover:\s*none|pointer:\s*(?:coarse|none)|orientation:\s*portrait|colors:\s*active"
    r"|motion:\s*reduce|scripting:\s*none)"
)
"""Not the usual reader's."""
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)")
_CONDITIONS = frozenset({"supports", "layer", "container", "scope"})
"""Rules that are taken to hold."""
_TELLING = frozenset(
    re.findall(
        r"[\w-]+",
        "display visibility content-visibility opacity filter transform scale translate zoom font font-size width height max-width"
        " max-height overflow overflow-x overflow-y clip clip-path position left top right bottom inset text-indent letter-spacing"
        " margin margin-left margin-top color -webkit-text-fill-color background background-color background-image background-clip"
        " -webkit-background-clip",
    )
)
"""Properties by which something may be hidden."""
_ANY = r"inherit|initial|unset|revert(?:-layer)?|var\(.*"
_VALUES = {
    "display": rf"{_ANY}|none|contents|list-item|(?:(?:inline|block|flow|flex|grid|table|ruby|run-in|-webkit|-ms)[\w-]*\s*)+",
    "visibility": rf"{_ANY}|visible|hidden|collapse",
    "opacity": rf"{_ANY}|calc\(.*|[+-]?[\d.]+(?:e-?\d+)?%?",
}
"""Browsers leave out what is not a value of a property."""


class StyleSheets:
    """Sheets that are only linked are not known."""

    def __init__(self, tree: Any) -> None:
        self._matcher = Matcher()
        self._variables: dict[str, str] = {}
        for sheet in tree.xpath("//style[not(ancestor::noscript or ancestor::template)]"):
            if _is_for_screens(sheet.get("media") or ""):
                self._add(tinycss2.parse_stylesheet(sheet.text or "", skip_comments=True, skip_whitespace=True))

    def styled(self, tree: Any) -> Iterator[tuple[Any, Style]]:
        """Each element of the tree with what is declared for it. An element may be dropped when it has come."""
        if not self._matcher.order:  # most pages: far less memory
            yield from ((element, self._together([], element)) for element in tree.iter("*"))
            return
        for wrapped in ElementWrapper.from_html_root(tree).iter_subtree():
            found = self._matcher.match(wrapped)
            style = self._together(
                [declared for *_, pseudo, declared in found if pseudo is None], wrapped.etree_element
            )
            if any(pseudo and _paints(declared) for *_, pseudo, declared in found):
                style["background-image"] = "image()"  # ::before
            yield wrapped.etree_element, style

    def _together(self, rules: list[tuple[Style, Style]], element: Any) -> Style:
        """The attribute `style` counts more than rules that are not important."""
        if own := element.get("style"):
            rules.append(declared(own))
        style = {name: value for important in (0, 1) for each in rules for name, value in each[important].items()}
        return {
            name: value if "color" in name or "back" in name else self._filled(value) for name, value in style.items()
        }

    def _filled(self, value: str) -> str:
        """With the values of its variables. Those of colours change with themes."""
        return _VARIABLE.sub(lambda found: self._variables.get(found[1], (found[2] or "").strip()), value)

    def _add(self, rules: Iterable[Node], inside: str = "") -> None:
        for rule in rules:
            if isinstance(rule, QualifiedRule):
                self._add_rule(_nested(tinycss2.serialize(rule.prelude), inside), _contents(rule))
            elif isinstance(rule, AtRule) and rule.content is not None and _holds(rule):
                self._add(_contents(rule), inside)

    def _add_rule(self, selector: str, contents: Sequence[Node]) -> None:
        for one in contents:
            if isinstance(one, Declaration) and one.name.startswith("--"):
                self._variables[one.name.lower()] = tinycss2.serialize(one.value).strip().lower()
        if any(said := declared(contents)):
            try:
                for each in compile_selector_list(selector):
                    self._matcher.add_selector(each, said)
            except (SelectorError, SyntaxError, AttributeError):  # the last two: bugs of the library, as for `:lang()`
                return  # browsers leave it out, too
        self._add(contents, selector)


def declared(contents: str | Iterable[Node]) -> tuple[Style, Style]:
    """Of the properties that tell: what is declared plainly, and what is important."""
    nodes = tinycss2.parse_blocks_contents(contents, skip_comments=True) if isinstance(contents, str) else contents
    found: tuple[Style, Style] = ({}, {})
    for one in nodes:
        if isinstance(one, Declaration) and one.lower_name in _TELLING:
            value = tinycss2.serialize(one.value).strip().lower()
            if re.fullmatch(_VALUES.get(one.lower_name, ".*"), value, re.DOTALL):
                found[one.important][one.lower_name] = value
    return found


def _paints(said: tuple[Style, Style]) -> bool:
    return any(name.startswith("background") for each in said for name in each)


def _contents(rule: QualifiedRule | AtRule) -> list[Node]:
    return list(tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True))


def _nested(selector: str, inside: str) -> str:
    if not inside:
        return selector
    return selector.replace("&", f":is({inside})") if "&" in selector else f":is({inside}) :is({selector})"


def _holds(rule: AtRule) -> bool:
    name: str = rule.lower_at_keyword
    return name in _CONDITIONS or (name == "media" and _is_for_screens(tinycss2.serialize(rule.prelude)))


def _is_for_screens(media: str) -> bool:
    """Conditions that are not about the width or the medium are taken to hold."""
    return any(map(_is_for_this_screen, media.lower().split(",")))


def _is_for_this_screen(query: str) -> bool:
    if _OTHER_MEDIA.search(query):
        return False
    return all(width >= SCREEN_PX for width in _widths(_MOST, query)) and all(
        width <= SCREEN_PX for width in _widths(_LEAST, query)
    )


def _widths(bound: re.Pattern[str], query: str) -> list[float]:
    found = ([each for each in one.groups() if each] for one in bound.finditer(query))
    return [float(number) * (1 if unit == "px" else 16) for number, unit in found]
