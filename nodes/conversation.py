"""Messages of a conversation, read in both forms they come in: LangChain objects, and the dicts they travel as."""

from collections.abc import Sequence
from typing import Any, cast

from langchain_core.messages import BaseMessage, convert_to_messages

Message = BaseMessage | dict[str, Any]


def read(messages: Sequence[Message]) -> list[BaseMessage]:
    """Messages as objects, whichever form they have."""
    return convert_to_messages(cast("Sequence[Any]", messages))


def spoken(message: BaseMessage) -> str:
    """The message's plain text."""
    return str(message.text)


def unanswered(messages: Sequence[Message]) -> str:
    """What the customer has said since the last answer, as one text."""
    said: list[str] = []
    for message in reversed(read(messages)):
        if message.type != "human":
            break
        said.append(spoken(message))
    return "\n".join(reversed(said))


def transcript(messages: Sequence[Message]) -> list[str]:
    """The conversation as lines, oldest first: "Customer: ..." or "Agent: ..."."""
    speakers = {"human": "Customer", "ai": "Agent"}
    return [f"{speakers[m.type]}: {spoken(m)}" for m in read(messages) if m.type in speakers]
