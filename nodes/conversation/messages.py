"""Messages of a conversation, read in both forms they come in: LangChain objects, and the dicts they travel as."""

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile, takewhile
from typing import Any, cast

from langchain_core.messages import BaseMessage, convert_to_messages

from nodes.ports.errors import InvalidInput

Message = BaseMessage | dict[str, Any]

LONGEST = 100_000  # characters of a message

SHORT = 8  # words of a question that may go on with the one before it
_REFERRING = re.compile(r"\W*(?:(?:and|or|but|so)\s+)?(?:what|how) about\b\W*|\W*(?:and|or)\b\W*", re.IGNORECASE)


def of_readable_length(text: str) -> str:
    """Raises InvalidInput for a message that nobody writes by hand."""
    if len(text) > LONGEST:
        raise InvalidInput(f"The message has {len(text):,} characters; at most {LONGEST:,} are read. Shorten it.")
    return text


def read(messages: Sequence[Message]) -> list[BaseMessage]:
    """Messages as objects, whichever form they have."""
    return convert_to_messages(cast("Sequence[Any]", messages))


def newest_first(messages: Sequence[Message]) -> Iterator[BaseMessage]:
    """The same from the end: a step that looks for a late one does not read a whole long conversation."""
    return (read([message])[0] for message in reversed(messages))


def spoken(message: BaseMessage) -> str:
    """The message's plain text."""
    return str(message.text)


def unanswered(messages: Sequence[Message]) -> str:
    """What the customer has said since the last answer, as one text."""
    return "\n".join(map(spoken, read(since_the_last_answer(messages))))


def since_the_last_answer(messages: Sequence[Message]) -> list[Message]:
    """The customer's messages that no answer stands behind yet."""
    said: list[Message] = [*takewhile(lambda message: message.type == "human", newest_first(messages))]
    return said[::-1]


def transcript(messages: Sequence[Message]) -> list[str]:
    """The conversation as lines, oldest first: "Customer: ..." or "Agent: ..."."""
    speakers = {"human": "Customer", "ai": "Agent"}
    return [f"{speakers[m.type]}: {spoken(m)}" for m in read(messages) if m.type in speakers]


def in_context(question: str, messages: Sequence[Message]) -> str:
    """A question that only goes on with an earlier one ("and to Canada?"), with that one; any other as it is."""
    start = refers_back(question)
    if not start:
        return question
    answered = dropwhile(lambda message: message.type == "human", newest_first(messages))
    earlier = (spoken(message) for message in answered if message.type == "human")
    whole = next((text for text in earlier if not refers_back(text)), "")
    if not whole:
        return question
    return f"{whole.strip().rstrip('?!.')} {question[start.end() :].strip()}"


def refers_back(question: str) -> re.Match[str] | None:
    """Where a short question ends to refer to an earlier one; None when it does not."""
    return _REFERRING.match(question) if len(question.split()) <= SHORT else None
