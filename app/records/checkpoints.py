"""Opens the saver that holds every checkpoint: SQLite in SWITCHBOARD_HOME, or PostgreSQL by SWITCHBOARD_CHECKPOINT_URL.

The LangGraph server opens it too (`checkpointer.path` in langgraph.json), so that every surface sees the same threads.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.encrypted import EncryptedSerializer
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

from app.clients.database.database import OpenFile
from app.clients.database.plain_sql import BUSY_TIMEOUT_S
from app.extras import missing_extra
from app.records.checkpoint_outages import told_plainly
from app.records.sqlite_saver import SqliteSaver, open_saver
from app.settings import Settings, load
from nodes.ports.errors import DependencyDown, NotConfigured

AES_KEY_BYTES = (16, 24, 32)
MIGRATION_LOCK = 0x5317C4B0A2E


def unreadable(error: Exception) -> str:
    """A checkpoint that is not one any more. SQLite has no checksums: it hands out what is there."""
    return (
        f"A checkpoint cannot be read ({type(error).__name__}: {error}), because its file or its disk is damaged: restore it "
        "from a backup. `switchboard doctor --check-files` looks at every page."
    )


class _Plain(JsonPlusSerializer):
    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        if data[0].endswith("+aes"):
            raise NotConfigured(
                "This checkpoint is encrypted: set SWITCHBOARD_ENCRYPTION_KEY to the key it was written with."
            )
        try:
            return super().loads_typed(data)
        except ValueError as error:
            raise DependencyDown(unreadable(error)) from error


class _Encrypted(EncryptedSerializer):
    def loads_typed(self, data: tuple[str, bytes]) -> Any:
        try:
            return super().loads_typed(data)
        except ValueError as error:
            raise NotConfigured(
                "SWITCHBOARD_ENCRYPTION_KEY does not fit this checkpoint: set it to the key that was used to write it."
            ) from error


@asynccontextmanager
async def open_checkpointer(settings: Settings | None = None) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    """The saver, until the block ends. Without settings the environment is read: that is how the server calls it."""
    chosen = settings if settings is not None else await asyncio.to_thread(load)
    async with AsyncExitStack() as stack:
        with told_plainly(chosen):
            saver = await stack.enter_async_context(_opened(chosen, serializer(chosen)))
        yield saver


def _opened(settings: Settings, serde: SerializerProtocol) -> AbstractAsyncContextManager[BaseCheckpointSaver[Any]]:
    if settings.checkpoint_url:
        return _postgres(settings.checkpoint_url.get_secret_value(), serde)
    return _sqlite(settings.checkpoint_path, serde)


def serializer(settings: Settings) -> SerializerProtocol:
    """Strict: plain JSON and messages only, no pickle; AES-encrypted when SWITCHBOARD_ENCRYPTION_KEY is set."""
    plain = _Plain(pickle_fallback=False, allowed_msgpack_modules=None)
    if settings.encryption_key is None:
        return plain
    key = settings.encryption_key.get_secret_value().encode()
    if len(key) not in AES_KEY_BYTES:
        raise NotConfigured("SWITCHBOARD_ENCRYPTION_KEY must have 16, 24 or 32 characters.")
    try:
        return _Encrypted.from_pycryptodome_aes(plain, key=key)
    except ImportError as error:
        raise missing_extra("SWITCHBOARD_ENCRYPTION_KEY", "encryption") from error


def _make_private(path: Path) -> None:
    """The file exists, and only its owner reads it. Raises NotConfigured."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise NotConfigured(
            f"{path} cannot be written to ({error.strerror}): correct that, or choose another SWITCHBOARD_HOME."
        ) from error


@asynccontextmanager
async def _sqlite(path: Path, serde: SerializerProtocol) -> AsyncIterator[SqliteSaver]:
    await asyncio.to_thread(_make_private, path)
    file = OpenFile(path)
    async with open_saver(path, serde) as saver:
        yield saver
    file.check()


@asynccontextmanager
async def _postgres(url: str, serde: SerializerProtocol) -> AsyncIterator[BaseCheckpointSaver[Any]]:
    try:
        from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
    except ImportError as error:
        raise missing_extra("SWITCHBOARD_CHECKPOINT_URL", "postgres") from error
    async with AsyncPostgresSaver.from_conn_string(url, serde=serde) as saver:
        try:
            await _take_turns(saver)
        except TimeoutError as error:
            raise DependencyDown(
                "The checkpoint database does not answer; check SWITCHBOARD_CHECKPOINT_URL."
            ) from error
        yield saver


async def _take_turns(saver: Any) -> None:
    """Migrate, one process at a time. Never by waiting for the lock: who waits holds up CREATE INDEX CONCURRENTLY."""
    async with asyncio.timeout(BUSY_TIMEOUT_S):
        while not await _ask(saver, "SELECT pg_try_advisory_lock(%s) AS answer"):  # noqa: ASYNC110 (the other is another process)
            await asyncio.sleep(0.05)
    try:
        await saver.setup()
    finally:
        await _ask(saver, "SELECT pg_advisory_unlock(%s) AS answer")


async def _ask(saver: Any, question: str) -> bool:
    row = await (await saver.conn.execute(question, (MIGRATION_LOCK,))).fetchone()
    return bool(row["answer"])
