"""The program of confined.py: reads one content after the other with one function, until no caller is left.

A line of JSON each way, and the content after the one that comes in.
"""

import json
import os
import sys
from contextlib import suppress
from math import ceil
from pkgutil import resolve_name
from typing import Any

from app.clients.untrusted.confined import Unreadable

MOST_MEMORY = 2_000_000_000  # bytes


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogatepass")
    os.dup2(2, 1)  # what a library prints is not an answer
    function = resolve_name(sys.argv[1])
    _say(answers, {})
    while order := sys.stdin.buffer.readline():
        size, seconds, *words = json.loads(order)
        content = sys.stdin.buffer.read(size)
        _confine(seconds)
        try:
            answer = {"answer": function(content, *words)}
        except Unreadable as problem:
            answer = {"unreadable": str(problem)}
        except Exception as error:  # strange content makes libraries raise anything
            answer = {"unreadable": f"it cannot be understood ({type(error).__name__})"}
        _say(answers, answer)


def _say(answers: Any, answer: dict[str, Any]) -> None:
    print(json.dumps(answer, ensure_ascii=False), file=answers, flush=True)


def _confine(seconds: float) -> None:
    """Where the system supports it: limits of memory, and an end when the parent process has died."""
    if sys.platform == "win32":
        return
    import resource

    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    for limit, most in ((resource.RLIMIT_CPU, ceil(used + seconds) + 1), (resource.RLIMIT_AS, MOST_MEMORY)):
        with suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, resource.getrlimit(limit)[1]))


if __name__ == "__main__":
    main()
