"""A run as it goes by, on stderr: ticking live on a terminal, plain lines in a pipe."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from app.cli.output import on_one_line, print_hint, progress_console, quiet, say, watched

if TYPE_CHECKING:
    from app.records.journal import Entry

MARKS = {"end": "✓", "failure": "✗", "interrupt": "…"}


class Progress:
    """Watches a run. The words of a chat model's reply go to stdout as they come, unless stdout is for JSON."""

    def __init__(self, *, words: bool) -> None:
        self._words = words
        self.spoken = ""
        self._live = _Live() if watched() and not quiet.get() else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()
        if self.spoken:
            say()

    def step(self, entry: "Entry") -> None:
        if entry["node"] is None:
            return
        if entry["event"] in ("start", "retry"):
            if self._live:
                self._live.show(entry)
            return
        if self._live:
            self._live.stop()
        print_hint(_line(entry))

    def token(self, text: str) -> None:
        if not self._words:
            return
        if self._live:
            self._live.stop()
        self.spoken += text
        say(text, end="")


class _Live:
    """The step that is at work, with a spinner."""

    def __init__(self) -> None:
        self._status = progress_console().status("")

    def show(self, entry: "Entry") -> None:
        from rich.text import Text

        again = f" (attempt {entry['attempt']})" if (entry["attempt"] or 1) > 1 else ""
        self._status.update(Text(f"{named(entry)}{again}"))
        self._status.start()

    def stop(self) -> None:
        self._status.stop()


def _line(entry: "Entry") -> str:
    about = []
    if entry["event"] == "interrupt":
        about.append("waits for a human")
    elif entry["duration_ms"] is not None:
        about.append(f"{entry['duration_ms']} ms")
    if (entry["attempt"] or 1) > 1:
        about.append(f"attempt {entry['attempt']}")
    what = f" ({', '.join(about)})" if about else ""
    error = f": {entry['error']}" if entry["error"] else ""
    return f"  {MARKS.get(entry['event'], ' ')} {named(entry)}{what}{error}"


def named(entry: "Entry") -> str:
    """The step, and which of its branches."""
    return f"{entry['node']} {on_one_line(entry['label'])}" if entry["label"] else str(entry["node"])
