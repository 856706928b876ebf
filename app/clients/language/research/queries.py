"""What to search for: the topic as it is, its parts, and its telling words alone."""

from app.clients.language.research.topic import parts, read_topic


def queries(topic: str, limit: int) -> list[str]:
    """At most so many, the topic itself first."""
    whole = " ".join(topic.split())
    asked = parts(topic)
    wanted = [whole, *(asked if len(asked) > 1 else ()), _key_terms(whole)]
    return [each for each in dict.fromkeys(wanted) if each][:limit]


def _key_terms(topic: str) -> str:
    """The words that carry the topic; "" when they are few, or all there is."""
    terms = [term.word for term in read_topic(topic).terms if term.weight >= 1]
    return " ".join(terms) if len(terms) > 1 else ""
