"""Says sentences in the shop's words."""

from typing import Any

from nodes.ports import wording
from nodes.ports.wording import Sentence


def worded(sentence: Sentence, **fields: Any) -> str:
    return wording().say(sentence, fields)


def letter(text: str) -> str:
    """A mail to a customer: the text, and the shop's signature."""
    signature = wording().signature.strip()
    return f"{text}\n\n{signature}\n" if signature else f"{text}\n"
