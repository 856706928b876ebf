"""A run as it goes by, on stderr: ticking live on a terminal, plain lines in a pipe."""

from types import TracebackType
from typing import TYPE_CHECKING, Self

from app.cli.output import on_one_line, print_hint, progress_console, quiet, visible, watched

if TYPE_CHECKING:
    from app.records.journal import Entry

MARKS = {"end": "✓", "failure": "✗", "interrupt": "…"}


class Progress:
    """Watches a run. On a terminal the words of a model are shown as they come, and are gone when the step ends.

    stdout gets none of them: what stands there was checked.
    """

    def __init__(self, *, summed_up: bool = False) -> None:
        """`summed_up`: steps that went well are one line together, at the end."""
        self._live = _Live() if watched() and not quiet.get() else None
        self._summed_up = summed_up
        self._steps = self._took_ms = 0
        self._last_error: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()
        if self._steps:
            print_hint(f"  ✓ {self._steps} steps ({self._took_ms} ms)")

    def step(self, entry: "Entry") -> None:
        from app.records.journal_entries import FAILURE_PATH

        if entry["node"] is None:
            return
        if entry["event"] in ("start", "retry"):
            if self._live:
                self._live.show(entry)
            return
        if self._live:
            self._live.stop()
        if entry["node"] == FAILURE_PATH and entry["error"] == self._last_error:  # it has been told
            return
        self._last_error = entry["error"]
        if self._summed_up and entry["event"] == "end":
            self._steps += 1
            self._took_ms += entry["duration_ms"] or 0
            return
        print_hint(_line(entry))

    def token(self, text: str) -> None:
        if self._live:
            self._live.hear(text)


class _Live:
    """The step that is at work, with a spinner, and what its model has said so far."""

    def __init__(self) -> None:
        self._console = progress_console()
        self._status = self._console.status("")
        self._step = self._words = ""

    def show(self, entry: "Entry") -> None:
        again = f" (attempt {entry['attempt']})" if (entry["attempt"] or 1) > 1 else ""
        self._step, self._words = f"{named(entry)}{again}", ""
        self._update()
        self._status.start()

    def hear(self, words: str) -> None:
        self._words += words
        self._update()

    def _update(self) -> None:
        """The newest words that fit beneath the step."""
        from rich.text import Text

        fits = self._console.width * max(self._console.height - 3, 1) // 2
        said = visible(self._words.strip())[-fits:]
        self._status.update(Text(f"{self._step}\n{said}" if said else self._step))

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
