"""Mail that is sent."""

from typing import Protocol


class Mail(Protocol):
    async def send(self, *, key: str, to: str, subject: str, text: str) -> str:
        """Send once per key; returns the Message-ID. Raises MailUnavailable, MailRefused."""
