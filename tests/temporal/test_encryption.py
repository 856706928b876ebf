"""Payloads under a key."""

import pytest
from pydantic import SecretStr
from temporalio.api.common.v1 import Payload

from app.engines.temporal.encryption import codec
from app.settings import Settings
from nodes.ports.errors import NotConfigured

PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"ada@example.com"')


def keyed(key: str | None) -> Settings:
    return Settings(encryption_key=SecretStr(key) if key else None)


@pytest.mark.parametrize("length", [16, 24, 32])
async def test_only_the_key_opens_it(length: int) -> None:
    ours = codec(keyed("k" * length))
    (secret,) = await ours.encode([PLAIN])
    assert b"ada" not in secret.SerializeToString()
    assert (await ours.encode([PLAIN]))[0].data != secret.data
    assert await ours.decode([secret, PLAIN]) == [PLAIN, PLAIN]
    with pytest.raises(NotConfigured, match="does not fit"):
        await codec(keyed("x" * length)).decode([secret])
    with pytest.raises(NotConfigured, match="is encrypted: set SWITCHBOARD_ENCRYPTION_KEY"):
        await codec(keyed(None)).decode([secret])


async def test_what_was_tampered_with_is_refused() -> None:
    ours = codec(keyed("k" * 16))
    (secret,) = await ours.encode([PLAIN])
    secret.data = secret.data[:-1] + bytes([secret.data[-1] ^ 1])
    with pytest.raises(NotConfigured, match="does not fit"):
        await ours.decode([secret])


async def test_without_a_key_nothing_changes() -> None:
    plain = codec(keyed(None))
    assert await plain.encode([PLAIN]) == await plain.decode([PLAIN]) == [PLAIN]


def test_a_key_has_16_24_or_32_characters() -> None:
    with pytest.raises(NotConfigured, match="16, 24 or 32"):
        codec(keyed("short"))
