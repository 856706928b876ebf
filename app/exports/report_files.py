"""Saving a report, by the ending of the file's name, or a text.

check(path)            # before the work begins
write(report, path)    # when it is done: the whole file, or what was there before
"""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from stat import S_ISDIR

from app.exports.report_html import html
from app.exports.report_pdf import pdf, require_typst
from nodes.ports.errors import InvalidInput
from nodes.reports.report import Report
from nodes.reports.report_markdown import markdown

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
    check_place(path, "report")


def check_place(path: Path, what: str) -> None:
    """Whether a file could be made or replaced there. Raises InvalidInput."""
    folder = path.absolute().parent
    try:
        if not folder.is_dir():
            raise InvalidInput(f"The folder {folder} to save the {what} in does not exist. Make it, or choose another.")
        with suppress(FileNotFoundError):  # also says what is wrong with the name, or with a link
            if S_ISDIR(path.stat().st_mode):
                raise InvalidInput(f"{path} is a folder; name the file to save the {what} in.")
        if not _is_device(path):
            with tempfile.TemporaryFile(dir=path.resolve().parent):
                pass
    except (OSError, RuntimeError) as error:
        raise InvalidInput(
            f"The {what} cannot be saved in {folder}: {_reason(error)}. Choose another folder or name."
        ) from error


def write(report: Report, path: Path) -> None:
    """Save the report, all of it or nothing. Raises InvalidInput, and what pdf() raises."""
    content = _format(path)(report)
    write_whole(content.encode() if isinstance(content, str) else content, path, "report")


def write_whole(data: bytes, path: Path, what: str) -> None:
    """The whole file, or what was there before. Raises InvalidInput."""
    try:
        if _is_device(path):
            path.write_bytes(data)
            return
        target = path.resolve()  # a link goes on pointing to the file
        part = target.with_name(f".{token_hex(8)}.part")
        try:
            part.write_bytes(data)
            if target.exists():
                shutil.copymode(target, part)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, RuntimeError) as error:
        raise InvalidInput(f"The {what} could not be saved to {path}: {_reason(error)}.") from error


def _is_device(path: Path) -> bool:
    """Like /dev/null or /dev/stdout: written to, never replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def _reason(error: OSError | RuntimeError) -> str:
    """A link that leads to itself is a RuntimeError of pathlib's, until Python 3.13."""
    return str(error.strerror if isinstance(error, OSError) else error)


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
