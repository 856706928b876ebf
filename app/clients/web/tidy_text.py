"""Text without what would disturb its readers: to be called in a process that can be ended."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")


def tidy(text: str) -> str:
    """No controls, one space between words, one empty line between paragraphs."""
    lines = (_SPACES.sub(" ", _CONTROL.sub(" ", line)).strip() for line in text.split("\n"))
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()


def on_one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())[:300]


def shortened(text: str, most: int) -> str:
    """At most so many characters, ending with a paragraph where there is one in the last tenth."""
    if len(text) <= most:
        return text
    end = text.rfind("\n", most - most // 10, most)
    return text[: end if end > 0 else most].rstrip()
