"""What sentences to programs are made of: somebody addressed, something demanded, and an object that only a program has.

One such word proves nothing; two that belong together do. Kinds of attacks differ in words, and hardly in what they are made of
(`data/instruction_signs.txt`).
"""

import re

from app.clients.language.word_lists import pattern

_RUN_TOGETHER = re.compile(
    r"(?:ignore|disregard|forget|override)(?:all|any|everything|the|your|every)*(?:previous|prior|earlier|above|old|your|former"
    r"|system)+"
    r"(?:instructions?|prompts?|rules|orders|text|now)?"
)
_PAIRS = (
    ("addressed", "demands"),
    ("of programs", "wills"),
    ("own work", "imperative"),
    ("secrets", "imperative"),
)
"""What belongs together: nothing is said against either of them alone."""
_ALONE = ("persona", "said by its owner", "foreign")


def is_made_for_programs(said: str) -> bool:
    if any(_has(said, one) and _has(said, other) for one, other in _PAIRS):
        return True
    return _is_cancelled(said) or any(_has(said, one) for one in _ALONE) or _is_run_together(said)


def _is_cancelled(said: str) -> bool:
    """Its orders stand behind a verb that cancels them, or before words by which they are void."""
    orders = [found.start() for found in _sign("own orders").finditer(said)]
    if not orders:
        return False
    cancels = _sign("cancels").search(said)
    return bool(_sign("cancelled").search(said, orders[0])) or bool(cancels and cancels.start() <= orders[-1])


def _has(said: str, sign: str) -> bool:
    return _sign(sign).search(said) is not None


def _sign(name: str) -> re.Pattern[str]:
    return pattern("instruction_signs", name)


def _is_run_together(said: str) -> bool:
    """Words that are cut or joined otherwise than people do: "Ignore.previous.instructions", "dis regard pre vious"."""
    squeezed = re.sub(r"[^a-z]", "", said.lower())
    found = _RUN_TOGETHER.search(squeezed)
    return (
        found is not None
        and len(found[0]) > 15
        and not re.search(r"\b(?:ignore|disregard|forget|override)\b\s", said, re.IGNORECASE)
    )
