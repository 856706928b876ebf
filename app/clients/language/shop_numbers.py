"""Order numbers in a form of the shop's own ("C1", "SO-77/2", "#A_19"), which neither rules nor models know.

While a message is read, each is replaced by a number that everybody knows. What was read has it back in capitals and without its
"#", like every other number, so that one order has one number however it was written; other texts have it back as it was.
"""

import re
import unicodedata
from collections.abc import Sequence
from itertools import count
from typing import Any, cast

import re2

from nodes.ports.language import Classification, Details, Language

EVERYDAY = ("", "a", "order", "refund", "please", "2", "30", "100", "49.90", "2026")
"""What people write and mean no order."""

_STAND_IN = "ZX7{:06}"
_STOOD_IN = re.compile(r"(?<![A-Z0-9])ZX7\d{6}(?!\d)")
_PART_BEFORE = re.compile(r"(?:\w|\w[-/.:@]|[$€£@])$")
_PART_AFTER = re.compile(r"\w|[-/.:]\d|@")
"""Around something that is a part of something longer: a word, a link, an address, an amount."""


def compiled(form: str) -> Any:
    """An expression that takes linear time on any text. Raises ValueError for one that cannot be used."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    try:
        found = re2.compile(form, options)
    except re2.error as error:
        said = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise ValueError(f"{form!r} is not a regular expression of RE2 ({said})") from error
    if everyday := [one for one in EVERYDAY if found.fullmatch(one)]:
        raise ValueError(f"{form!r} is also the form of {everyday[0]!r}, which people write for other things")
    return found


class ShopNumbers:
    """A `Language`, for messages with order numbers of this form."""

    def __init__(self, inner: Language, form: str) -> None:
        self._inner = inner
        self._form = compiled(form)

    async def classify(self, message: str, *, history: Sequence[str] = ()) -> Classification:
        known = _Known(self._form, [message, *history])
        return await self._inner.classify(known.read(message), history=[known.read(one) for one in history])

    async def extract(self, message: str) -> Details:
        known = _Known(self._form, [message])
        found = await self._inner.extract(known.read(message))
        return cast("Details", known.written(found))

    async def understand(self, message: str, *, history: Sequence[str] = ()) -> tuple[Classification, Details]:
        known = _Known(self._form, [message, *history])
        said, found = await self._inner.understand(known.read(message), history=[known.read(one) for one in history])
        return said, cast("Details", known.written(found))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class _Known:
    """What stands for each number of some texts. Two spellings of one number are one."""

    def __init__(self, form: Any, texts: Sequence[str]) -> None:
        self._form = form
        taken = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", "".join(texts)).upper()))
        self._free = (one for one in map(_STAND_IN.format, count(1)) if one not in taken)
        self._stand_ins: dict[str, str] = {}
        self._spellings: dict[str, str] = {}

    def read(self, text: str) -> str:
        parts, at = list[str](), 0
        for match in self._form.finditer(text):
            start, end = match.span()
            is_next = 0 < at == start - 1  # "C1/C2"
            is_part = not is_next and _PART_BEFORE.search(text[max(0, start - 2) : start])
            if is_part or _PART_AFTER.match(text[end : end + 2]):
                continue
            parts += [" and " if is_next else text[at:start], self._stand_in(match.group())]
            at = end
        return "".join([*parts, text[at:]])

    def _stand_in(self, spelt: str) -> str:
        number = spelt.casefold()
        if number not in self._stand_ins:
            self._stand_ins[number] = next(self._free)
            self._spellings[self._stand_ins[number]] = spelt
        return self._stand_ins[number]

    def written(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.written(one) for name, one in value.items()}
        if isinstance(value, list):
            return [self.written(one) for one in value]
        if not isinstance(value, str):
            return value
        if value in self._spellings:
            return self._spellings[value].removeprefix("#").upper()
        return _STOOD_IN.sub(lambda match: self._spellings.get(match.group(), match.group()), value)
