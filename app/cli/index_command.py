"""The command that indexes a folder ahead of time, and the same before a run that names one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.invoke import AsJson
from app.cli.output import failing_plainly, print_hint, print_json, progress_console, quiet, say, watched
from nodes.answer.left_out import summary, worded

if TYPE_CHECKING:
    from app.clients.knowledge.index import Progress
    from app.settings import Settings
    from nodes.ports.knowledge import LeftOut

TOLD_S = 10.0  # between two lines of progress, where nobody watches


def index(
    folder: Annotated[
        Path | None,
        typer.Argument(
            exists=True, file_okay=False, resolve_path=True, metavar="[DIR]", help="Left out: the knowledge folder."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read the documents of a folder ahead of time. Only what is new or has changed is read; Ctrl-C keeps what is done.

    Example: switchboard index docs
    """
    with failing_plainly():
        from app.settings import load

        settings = load(**({"knowledge_dir": folder} if folder else {}))
        found = indexed(settings, again=True)
    read = found["of"] - found["files"]
    if as_json:
        print_json({"folder": str(settings.knowledge_folder), "read": read, "left_out": found})
    else:
        say(f"{read:,} of {found['of']:,} files can be read: {settings.knowledge_folder}")
        for reason, count in found["reasons"].items():
            say(f"  left out: {count:,} {worded(reason)}")
    if found["of"] and not read:
        raise typer.Exit(1)


def indexed_first(**named: Any) -> None:
    """Before a run: however long it takes, no step waits for it. Says what is left out."""
    with failing_plainly():
        from app.settings import load

        settings = load(**{name: value for name, value in named.items() if value is not None})
        if settings.engine == "temporal" or not settings.knowledge_folder.is_dir():
            return  # the worker indexes; the run says what is missing
        found = indexed(settings)
        if found["files"]:
            print_hint(summary(found))


def indexed(settings: "Settings", *, again: bool = False) -> "LeftOut":
    """With progress on stderr."""
    from app.composition import knowledge
    from app.logs import configure

    configure(settings.log_level)  # before anything is logged: without it Python writes names of files as they come
    progress = _Progress()
    try:
        return knowledge(settings).index(progress.tell, again=again)
    except KeyboardInterrupt:
        progress.stop()
        print_hint("What has been read is kept: `switchboard index` goes on from there.")
        raise
    finally:
        progress.stop()


class _Progress:
    """A line that changes on a terminal; in a pipe a line now and then."""

    def __init__(self) -> None:
        self._status = progress_console().status("") if watched() and not quiet.get() else None
        self._next = 0.0

    def tell(self, progress: "Progress") -> None:
        import time

        words = f"Indexing: {progress.done:,} of {progress.total:,} {progress.counted}"
        if not progress.total:
            return
        if self._status:
            self._status.update(words)
            self._status.start()
        elif time.monotonic() >= self._next:
            if self._next:
                print_hint(words)
            self._next = time.monotonic() + TOLD_S

    def stop(self) -> None:
        if self._status:
            self._status.stop()
