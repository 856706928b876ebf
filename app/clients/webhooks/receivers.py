"""Everybody who is told of events: webhooks, and the chats of SWITCHBOARD_NOTIFY."""

import httpx
from pydantic import SecretStr

from app.clients.database.database import Database
from app.clients.database.text_cipher import TextCipher
from app.clients.notices.chats import Chats
from app.clients.webhooks.outgoing_messages import Message, Outgoing, Send
from app.clients.webhooks.registered_webhooks import Endpoint, Endpoints
from app.extras import missing_extra
from nodes.ports.clock import Clock


class Receivers:
    """What is due is sent by `deliver`; a receiver that does not take it raises nothing, and delays nobody else."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        cipher: TextCipher | None = None,
        notify: SecretStr | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`transport`: for tests."""
        self.outgoing = Outgoing(database, clock)
        self.endpoints = Endpoints(database, clock, cipher)
        self._clock = clock
        self.chats = Chats(notify)
        self.senders: dict[str, Send] = dict.fromkeys(self.chats.targets, self.chats.send)
        """Of receivers that are not webhooks."""
        self._transport = transport

    async def deliver(self, target: str) -> int:
        """What is due for one receiver. Returns how many messages it has taken. Raises NotConfigured."""
        if send := self.senders.get(target):
            return await self.outgoing.deliver(target, send)
        known = {one["webhook_id"]: one for one in await self.endpoints.list()}
        return await self.outgoing.deliver(target, self._to(known[target])) if target in known else 0

    def _to(self, endpoint: Endpoint) -> Send:
        try:
            from app.clients.webhooks.hook import Hook
        except ImportError as error:
            raise missing_extra("A webhook", "webhooks") from error
        name = f"The webhook {endpoint['webhook_id']}"
        hook = Hook(
            endpoint["url"],
            endpoint["secret"],
            called=name,
            setting=f"The secret of {name}",
            transport=self._transport,
        )

        async def send(message: Message) -> None:
            await hook.tell(message["event_id"], message["body"], self._clock)

        return send
