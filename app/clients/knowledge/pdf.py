"""The pages of a PDF. A process of its own reads it: a file made to keep its reader busy ends with that process.

A thread could not be stopped, and would keep its program from ending.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from math import ceil
from pathlib import Path

PROGRAM = Path(__file__).with_name("pdf_process.py")


@dataclass(frozen=True)
class PdfLimits:
    """`pages` and `characters` that are read; the rest is left out."""

    pages: int
    characters: int
    seconds: float


class UnreadablePdf(Exception):
    """The message says why, as the end of a sentence."""


def title_and_pages(content: bytes, limits: PdfLimits) -> tuple[str, list[str]]:
    """Blocks until it is done, or the seconds have passed. Raises UnreadablePdf."""
    words = (str(PROGRAM), str(limits.pages), str(limits.characters), str(ceil(limits.seconds) + 1))
    try:
        done = subprocess.run(
            [sys.executable, "-P", *words],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds,
            env=_environment(),
            check=True,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadablePdf(f"it is a PDF file that takes more than {limits.seconds:.3g} seconds to read") from error
    except subprocess.CalledProcessError as error:
        raise UnreadablePdf("it is a PDF file that takes more memory or time to read than it is worth") from error
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise UnreadablePdf(f"it is no readable PDF file ({answer['problem']})")
    return answer["title"], answer["pages"]


def _environment() -> dict[str, str]:
    """What Python needs, and no secrets."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
