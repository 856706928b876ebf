"""A real Temporal server for tests: the development server, on a free port and a file of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

WAIT_S = 300


class Server:
    """Can be killed, and started again on its file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def pid(self) -> int:
        assert self._process, "the server is not running"
        return self._process.pid

    def start(self) -> None:
        command = [str(binary()), "server", "start-dev", "--headless", "--log-level", "error", "--ip", "127.0.0.1"]
        places = ["--port", str(self._port), "--db-filename", str(self._folder / "temporal.db")]
        with (self._folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen([*command, *places], stdout=log, stderr=log, start_new_session=True)
        until = time.monotonic() + WAIT_S
        while not self._is_ready():
            assert self._process.poll() is None, (self._folder / "server.log").read_text()
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.05)

    def _is_ready(self) -> bool:
        """Its port answers, and behind it there is somebody who knows the namespace."""
        ask = [str(binary()), "operator", "namespace", "describe", "default", "--address", self.address]
        return answers(self._port) and subprocess.run(ask, capture_output=True, check=False).returncode == 0

    def kill(self) -> None:
        """As by kill -9, with all that belongs to it."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(WAIT_S)
        self._process = None


@contextmanager
def running(folder: Path) -> Iterator[Server]:
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def binary() -> Path:
    return Path(sys.executable).parent / "temporal"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
