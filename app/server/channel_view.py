"""What a channel is shown: its conversations, and of an approval only that it waits and until when.

A LangGraph server's auth hooks choose threads and runs; they change no answer. This does: it rewrites JSON, and events one by one.
"""

import json
from collections.abc import Mapping, MutableMapping
from typing import Any

from starlette.datastructures import MutableHeaders

from app.server.request_checks import Send

KEPT = ("status", "requested_at", "expires_at")
REQUEST = "action_requests"
"""The key by which Agent Chat UI and Agent Inbox know a request with buttons."""

EVENTS = "text/event-stream"
DATA = b"data:"


def waiting(approval: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """An approval as a channel sees it."""
    return {name: approval.get(name) for name in KEPT} if approval else None


def without_requests(value: Any) -> Any:
    """The value, wherever in it an approval and what is asked of approvers stand."""
    match value:
        case dict() if REQUEST in value:
            return {"approval": waiting(value.get("approval"))}
        case dict():
            return {
                name: waiting(one) if name == "approval" and isinstance(one, dict) else without_requests(one)
                for name, one in value.items()
            }
        case list():
            return [without_requests(one) for one in value]
    return value


class ChannelView:
    """Sends an answer on without what approvers alone see."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._is_stream = False
        self._held = b""

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            self._is_stream = headers.get("content-type", "").startswith(EVENTS)
            del headers["content-length"]
            await self._send(message)
        elif message["type"] == "http.response.body":
            await self._send({**message, "body": self._shown(message)})

    def _shown(self, message: Mapping[str, Any]) -> bytes:
        self._held += bytes(message.get("body", b""))
        if not message.get("more_body"):
            held, self._held = self._held, b""
        elif self._is_stream:
            held, newline, self._held = self._held.rpartition(b"\n")
            held += newline
        elif self._held.isspace():  # says that the run is still at work
            held, self._held = self._held, b""
        else:
            held = b""
        return b"".join(map(_line, held.splitlines(keepends=True))) if self._is_stream else _rewritten(held)


def _line(line: bytes) -> bytes:
    """Of an event; its data is one line of JSON."""
    if not line.startswith(DATA):
        return line
    end = b"\r\n" if line.endswith(b"\r\n") else b"\n"
    return DATA + b" " + _rewritten(line.removeprefix(DATA).strip()) + end


def _rewritten(body: bytes) -> bytes:
    """What is not JSON has no requests in it; if it has all the same, nothing is sent."""
    if REQUEST.encode() not in body and b'"approval"' not in body:
        return body
    try:
        return json.dumps(without_requests(json.loads(body))).encode()
    except ValueError:
        return b""
