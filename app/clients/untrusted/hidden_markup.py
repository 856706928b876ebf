"""What readers of HTML do not see: hidden, without size or colour, moved off the screen; by attributes and style sheets."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from tinycss2 import parse_component_value_list
from tinycss2.ast import Node
from tinycss2.color4 import Color, parse_color

from app.clients.untrusted.style_sheets import Style, StyleSheets, declared

OFF_SCREEN = 400.0
"""Pixels to the left of the page or above it."""
TINY = 2.0
"""Pixels of letters that nobody can read."""
USUAL = 16.0
"""Pixels of letters for which nothing is said."""
SQUEEZED = -0.4
"""Of a letter's height, that the next one is moved back: a letter is hardly wider."""
ALIKE = 16 / 255
"""Hardly an eye tells #f4f4f4 from white."""
ASIDE = frozenset({"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only"})
"""Classes of words that are only read out."""
INHERITED = frozenset({"inherit", "unset", "revert", "revert-layer", "currentcolor"})
NO_GROUND = frozenset({"none", "transparent", "inherit", "initial", "unset"})
UNSEEN = frozenset({"hidden", "d-none", "invisible", "is-hidden", "uk-hidden"})
"""Classes that hide in the style sheets of common frameworks."""
BLURRED = 4.0
"""Pixels from which on no letter can be made out."""
FALLBACKS = frozenset(
    {"template", "canvas", "video", "audio", "datalist", "noframes", "noembed", "annotation", "annotation-xml", "rp"}
)
"""What stands in them is for programs that cannot show what stands beside them."""
PICTURES = ("img", "picture", "video", "svg", "canvas", "iframe", "object")
"""Words that are placed over one of them have it behind them."""

Colour = tuple[float, ...]
"""Red, green and blue, from 0 to 1; () for what shines through wholly."""
WHITE: Colour = (1.0, 1.0, 1.0)

_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|ex|ch|vw|vh|%|)")
_ATTRIBUTE = re.compile(r"([\w-]{1,40})(?:\s*=\s*(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'>]{1,500})))?")
_BLUR = re.compile(r"blur\(\s*(\d*\.?\d+)px")
_PIXELS = {
    "px": 1.0,
    "": 1.0,
    "pt": 1.33,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "ch": 8.0,
    "vw": 10.0,
    "vh": 8.0,
    "%": 10.0,
}
_OF_THE_PARENT = {"em": 1.0, "%": 0.01, "ex": 0.5, "ch": 0.5}


class Look(NamedTuple):
    """How the text of an element looks, and what the elements inside it inherit. A colour that is not known is None."""

    letters: float = USUAL  # pixels
    visible: bool = True
    colour: Colour | None = None
    behind: Colour | None = None

    @property
    def is_seen(self) -> bool:
        return (
            self.visible
            and self.letters >= TINY
            and not (self.colour == () or (self.colour and self.behind and _is_alike(self.colour, self.behind)))
        )


def without_hidden(tree: Any) -> None:
    """Take the elements and the words that readers do not see out of a tree of lxml."""
    linked = tree.xpath("boolean(//link[contains(@rel, 'stylesheet')] | //style[contains(., '@import')])")
    looks = {tree.getparent(): Look(behind=None if linked else WHITE)}
    gone, has_pictures = [], cache(_has_pictures)
    for element, style in StyleSheets(tree).styled(tree):
        parent = element.getparent()
        if parent not in looks:
            continue  # inside something that is out
        above = looks[parent]
        if not above.is_seen:
            element.tail = " "
        if style.get("position", "static") != "static" and has_pictures(parent):
            above = above._replace(behind=None)
        look = None if linked and _is_classed_away(element, style) else _look(element.tag, element.attrib, style, above)
        if look is None:
            gone.append(element)
        else:
            looks[element] = look
            if not look.is_seen:
                element.text = " "
    for element in gone:
        element.drop_tree() if hasattr(element, "drop_tree") else _drop(element)


def is_hidden_tag(markup: str, *, on_white: bool = True) -> bool:
    """The same for a tag as it is written; the page around it is taken to be white, or to be of any colour."""
    name, _, rest = " ".join(markup.lstrip("<").split()).partition(" ")
    attributes = attributes_of(rest.rstrip(">"))
    plain, important = declared(attributes.get("style") or "")
    look = _look(
        name.rstrip("/>").lower(), attributes, {**plain, **important}, Look(behind=WHITE if on_white else None)
    )
    return look is None or not look.is_seen


def attributes_of(words: str) -> dict[str, str]:
    found = (each.groups() for each in _ATTRIBUTE.finditer(words))
    return {name.lower(): double or single or bare or "" for name, double, single, bare in found}


def _look(tag: str, attributes: Mapping[str, str], style: Style, above: Look) -> Look | None:
    """None: nothing inside it is seen, however that looks."""
    if tag not in ("html", "body") and (
        _is_aside(tag, attributes) or _is_gone(style) or _is_tiny(tag, style) or _is_squeezed(style) or _is_away(style)
    ):
        return None  # a page that is hidden as a whole is shown by a script
    if not style and not attributes:
        return above
    return Look(
        letters=_letters(style, above.letters),
        visible=_is_visible(style.get("visibility") or "", above=above.visible),
        colour=_letters_colour(style, attributes, above.colour),
        behind=_ground(style, attributes, above.behind),
    )


def _is_aside(tag: str, attributes: Mapping[str, str]) -> bool:
    closed = tag in FALLBACKS or (tag == "dialog" and "open" not in attributes)
    closed = closed or "hidden" in attributes or "popover" in attributes
    return closed or bool(ASIDE.intersection((attributes.get("class") or "").split()))


def _is_classed_away(element: Any, style: Style) -> bool:
    """By the name of a class, in a page whose style sheets are not known; "hidden md:block" is shown on wide screens."""
    classes = (element.get("class") or "").split()
    shown_somewhere = any(":" in each or re.match(r"d-\w+-(?!none)", each) for each in classes)
    return element.tag != "body" and not UNSEEN.isdisjoint(classes) and not shown_somewhere and "display" not in style


def _is_visible(stated: str, *, above: bool) -> bool:
    return above if not stated or stated in INHERITED else stated not in ("hidden", "collapse")


def _has_pictures(element: Any) -> bool:
    return element is not None and next(element.iter(*PICTURES), None) is not None


def _letters(style: Style, above: float) -> float:
    short = re.match(r"(?:[a-z]+ )*(\d*\.?\d+[a-z%]*)\s*(?:/|\s)", style.get("font", ""))
    size = style.get("font-size") or (short[1] if short else "")
    if not size or size in INHERITED:
        return above
    found = _LENGTH.match(size)
    if found and found[2] in _OF_THE_PARENT:
        return float(found[1]) * _OF_THE_PARENT[found[2]] * above
    return _pixels(size, USUAL)


def _letters_colour(style: Style, attributes: Mapping[str, str], above: Colour | None) -> Colour | None:
    stated = style.get("-webkit-text-fill-color") or style.get("color") or attributes.get("color") or ""
    if any("background-clip" in name for name in style):
        return None  # the letters are filled with their background
    return above if not stated or stated in INHERITED else _colour(stated)


def _ground(style: Style, attributes: Mapping[str, str], above: Colour | None) -> Colour | None:
    """What is drawn there, or shines through, is not known."""
    stated = [style.get(name, "") for name in ("background", "background-color", "background-image")]
    layers = [one for one in [*stated, attributes.get("bgcolor") or ""] if one and one not in NO_GROUND]
    if not layers:
        return above
    colour = (
        None if any("(" in one and re.search(r"url\(|gradient\(|image", one) for one in layers) else _colour(layers[-1])
    )
    return colour or None


def _drop(element: Any) -> None:
    """What follows the element stays."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _is_gone(style: Style) -> bool:
    return (
        style.get("display") == "none"
        or style.get("content-visibility") == "hidden"
        or _number(style.get("opacity", "1")) <= 0.05
        or "opacity(0" in style.get("filter", "")
        or any(float(each) >= BLURRED for each in _BLUR.findall(style.get("filter", "")))
        or bool(
            re.search(
                r"scale(?:[xy]|3d)?\(\s*(?:0|0?\.0\d*)\s*[,)]|rotate[xy]\(\s*-?90deg|matrix\(\s*0\s*,",
                style.get("transform", ""),
            )
        )
        or _number(style.get("scale", "1")) <= 0.05
        or _number(style.get("zoom", "1")) <= 0.05
    )


def _is_tiny(tag: str, style: Style) -> bool:
    names = (
        "width",
        "height",
        "max-height",
        *(("max-width",) if tag not in ("td", "th") else ()),
    )  # cells take their share
    sides = [_pixels(style[name], 16.0) for name in names if name in style]
    overflow = " ".join(style.get(name, "") for name in ("overflow", "overflow-x", "overflow-y"))
    return bool(re.search(r"hidden|clip|auto|scroll", overflow)) and any(side <= TINY for side in sides)


def _is_squeezed(style: Style) -> bool:
    """Letters that stand on top of each other."""
    found = _LENGTH.match(style.get("letter-spacing", ""))
    if not found:
        return False
    moved = float(found[1]) * (1.0 if found[2] in ("em", "rem") else _PIXELS[found[2]] / USUAL)
    return moved <= SQUEEZED


def _is_away(style: Style) -> bool:
    clipped = style.get("clip", "") + style.get("clip-path", "")
    if re.search(
        r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01]|inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0[a-z%]*\s+0[a-z%]*(?:\s*,\s*0[a-z%]*\s+0[a-z%]*)*\s*\)",
        clipped,
    ):
        return True
    moved = ("left", "top", "text-indent", "margin-left", "margin-top", "margin")
    if any(_is_far(each) for name in (*moved, "inset") for each in style.get(name, "").split()):
        return True
    transform = f"{style.get('transform', '')} translate({style.get('translate', '')}"
    shifted = re.findall(r"translate[xy3d]*\(([^()]*)", transform)
    if re.search(r"calc\(\s*-\s*100v[wh]\b", " ".join(style.get(name, "") for name in moved)):
        return True
    positioned = style.get("position") in ("absolute", "fixed")
    return any(_is_far(each) for one in shifted for each in re.split(r"[\s,]+", one)) or any(
        positioned and abs(_pixels(style.get(name, "0"), 0.0)) >= 2000 for name in ("left", "right", "top", "bottom")
    )


def _is_far(length: str) -> bool:
    """Half a width to the left is what centres an element; a whole one takes it off the screen."""
    found = _LENGTH.match(length)
    if found and found[2] in ("%", "vw", "vh"):
        return float(found[1]) <= -100
    return _pixels(length, 0.0) <= -OFF_SCREEN


def _is_alike(one: Colour, other: Colour) -> bool:
    return all(abs(a - b) <= ALIKE for a, b in zip(one, other, strict=True))


def _number(words: str) -> float:
    found = re.match(r"(\d*\.?\d+)(%?)", words.strip())
    return float(found[1]) / (100 if found[2] else 1) if found else 1.0


def _pixels(words: str, unknown: float) -> float:
    """Of a formula the largest length in it."""
    words = words.strip()
    found = [each for each in _LENGTH.finditer(words) if "(" in words or not each.start()]
    return max((float(each[1]) * _PIXELS[each[2]] for each in found), default=unknown)


def _colour(words: str) -> Colour | None:
    """The first colour that is named; None for one that is not known."""
    for token in parse_component_value_list(words):
        colour = _parsed(token)
        if isinstance(colour, Color) and colour.space in ("srgb", "hsl", "hwb"):
            return () if colour.alpha <= 0.05 else tuple(colour.to("srgb"))[:3]
    return None


def _parsed(token: Node) -> Color | str | None:
    try:
        return parse_color(token)
    except ValueError:  # a bug of the library, for `color()`
        return None
