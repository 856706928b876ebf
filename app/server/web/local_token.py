"""The token of a home that nobody was added to: a user who can read the home's files may use the server."""

import asyncio
import hmac
import os
import secrets
from pathlib import Path

from nodes.ports.errors import NotConfigured

FILE = "server-token"


async def local_token(home: Path) -> str:
    """Made at the first start; delete the file, and start again, to withdraw it. Raises NotConfigured."""
    return await asyncio.to_thread(_made_once, home / FILE)


def same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _made_once(file: Path) -> str:
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept(file)
    except OSError as error:
        raise NotConfigured(f"{file} cannot be written ({error.strerror}).") from error
    token = f"local_{secrets.token_urlsafe(32)}"
    with os.fdopen(handle, "w") as written:
        written.write(token)
    return token


def _kept(file: Path) -> str:
    try:
        kept = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotConfigured(f"{file} cannot be read: delete it, and start again.") from error
    if len(kept) < 32:
        raise NotConfigured(f"{file} does not hold a token: delete it, and start again.")
    return kept
