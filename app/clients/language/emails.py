"""E-mail addresses in a message, also those spelt out for people: "ada at example dot com"."""

import re

from app.clients.language.word_lists import words

_TOP = r"[^\W\d_]{2,24}"
_PLAIN = re.compile(rf"(?<![\w.+-])\w[\w.+%'-]{{0,63}}@(?:[\w-]{{1,63}}\.){{1,5}}{_TOP}(?![\w-])")
_GLUED = re.compile(r"(?<=[a-z])\.[A-Z][a-z]+$")
"""The first word of the next sentence."""

_SIGNS = {
    "dot": ".",
    "punkt": ".",
    "point": ".",
    "underscore": "_",
    "dash": "-",
    "hyphen": "-",
    "minus": "-",
    "plus": "+",
}
_SIGN = rf"(?:[\s-](?:{'|'.join(_SIGNS)})[\s-])"
_DOT = r"(?:\s?[\[({<]\s?(?:dot|punkt|\.)\s?[\])}>]\s?|[\s-](?:dot|punkt)[\s-]|\s?\.(?=\w))"
_AT = r"(?:\s?[\[({<]\s?(?:at|a|ät|@)\s?[\])}>]\s?|[\s-]at[\s-]|\s?@\s?)"
_SPELT = re.compile(
    rf"(?<![\w.+-])(?P<local>[\w+]{{1,64}}(?:(?:[.-](?!at-)|{_SIGN})[\w+]{{1,64}}){{0,5}}?)(?P<at>{_AT})"
    rf"(?P<domain>[\w]{{1,63}}(?:-(?!dot-)[\w]{{1,63}}){{0,5}}(?:{_DOT}[\w]{{1,63}}){{0,3}}(?P<dot>{_DOT}){_TOP})(?![\w-])",
    re.I,
)
_KNOWN = re.compile(
    r"(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|aol|proton|protonmail|gmx|web|example)\.[a-z]{2,4}", re.I
)


def emails(text: str) -> tuple[list[str], str]:
    """The addresses in lower case, in order of appearance, and the text with a gap where they were."""
    found: list[tuple[int, str]] = []

    def plain(match: re.Match[str]) -> str:
        address = _GLUED.sub("", match.group())
        found.append((match.start(), address.lower().removeprefix("mailto:").strip(".'").removesuffix("'s")))
        return " " * len(address) + match.group()[len(address) :]

    def spelt(match: re.Match[str]) -> str:
        if not _is_address(match):
            return match.group()
        found.append((match.start(), f"{_joined(match['local'])}@{_joined(match['domain'])}"))
        return " " * len(match.group())

    rest = _SPELT.sub(spelt, _PLAIN.sub(plain, text))
    return list(dict.fromkeys(address for _, address in sorted(found))), rest


def _is_address(match: re.Match[str]) -> bool:
    """ "At" alone says little: "I bought it at shop.com"."""
    at, domain = match["at"], match["domain"]
    if re.split(r"\W", match["local"], maxsplit=1)[0].lower() in words("words", "not mailboxes"):
        return False
    if "@" in at or re.search(r"[\[({<]", at):
        return True
    is_told = re.search(
        r"mail(?:'s| is|:| address is) $", match.string[max(match.start() - 20, 0) : match.start()], re.I
    )
    return "dot" in match["dot"].lower() or bool(is_told) or _KNOWN.fullmatch(domain) is not None


def _joined(spelt: str) -> str:
    spelt = re.sub(_SIGN, lambda match: _SIGNS[re.sub(r"\W|_", "", match.group())], spelt.lower())
    return re.sub(_DOT, ".", spelt)
