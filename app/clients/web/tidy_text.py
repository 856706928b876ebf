"""Text without what would disturb its readers: to be called in a process that can be ended."""

import re

from app.clients.untrusted.characters import shown

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_NESTED = re.compile(r" {2,12}(?=(?:-|\d{1,3}\.) )")
_GAPS = re.compile(r"\n{3,}")


def tidy(text: str) -> str:
    """No controls, one space between words, one empty line between paragraphs; items of lists keep their depth."""
    return _GAPS.sub("\n\n", "\n".join(map(_line, shown(text).split("\n")))).strip()


def _line(line: str) -> str:
    nested = _NESTED.match(line)
    return (nested[0] if nested else "") + _SPACES.sub(" ", _CONTROL.sub(" ", line)).strip()


def on_one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", shown(text)).split())[:300]


def shortened(text: str, most: int) -> str:
    """At most so many characters, ending with a paragraph where there is one in the last tenth."""
    if len(text) <= most:
        return text
    end = text.rfind("\n", most - most // 10, most)
    return text[: end if end > 0 else most].rstrip()
