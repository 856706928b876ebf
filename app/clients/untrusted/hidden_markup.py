"""Elements of HTML that readers do not see: hidden, without size or colour, moved off the screen."""

import re
from collections.abc import Mapping
from typing import Any

OFF_SCREEN = 400.0
"""Pixels, or less of other units, to the left of the page or above it."""
TINY = 2.0
"""Pixels of letters that nobody can read."""
WHITE = "ffffff"
ASIDE = frozenset({"sr-only", "visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only"})
"""Classes of words that are only read out."""

_NAMED = {"white": WHITE, "black": "000000", "red": "ff0000", "gray": "808080", "grey": "808080", "blue": "0000ff"}
_DECLARATION = re.compile(r"([a-z-]{1,40})\s*:\s*([^;]{1,200})")
_LENGTH = re.compile(r"(-?\d*\.?\d+)\s*(px|pt|em|rem|ex|ch|vw|vh|%|)")
_COLOUR = re.compile(
    r"#([0-9a-f]{3,8})\b|rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]+)%?)?\s*\)|([a-z]{3,20})"
)
_ATTRIBUTE = re.compile(r"([\w-]{1,40})(?:\s*=\s*(?:\"([^\"]{0,2000})\"|'([^']{0,2000})'|([^\s\"'>]{1,500})))?")
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


def is_hidden(tag: str, attributes: Mapping[str, str], background: str = "") -> bool:
    """`background`: the colour behind the element, as `background_of` tells it; "" for unknown."""
    if "hidden" in attributes or tag == "template" or (tag == "dialog" and "open" not in attributes):
        return True
    if ASIDE.intersection((attributes.get("class") or "").split()):
        return True
    style = _style(attributes)
    return bool(style) and (_is_gone(style) or _is_tiny(style) or _is_away(style) or _is_unseen(style, background))


def background_of(attributes: Mapping[str, str], behind: str = "") -> str:
    """The colour behind what stands in the element; that of the elements around it when it has none."""
    style = _style(attributes)
    own = style.get("background-color") or style.get("background") or attributes.get("bgcolor") or ""
    return _colour(own) or behind


def is_hidden_tag(markup: str) -> bool:
    """The same for a tag as it is written; the page around it is taken to be white."""
    name, _, rest = markup.lstrip("<").partition(" ")
    return is_hidden(name.rstrip("/>").lower(), attributes_of(rest.rstrip(">")), WHITE)


def attributes_of(words: str) -> dict[str, str]:
    found = (each.groups() for each in _ATTRIBUTE.finditer(words))
    return {name.lower(): double or single or bare or "" for name, double, single, bare in found}


def without_hidden(tree: Any) -> None:
    """Take the elements that readers do not see out of a tree of lxml."""
    plain = not tree.xpath("//style | //link[contains(@rel, 'stylesheet')]")
    behind = {tree: background_of(tree.attrib, WHITE if plain else "")}
    for element in list(tree.iterdescendants()):
        parent = element.getparent()
        if not isinstance(element.tag, str) or parent not in behind:
            continue  # inside something that is out already
        if is_hidden(element.tag, element.attrib, behind[parent]):
            element.drop_tree() if hasattr(element, "drop_tree") else _drop(element)
        else:
            behind[element] = background_of(element.attrib, behind[parent])


def _drop(element: Any) -> None:
    """What follows the element stays."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
    if before is not None:
        before.tail = (before.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _style(attributes: Mapping[str, str]) -> dict[str, str]:
    style = _unescaped(attributes.get("style") or "").lower().replace("!important", "")
    found = {name: value.strip() for name, value in _DECLARATION.findall(re.sub(r"/\*.*?\*/", "", style))}
    if colour := attributes.get("color"):
        found.setdefault("color", colour.lower())
    return found


def _unescaped(style: str) -> str:
    """CSS lets every letter be written as its number: "displ\\61y"."""
    return re.sub(r"\\([0-9a-fA-F]{1,5})\s?", lambda found: chr(int(found[1], 16)), style)


def _is_gone(style: Mapping[str, str]) -> bool:
    return (
        style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or style.get("content-visibility") == "hidden"
        or _number(style.get("opacity", "1")) <= 0.05
        or "opacity(0" in style.get("filter", "")
        or bool(
            re.search(r"scale(?:[xy]|3d)?\(\s*(?:0|0?\.0\d*)\s*[,)]|rotate[xy]\(\s*-?90deg", style.get("transform", ""))
        )
        or _number(style.get("scale", "1")) <= 0.05
        or _number(style.get("zoom", "1")) <= 0.05
    )


def _is_tiny(style: Mapping[str, str]) -> bool:
    if "font-size" in style and _pixels(style["font-size"], 16.0) < TINY:
        return True
    if (short := re.match(r"(?:[a-z]+ )*(\d*\.?\d+[a-z%]*)\s*(?:/|\s)", style.get("font", ""))) and _pixels(
        short[1], 16.0
    ) < TINY:
        return True
    sides = [_pixels(style[name], 16.0) for name in ("width", "height", "max-width", "max-height") if name in style]
    return "hidden" in style.get("overflow", "") and any(side <= TINY for side in sides)


def _is_away(style: Mapping[str, str]) -> bool:
    clipped = style.get("clip", "") + style.get("clip-path", "")
    if re.search(
        r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01]|inset\(\s*(?:50|100)%|circle\(\s*0|polygon\(\s*0[a-z%]*\s+0[a-z%]*(?:\s*,\s*0[a-z%]*\s+0[a-z%]*)*\s*\)",
        clipped,
    ):
        return True
    moved = ("left", "top", "text-indent", "margin-left", "margin-top", "margin")
    if any(_pixels(style[name], 0.0) <= -OFF_SCREEN for name in moved if name in style):
        return True
    transform = f"{style.get('transform', '')} translate({style.get('translate', '')}"
    shifted = re.search(r"translate[xy3d]*\(\s*(-?[\d.]+\w*)", transform)
    if re.search(r"calc\(\s*-\s*100v[wh]\b", " ".join(style.get(name, "") for name in moved)):
        return True
    if any(_pixels(side, 0.0) <= -OFF_SCREEN for side in style.get("inset", "").split()):
        return True
    positioned = style.get("position") in ("absolute", "fixed")
    return bool(shifted and _pixels(shifted[1], 0.0) <= -OFF_SCREEN) or any(
        positioned and abs(_pixels(style.get(name, "0"), 0.0)) >= 2000 for name in ("left", "right", "top", "bottom")
    )


def _is_unseen(style: Mapping[str, str], behind: str) -> bool:
    if "color" not in style:
        return False
    words = style["color"]
    alpha = re.fullmatch(r"#(?:[0-9a-f]{3}0|[0-9a-f]{6}00)|(?:rgb|hsl)a?\(.*[,/]\s*0?\.?0+%?\s*\)", words)
    if words == "transparent" or alpha:
        return "background-clip" not in style and "-webkit-background-clip" not in style
    own = _colour(style.get("background-color") or style.get("background") or "") or behind
    return bool(own) and _is_alike(_colour(words), own)


def _is_alike(one: str, other: str) -> bool:
    """No eye tells #fefefe from white."""
    return bool(one) and all(abs(int(one[at : at + 2], 16) - int(other[at : at + 2], 16)) <= 8 for at in (0, 2, 4))


def _number(words: str) -> float:
    found = re.match(r"(\d*\.?\d+)(%?)", words.strip())
    return float(found[1]) / (100 if found[2] else 1) if found else 1.0


def _pixels(words: str, unknown: float) -> float:
    found = _LENGTH.match(words.strip())
    return float(found[1]) * _PIXELS[found[2]] if found else unknown


def _colour(words: str) -> str:
    """As six hexadecimal digits; "" for one that is not known."""
    if grey := re.match(r"hsla?\(\s*[\d.]+(?:deg)?[\s,]+[\d.]+%[\s,]+(100|0)%", words.lower()):
        return WHITE if grey[1] == "100" else _NAMED["black"]
    found = _COLOUR.search(words.lower())
    if not found:
        return ""
    if digits := found[1]:
        return "".join(each * 2 for each in digits[:3]) if len(digits) < 6 else digits[:6]
    if found[2]:
        return "".join(f"{min(int(each), 255):02x}" for each in found.groups()[1:4])
    return _NAMED.get(found[6], "")
