"""Numbers that are neither money nor the number of an order: times, dates, sizes, versions, telephone numbers and the like."""

from app.clients.language.word_lists import patterns


def without_measures(text: str) -> str:
    """The text, of the same length, with a gap for each of them."""
    for spelling in patterns("measures", "measures"):
        text = spelling.sub(lambda match: "_" * len(match.group()), text)
    return text
