"""The words and phrases that the rules know: data, in the text files of `data/`, each read once, when it is first needed.

# a comment
[section]
lines: words, phrases, alternatives of a regular expression, or pairs "left = right"
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"
_NAMED = re.compile(r"<([A-Z ]+)>")
_SECTION = re.compile(r"\[([\w ]+)\]")


@cache
def sections(file: str) -> Mapping[str, tuple[str, ...]]:
    """The lines of each section of a file, in their order."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (_FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        if section := _SECTION.fullmatch(line):
            lines = found.setdefault(section[1], [])
        elif line and not line.startswith("# "):
            lines.append(line)
    return {name: tuple(lines) for name, lines in found.items()}


@cache
def words(file: str, section: str) -> frozenset[str]:
    return frozenset(word for line in sections(file)[section] for word in line.split())


@cache
def alternatives(file: str, section: str) -> str:
    """The lines as one regular expression that any of them matches, without brackets."""
    return "|".join(sections(file)[section])


def grammar(file: str, rule: str, known: Mapping[str, str]) -> str:
    """A regular expression in which <A NAME> stands for the section of that name, or for what is known under it."""

    def meant(name: re.Match[str]) -> str:
        return known.get(name[1]) or grammar(file, alternatives(file, name[1].lower()), known)

    return _NAMED.sub(lambda name: f"(?:{meant(name)})", rule)


@cache
def pattern(file: str, section: str) -> re.Pattern[str]:
    """The lines as a grammar that any of them matches, in any case."""
    return re.compile(grammar(file, alternatives(file, section), {}), re.IGNORECASE)


@cache
def patterns(file: str, section: str) -> tuple[re.Pattern[str], ...]:
    """Each line by itself, as `pattern` reads it."""
    return tuple(re.compile(grammar(file, line, {}), re.IGNORECASE) for line in sections(file)[section])


@cache
def pairs(file: str, section: str, between: str = " = ") -> Mapping[str, str]:
    """What stands on the left and on the right of each line, in their order."""
    return {left: right for left, _, right in (line.partition(between) for line in sections(file)[section])}
