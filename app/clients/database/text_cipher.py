"""What customers and sources have written, encrypted in the business database with SWITCHBOARD_ENCRYPTION_KEY.

Without the key nothing changes: texts stand as they are. What was written before a key was set stays readable.
"""

import base64
import json
from typing import Any

from pydantic import SecretStr

from app.extras import missing_extra
from nodes.ports.errors import NotConfigured

KEY_BYTES = (16, 24, 32)
SEALED, PLAIN = "switchboard-aes:", "switchboard-plain:"
"""How a text begins that is encrypted; and one that would begin like either of them, and is not."""
NONCE, TAG = 16, 16


class TextCipher:
    """AES in EAX mode: a changed text is found out. The key is that of the checkpoints."""

    def __init__(self, key: SecretStr | None = None) -> None:
        """Raises NotConfigured."""
        self._key = key.get_secret_value().encode() if key else None
        if self._key is None:
            return
        if len(self._key) not in KEY_BYTES:
            raise NotConfigured("SWITCHBOARD_ENCRYPTION_KEY must have 16, 24 or 32 characters.")
        try:
            from Crypto.Cipher import AES
        except ImportError as error:
            raise missing_extra("SWITCHBOARD_ENCRYPTION_KEY", "encryption") from error
        self._aes = AES

    def seal(self, text: str) -> str:
        if self._key is None:
            return f"{PLAIN}{text}" if text.startswith((SEALED, PLAIN)) else text
        cipher = self._aes.new(self._key, self._aes.MODE_EAX, nonce=None)
        data, tag = cipher.encrypt_and_digest(text.encode("utf-8", "surrogatepass"))
        return SEALED + base64.b64encode(cipher.nonce + tag + data).decode()

    def open(self, stored: str) -> str:
        """Raises NotConfigured for a text that needs another key."""
        if not stored.startswith(SEALED):
            return stored.removeprefix(PLAIN)
        if self._key is None:
            raise NotConfigured("A text is encrypted: set SWITCHBOARD_ENCRYPTION_KEY to the key it was written with.")
        raw = base64.b64decode(stored.removeprefix(SEALED))
        nonce, tag, data = raw[:NONCE], raw[NONCE : NONCE + TAG], raw[NONCE + TAG :]
        try:
            plain = self._aes.new(self._key, self._aes.MODE_EAX, nonce=nonce).decrypt_and_verify(data, tag)
        except ValueError as error:
            raise NotConfigured(
                "SWITCHBOARD_ENCRYPTION_KEY does not fit a stored text: set it to the key that was used to write it."
            ) from error
        return str(plain.decode("utf-8", "surrogatepass"))

    def seal_json(self, value: Any) -> Any:
        """For a column of JSON: with a key a text, without one the value."""
        return value if self._key is None else self.seal(json.dumps(value))

    def open_json(self, stored: Any) -> Any:
        return json.loads(self.open(stored)) if isinstance(stored, str) else stored
