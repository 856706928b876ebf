"""The parts of a long text that are most about a topic: what a model with a small window is given to read."""

from app.clients.knowledge.passages import cut
from nodes.texts import content_stems

LONGEST = 6000  # characters
GAP = "\n\n"


def excerpt(topic: str, text: str, longest: int = LONGEST) -> str:
    """The text itself when it is short enough; otherwise its best parts, in their order, the beginning among them."""
    if len(text) <= longest:
        return text
    parts, wanted = cut(text), set(content_stems(topic))
    best = sorted(range(len(parts)), key=lambda at: (at > 0, -len(wanted & set(content_stems(parts[at]))), at))
    chosen: set[int] = set()
    room = longest
    for at in best:
        if len(parts[at]) + len(GAP) <= room:
            chosen.add(at)
            room -= len(parts[at]) + len(GAP)
    return GAP.join(parts[at] for at in sorted(chosen))
