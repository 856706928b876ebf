"""What a mail service has to do."""

import asyncio
from collections.abc import Callable

import pytest

from nodes.ports.mail import Mail

Sent = Callable[[], list[dict[str, str]]]
"""What has left: "to", "subject" and "text" of each letter, oldest first."""


@pytest.mark.asyncio
class MailContract:
    """Fixtures: `mail`, and `sent`, a function that returns what has left (`Sent`)."""

    async def test_a_letter_leaves_as_it_was_written(self, mail: Mail, sent: Sent) -> None:
        assert await mail.send(key="a", to="ada@example.com", subject="Grüße: 1", text="Hello, Ada.\n")
        assert sent() == [{"to": "ada@example.com", "subject": "Grüße: 1", "text": "Hello, Ada.\n"}]

    async def test_a_key_sends_one_letter(self, mail: Mail, sent: Sent) -> None:
        first = await mail.send(key="a", to="ada@example.com", subject="One", text="One.\n")
        assert await mail.send(key="a", to="ada@example.com", subject="One", text="One.\n") == first
        assert await mail.send(key="b", to="ada@example.com", subject="Two", text="Two.\n") != first
        assert [letter["subject"] for letter in sent()] == ["One", "Two"]

    async def test_calls_at_once_send_one_letter(self, mail: Mail, sent: Sent) -> None:
        calls = [mail.send(key="a", to="ada@example.com", subject="One", text="One.\n") for _ in range(4)]
        assert len(set(await asyncio.gather(*calls))) == 1
        assert len(sent()) == 1
