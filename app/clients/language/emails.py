"""E-mail addresses in a message, also those spelt out for people: "ada at example dot com"."""

import re

from app.clients.language.word_lists import words

_DOMAIN = r"(?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24}"
_PLAIN = re.compile(rf"(?<![\w.+-])[\w][\w.+%'-]{{0,63}}@{_DOMAIN}(?![\w-])")

_DOT = r"(?:\s?\.\s?|\s?[\[({<]\s?dot\s?[\])}>]\s?|\sdot\s)"
_AT = r"\s?[\[({<]\s?(?:at|@)\s?[\])}>]\s?"
_LOCAL = r"(?<![\w.+-])[\w+-]{1,64}(?:(?:\.|\sdot\s|\sunderscore\s)[\w+-]{1,64}){0,4}"
_SPELT = (
    re.compile(rf"{_LOCAL}{_AT}[\w-]{{1,63}}(?:{_DOT}[\w-]{{1,63}}){{1,4}}", re.I),
    re.compile(
        rf"{_LOCAL}(?:\sat\s|\s?@\s?)[\w-]{{1,63}}(?:(?:\sdot\s|\.)[\w-]{{1,63}}){{0,3}}\sdot\s[a-z]{{2,24}}\b", re.I
    ),
    re.compile(rf"{_LOCAL}\s?@\s?{_DOMAIN}(?![\w-])"),
    re.compile(rf"(?<=mail is ){_LOCAL}\sat\s{_DOMAIN}(?![\w-])", re.I),
    re.compile(rf"(?<=mail: ){_LOCAL}\sat\s{_DOMAIN}(?![\w-])", re.I),
    re.compile(
        rf"{_LOCAL}\sat\s(?:gmail|yahoo|hotmail|outlook|icloud|aol|proton|protonmail|example)\.[a-z]{{2,3}}\b", re.I
    ),
)


def emails(text: str) -> tuple[list[str], str]:
    """The addresses in lower case, in order of appearance, and the text with a gap where they were."""
    found: list[tuple[int, str]] = []
    not_mailboxes = words("words", "not mailboxes")
    for spelling in (_PLAIN, *_SPELT):
        for match in spelling.finditer(text):
            if spelling is _PLAIN or re.split(r"\W", match.group(), maxsplit=1)[0].lower() not in not_mailboxes:
                found.append((match.start(), _joined(match.group())))
        text = spelling.sub(lambda match: " " * len(match.group()), text)
    return list(dict.fromkeys(address for _, address in sorted(found))), text


def _joined(spelt: str) -> str:
    address = re.sub(
        r"\s?[\[({<]\s?at\s?[\])}>]\s?|\s?[\[({<]\s?@\s?[\])}>]\s?|\sat\s|\s?@\s?", "@", spelt.lower(), flags=re.I
    )
    address = re.sub(r"\s?[\[({<]\s?dot\s?[\])}>]\s?|\sdot\s|\s?\.\s?", ".", address)
    return address.replace(" underscore ", "_").removeprefix("mailto:").strip(".'")
