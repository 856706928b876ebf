"""Is the quote in the text, and does the statement say more than the quote? Checked by code."""

import re

from nodes.texts import plain

SHORTEST_QUOTE = 8  # characters, without blanks

_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")


def occurs(quote: str, text: str) -> bool:
    """True when the text contains the quoted words; typography, case and white space do not count.

    An ellipsis in the quote means words left out: the text has to contain the parts around it in that order.
    """
    at, within = 0, plain(text)
    parts = [part for each in re.split(r"\.\.\.|\u2026|\[\.\.\.\]", quote) if (part := plain(each).strip(" \"'[]"))]
    if sum(len(part.replace(" ", "")) for part in parts) < SHORTEST_QUOTE:
        return False
    for part in parts:
        at = within.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def invented_figures(statement: str, *texts: str) -> list[str]:
    """Figures of a statement that none of the texts contains: "30", "7.95"."""
    stated = {_value(figure) for text in texts for figure in _FIGURE.findall(plain(text))}
    return [figure for figure in _FIGURE.findall(plain(statement)) if _value(figure) not in stated]


def _value(figure: str) -> str:
    return re.sub(r"[.,:]0+$", "", figure.rstrip(".,:"))
