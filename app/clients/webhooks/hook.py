"""A receiver of signed messages, as standardwebhooks.com describes them."""

import asyncio

import httpx
from standardwebhooks.webhooks import Webhook

from nodes.ports.clock import Clock
from nodes.ports.errors import DependencyDown, NotConfigured

TIMEOUT_S = 15
"""For a whole try. A receiver that sends its answer drop by drop is late too."""


class Hook:
    """An address and the secret that it knows us by. Raises NotConfigured for a secret that cannot be used."""

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        called: str = "The tickets' webhook",
        setting: str = "SWITCHBOARD_TICKETS_WEBHOOK_SECRET",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`called`, `setting`: what errors call the receiver and its secret. `transport`: for tests."""
        self._url = url
        self._called = called
        self._transport = transport
        try:
            self._signing = Webhook(secret)
        except Exception as error:
            raise NotConfigured(f"{setting} is not a secret like whsec_... (base64). Correct it.") from error

    async def tell(self, message_id: str, body: str, clock: Clock) -> None:
        """Raises DependencyDown unless the receiver takes it."""
        now = clock.now()
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signing.sign(message_id, now, body),
        }
        try:
            async with asyncio.timeout(TIMEOUT_S):
                status = await self._post(body, headers)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise DependencyDown(f"{self._called} does not answer ({type(error).__name__}).") from error
        if not httpx.codes.is_success(status):
            raise DependencyDown(f"{self._called} answers {status}.")

    async def _post(self, body: str, headers: dict[str, str]) -> int:
        """The answer's status; what else it says is not read."""
        async with (
            httpx.AsyncClient(timeout=TIMEOUT_S, transport=self._transport) as client,
            client.stream("POST", self._url, content=body.encode(), headers=headers) as answer,
        ):
            return answer.status_code
