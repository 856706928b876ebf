"""Who holds a lease or a claim: a process, by its machine, its number, and what tells it from others with that number."""

import os
import socket
import sys
import uuid
from contextlib import suppress
from functools import cache
from pathlib import Path

PROC = Path("/proc")


def owner() -> str:
    """A name for one holder in this process: host/pid/start.boot.namespace.random."""
    told = ".".join([_started(os.getpid()), *_kernel(), uuid.uuid4().hex[:12]])
    return f"{socket.gethostname()}/{os.getpid()}/{told}"


def died_here(name: str) -> bool:
    """True when the holder was a process of this machine that is gone.

    Of another container, whose processes have numbers of their own, nothing is known: also when it has the same host name.
    """
    host, pid, told = name.rsplit("/", 2)
    if host != socket.gethostname() or sys.platform == "win32":  # a look at a process would stop it there
        return False
    started, *kernel = told.split(".")[:-1] or [""]  # an earlier version told no more than a random number
    if kernel and tuple(kernel) != _kernel():
        return False
    return not _lives(int(pid)) or started not in ("", _started(int(pid)))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> str:
    """When the process began, in the kernel's ticks; "" where that cannot be told."""
    with suppress(OSError, IndexError):
        return (PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()[19]
    return ""


@cache
def _kernel() -> tuple[str, str]:
    """This boot of the kernel, and the namespace in which it numbers our processes."""
    boot = namespace = ""
    with suppress(OSError):
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip().replace("-", "")[:12]
    with suppress(OSError):
        namespace = str((PROC / "self/ns/pid").stat().st_ino)
    return boot, namespace
