"""What crosses the boundary between client, workflow and activities: plain JSON, and LangChain messages as messages."""

import json
from typing import Any

from langchain_core.messages import BaseMessage, message_to_dict, messages_from_dict
from temporalio.converter import AdvancedJSONEncoder, CompositePayloadConverter, DefaultPayloadConverter
from temporalio.converter import JSONPlainPayloadConverter as JsonConverter

MARK = "langchain_message"
"""The key that tells a message from any other JSON object; its value is the message's type: "human", "ai", ..."""


class MessageEncoder(AdvancedJSONEncoder):
    """A message becomes {"langchain_message": "human", "content": "...", ...}: readable in Temporal's UI."""

    def default(self, o: Any) -> Any:
        if isinstance(o, BaseMessage):
            known = message_to_dict(o)
            told = {name: value for name, value in known["data"].items() if value not in (None, {}, [], False)}
            told.pop("type", None)
            return {MARK: known["type"], **told}
        return super().default(o)


class MessageDecoder(json.JSONDecoder):
    def __init__(self, **options: Any) -> None:
        super().__init__(object_hook=message_or_object, **options)


def message_or_object(value: dict[str, Any]) -> Any:
    """The message that this object stands for; the object itself when it stands for none."""
    if MARK not in value:
        return value
    data = {name: kept for name, kept in value.items() if name != MARK}
    try:
        return messages_from_dict([{"type": value[MARK], "data": data}])[0]
    except Exception:  # somebody's own object that happens to have the key: data, not a reason to stop
        return value


class MessageConverter(CompositePayloadConverter):
    """Temporal's own converters, the JSON one with messages."""

    def __init__(self) -> None:
        json_with_messages = JsonConverter(encoder=MessageEncoder, decoder=MessageDecoder)
        others = (
            one
            for name, one in DefaultPayloadConverter().converters.items()
            if name.decode() != json_with_messages.encoding
        )
        super().__init__(*others, json_with_messages)
