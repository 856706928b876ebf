"""The parts of a document, by heading."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Section:
    heading: str
    text: str
    level: int = 0  # of the heading: 1 is the highest; 0: none, or unknown
    above: str = ""  # the headings that it stands under


def nested(sections: Iterable[Section]) -> Iterator[Section]:
    """The parts with text, each with the headings above it."""
    path: list[Section] = []
    for one in sections:
        path = [upper for upper in path if upper.level < one.level]
        if one.text.strip():
            yield replace(one, above=" > ".join(upper.heading for upper in path if upper.heading))
        if one.level:
            path.append(one)


def titled(sections: Sequence[Section]) -> str:
    """The title that the headings give: the first one, when it stands above all others; "" for none.

    The only one of the highest level is the title also behind others. A document whose headings are all alike has none:
    the first part is not the whole.
    """
    headed = [one for one in sections if one.heading]
    if not headed:
        return ""
    first, others = headed[0], headed[1:]
    highest = [one for one in headed if one.level == 1]
    if len(highest) == 1:
        return highest[0].heading
    above = first is sections[min(1, len(sections) - 1)] and not sections[0].text.strip() if others else False
    return first.heading if first.level <= 1 or (above and all(first.level < one.level for one in others)) else ""
