"""Notices in chats: Slack, Teams and what else apprise knows, by the addresses of SWITCHBOARD_NOTIFY."""

import asyncio
import json
import re
from typing import TYPE_CHECKING

from pydantic import SecretStr

from app.clients.webhooks.outgoing_messages import Message
from app.extras import missing_extra
from nodes.digests import digest
from nodes.ports.errors import DependencyDown, NotConfigured

if TYPE_CHECKING:
    from apprise import Apprise

TIMEOUT_S = 30
BETWEEN = re.compile(r"[,\s]+(?=[a-z][a-z0-9]*://)", re.IGNORECASE)
"""An address may have commas of its own."""


class Chats:
    """Each is a receiver of messages, known by a digest of its address."""

    def __init__(self, addresses: SecretStr | None) -> None:
        written = BETWEEN.split(addresses.get_secret_value().strip(" ,")) if addresses else []
        self._addresses = {f"chat_{digest(address)[:12]}": address for address in written}

    @property
    def targets(self) -> list[str]:
        return list(self._addresses)

    def check(self) -> None:
        """Raises NotConfigured for an address that apprise does not know."""
        for address in self._addresses.values():
            _opened(address)

    async def send(self, message: Message) -> None:
        """Raises DependencyDown unless the chat takes it."""
        told, chat = json.loads(message["body"]), _opened(self._addresses[message["target"]])
        try:
            async with asyncio.timeout(TIMEOUT_S):
                taken = await chat.async_notify(title=told["title"], body=told["text"])
        except TimeoutError as error:
            raise DependencyDown("A chat of SWITCHBOARD_NOTIFY does not answer in time.") from error
        if not taken:
            raise DependencyDown("A chat of SWITCHBOARD_NOTIFY did not take the notice.")


def _opened(address: str) -> "Apprise":
    try:
        from apprise import Apprise
    except ImportError as error:
        raise missing_extra("SWITCHBOARD_NOTIFY", "notify") from error
    chat = Apprise()
    if not chat.add(address):
        raise NotConfigured(
            "SWITCHBOARD_NOTIFY has an address that cannot be used: write addresses of apprise, like slack://..., with commas."
        )
    return chat
