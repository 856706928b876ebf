"""Who holds a lease or a claim: a process, by its machine and its number."""

import os
import socket
import uuid


def owner() -> str:
    """A name for one holder in this process, like "host/4711/0f3a..."."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex[:12]}"


def died_here(name: str) -> bool:
    """True when the holder was a process of this machine that is gone."""
    host, pid, _ = name.rsplit("/", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
