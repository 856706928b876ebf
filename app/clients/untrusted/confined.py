"""Files of unknown authors are read by separate processes: a file made to keep its reader busy, or to fill the memory,
ends with its process.

A thread could not be stopped, and would keep its program from ending. A process that is done waits for the next file:
starting one takes longer than reading most files.
"""

import json
import os
import sys
import weakref
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen
from threading import BoundedSemaphore, Event, Timer
from typing import Any

from nodes.ports.errors import DependencyDown

PROGRAM = "app.clients.untrusted.confined_process"
STARTING_S = 60.0

Process = Popen[bytes]


class Unreadable(Exception):
    """Nothing can be read from a file; the message says why, as the end of a sentence."""


class TookTooLong(Unreadable):
    """It may be the file, or a machine that was busy: another time may do."""


class Confined:
    """A function of ours that runs in processes of their own, at most one for each processor."""

    def __init__(self, function: str) -> None:
        """`function`: "package.module:name", of bytes and of words that JSON can say, with an answer that JSON can say.

        It may raise Unreadable. Nothing is started before the first call.
        """
        self._function = function
        self._places = BoundedSemaphore(os.cpu_count() or 1)
        self._idle: list[Process] = []
        self._busy: set[Process] = set()
        weakref.finalize(self, _end_all, self._idle)

    def __call__(self, content: bytes, *words: Any, seconds: float) -> Any:
        """What the function answers. Blocks until then, or until it has taken so many seconds.

        Raises Unreadable, DependencyDown.
        """
        with self._places:
            process = self._taken()
            self._busy.add(process)
            with _Limit(process, seconds) as limit:
                line = _answer(process, [len(content), seconds, *words], content)
            self._busy.discard(process)
            if limit.passed or not line:
                _end(process)
            else:
                self._idle.append(process)
        if not line:
            taken = f"more than {seconds:.3g} seconds" if limit.passed else "more memory or time than it is worth"
            raise TookTooLong(f"reading it takes {taken}")
        return _told(json.loads(line))

    def stop(self) -> None:
        """End what is being read: its callers get TookTooLong."""
        for process in list(self._busy):
            process.kill()

    def _taken(self) -> Process:
        """An idle process, else a new one."""
        while self._idle:
            process = self._idle.pop()
            if process.poll() is None:
                return process
            _end(process)
        return _started(self._function)


class _Limit:
    """Ends the process when so many seconds pass before the block does."""

    def __init__(self, process: Process, seconds: float) -> None:
        self._process = process
        self._timer = Timer(seconds, self._pass)
        self._passed = Event()

    @property
    def passed(self) -> bool:
        return self._passed.is_set()

    def __enter__(self) -> "_Limit":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def _pass(self) -> None:
        self._passed.set()
        self._process.kill()


def _started(function: str) -> Process:
    """A process that has loaded what it needs."""
    words = ("-P", "-m", PROGRAM, function)
    try:
        process = Popen([sys.executable, *words], stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env=_environment())
    except OSError as error:
        raise DependencyDown(
            f"No process can be started to read documents ({error.strerror}); end other programs and try again."
        ) from error
    assert process.stdout
    with _Limit(process, STARTING_S):
        ready = process.stdout.readline()
    if not ready:
        _end(process)
        raise DependencyDown(
            f"The process that reads documents does not start; see what `python {' '.join(words)}` has to say."
        )
    return process


def _answer(process: Process, order: list[Any], content: bytes) -> bytes:
    """A line; b"" when the process has ended before."""
    assert process.stdin
    assert process.stdout
    with suppress(OSError):
        process.stdin.write(json.dumps(order).encode() + b"\n" + content)
        process.stdin.flush()
        line = process.stdout.readline()
        return line if line.endswith(b"\n") else b""
    return b""


def _told(answer: dict[str, Any]) -> Any:
    if "unreadable" in answer:
        raise Unreadable(answer["unreadable"])
    return answer["answer"]


def _end(process: Process) -> None:
    with suppress(OSError), process:
        process.kill()


def _end_all(idle: list[Process]) -> None:
    for process in idle:
        _end(process)


def _environment() -> dict[str, str]:
    """What Python needs, and no secrets."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
