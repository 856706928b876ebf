"""Saving a report: the ending of the file's name says as what.

check(path)            # before the work begins
write(report, path)    # when it is done: the whole file, or what was there before
"""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

from app.documents.html import html
from app.documents.markdown import markdown
from app.documents.pdf import pdf, require_typst
from app.documents.report import Report
from app.errors import InvalidInput

_FORMATS: dict[str, Callable[[Report], str | bytes]] = {
    ".md": markdown,
    ".markdown": markdown,
    ".html": html,
    ".htm": html,
    ".pdf": pdf,
}


def check(path: Path) -> None:
    """Whether a report could be saved there. Raises InvalidInput, or NotConfigured when an extra is missing."""
    if _format(path) is pdf:
        require_typst()
    folder = path.absolute().parent
    if not folder.is_dir():
        raise InvalidInput(f"There is no folder {folder} to save the report in. Make it, or choose another.")
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder; name the file to save the report in.")
    try:
        with tempfile.TemporaryFile(dir=path.resolve().parent):
            pass
    except OSError as error:
        raise InvalidInput(
            f"The report cannot be saved in {folder}: {error.strerror}. Choose a folder that you can write to."
        ) from error


def write(report: Report, path: Path) -> None:
    """Save the report, all of it or nothing. Raises InvalidInput, and what pdf() raises."""
    content = _format(path)(report)
    data = content.encode() if isinstance(content, str) else content
    target = path.resolve()  # a link goes on pointing to the file
    part = target.with_name(f".{token_hex(8)}.part")
    try:
        part.write_bytes(data)
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InvalidInput(f"The report could not be saved to {path}: {error.strerror}.") from error


def _format(path: Path) -> Callable[[Report], str | bytes]:
    found = _FORMATS.get(path.suffix.lower())
    if found is None:
        raise InvalidInput(
            f"A report is saved as {_choices()}, by the ending of the file's name; {path.name} has none of them."
        )
    return found


def _choices() -> str:
    *others, last = _FORMATS
    return f"{', '.join(others)} or {last}"
