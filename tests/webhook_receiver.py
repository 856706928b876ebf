"""What webhooks are sent to, in this process."""

import json
from typing import Any

import httpx


class Receiver(httpx.MockTransport):
    """Keeps what it gets, and answers with `status`."""

    def __init__(self) -> None:
        self.got: list[httpx.Request] = []
        self.status = 204
        super().__init__(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.got.append(request)
        return httpx.Response(self.status)

    def messages(self) -> list[Any]:
        return [json.loads(request.content) for request in self.got]

    def kinds(self) -> list[str]:
        return [message["type"] for message in self.messages()]

    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.got]
