"""A Temporal server for one laptop: Temporal's development server, on a file in the home, as long as a worker needs it."""

import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from app.settings import Settings
from nodes.ports.errors import DependencyDown, NotConfigured

UI_PORT = 1000
"""The server's UI listens so far above the server itself."""
LAST_PORT = 65_535


@asynccontextmanager
async def development_server(settings: Settings) -> AsyncIterator[None]:
    """Runs until the block ends, and says itself where its UI is. Raises NotConfigured, DependencyDown.

    A `temporal` that is installed is taken; else Temporal's library downloads one.
    """
    (host, port), file = _place(settings.temporal_address), settings.home / "temporal.db"
    for needed in (port, port + UI_PORT):
        _refuse_taken(host, needed)
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        server = await WorkflowEnvironment.start_local(
            namespace=settings.temporal_namespace,
            ip=host,
            port=port,
            ui=True,
            ui_port=port + UI_PORT,
            dev_server_existing_path=_installed(),
            dev_server_database_filename=str(file),
            dev_server_log_level="error",
        )
    except RuntimeError as error:
        raise DependencyDown(f"The development server does not start at {host}:{port}: {error}.") from error
    async with server:
        file.chmod(0o600)
        yield


def _place(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if host not in ("localhost", "127.0.0.1") or not port.isdecimal() or not 0 < int(port) <= LAST_PORT - UI_PORT:
        raise NotConfigured(
            f"A development server runs on this machine only, not at {address}: leave out SWITCHBOARD_TEMPORAL_ADDRESS "
            f"and --address, or name a port of localhost, up to {LAST_PORT - UI_PORT}."
        )
    return "127.0.0.1", int(port)


def _refuse_taken(host: str, port: int) -> None:
    """Refuses a port on which another program listens. Raises DependencyDown."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise DependencyDown(
                f"Port {port} of this machine is taken. If a Temporal server of yours runs there, leave out --dev; "
                "else name another port: --address localhost:7300."
            ) from error


def _installed() -> str | None:
    beside = str(Path(sys.executable).parent)
    return shutil.which("temporal") or shutil.which("temporal", path=beside)
