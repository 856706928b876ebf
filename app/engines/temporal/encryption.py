"""Payloads that only clients and workers can read: AES-GCM with the key that checkpoints are encrypted with."""

from collections.abc import Sequence
from typing import Any

from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from app.extras import missing_extra
from app.settings import Settings
from nodes.ports.errors import NotConfigured

ENCODING = b"binary/encrypted"
NONCE_BYTES = 16
TAG_BYTES = 16
HEAD_BYTES = NONCE_BYTES + TAG_BYTES
KEY_BYTES = (16, 24, 32)


class EncryptionCodec(PayloadCodec):
    def __init__(self, key: bytes, aes: Any) -> None:
        self._key = key
        self._aes = aes

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [
            Payload(metadata={"encoding": ENCODING}, data=self._encrypt(payload.SerializeToString()))
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [
            Payload.FromString(self._decrypt(payload.data)) if payload.metadata.get("encoding") == ENCODING else payload
            for payload in payloads
        ]

    def _encrypt(self, plain: bytes) -> bytes:
        cipher = self._aes.new(self._key, self._aes.MODE_GCM, mac_len=TAG_BYTES)
        secret, tag = cipher.encrypt_and_digest(plain)
        return bytes(cipher.nonce) + bytes(tag) + bytes(secret)

    def _decrypt(self, data: bytes) -> bytes:
        nonce, tag, secret = data[:NONCE_BYTES], data[NONCE_BYTES:HEAD_BYTES], data[HEAD_BYTES:]
        cipher = self._aes.new(self._key, self._aes.MODE_GCM, nonce=nonce, mac_len=TAG_BYTES)
        try:
            return bytes(cipher.decrypt_and_verify(secret, tag))
        except ValueError as error:
            raise NotConfigured(
                "SWITCHBOARD_ENCRYPTION_KEY does not fit what Temporal keeps: set it to the key it was written with."
            ) from error


class NoKey(PayloadCodec):
    """Leaves payloads as they are; says what is missing when it meets one that is encrypted."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return list(payloads)

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        if any(payload.metadata.get("encoding") == ENCODING for payload in payloads):
            raise NotConfigured(
                "What Temporal keeps of this thread is encrypted: set SWITCHBOARD_ENCRYPTION_KEY to the key it was "
                "written with."
            )
        return list(payloads)


def codec(settings: Settings) -> PayloadCodec:
    """Encrypts when there is a key. Raises NotConfigured."""
    if settings.encryption_key is None:
        return NoKey()
    key = settings.encryption_key.get_secret_value().encode()
    if len(key) not in KEY_BYTES:
        raise NotConfigured("SWITCHBOARD_ENCRYPTION_KEY must have 16, 24 or 32 characters.")
    try:
        from Crypto.Cipher import AES
    except ImportError as error:
        raise missing_extra("SWITCHBOARD_ENCRYPTION_KEY", "encryption") from error
    return EncryptionCodec(key, AES)
