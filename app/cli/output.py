"""What people and scripts see: one JSON value on stdout, or words; progress and refusals on stderr; the exit codes."""

import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from io import StringIO, TextIOWrapper
from shlex import quote
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Any, TextIO

import typer

from app.cli.times import local, relative
from nodes.ports.errors import DependencyDown, InvalidInput, NotConfigured, Refused, SwitchboardError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from app.engines.contract import RunResult, Usage

EXIT_CODES = {
    0: "completed",
    1: "the run failed",
    2: "usage: something typed cannot be used",
    3: "waits for a human",
    4: "refused: unknown thread, nothing pending, already decided, expired, or busy elsewhere",
    5: "not configured, or a dependency is down",
    6: "with --strict only: done, but not as asked (declined, compensated, unanswered, needs_attention)",
}
NOT_AS_ASKED = frozenset({"declined", "compensated", "unanswered", "needs_attention"})
OF_STATUS = {"completed": 0, "failed": 1, "running": 1, "waiting": 3}

GREEN, YELLOW, RED = 32, 33, 31
COLOURS = {
    **dict.fromkeys(
        ("completed", "resolved", "refunded", "answered", "report_ready", "accepted", "fulfilled", "sent", "ok"), GREEN
    ),
    **dict.fromkeys(("waiting", "running", "pending", "open", "needs_information", "exhausted", "withdrawn"), YELLOW),
    **dict.fromkeys(
        (
            "failed",
            "rejected",
            "declined",
            "expired",
            "escalated",
            "unanswered",
            "compensated",
            "needs_attention",
            "BAD",
        ),
        RED,
    ),
}
"""By what a status or an outcome asks of the reader: nothing, patience, a look."""

errors_as_json: ContextVar[bool] = ContextVar("errors_as_json", default=False)
"""Whether an error is printed as one JSON object: the command was given --json."""

quiet: ContextVar[bool] = ContextVar("quiet", default=False)
"""Whether stderr has errors only: the command was given --quiet."""

_NARROWEST = 40
_AS_IT_IS: Any = {"replace_whitespace": False, "drop_whitespace": True, "break_on_hyphens": False}

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""C0 but newline and tab, DEL, C1, separators of lines, directions of writing, and halves of characters."""


WIDEST_TEXT = 100  # characters


def say(text: str = "", *, end: str = "\n") -> None:
    """Words on stdout."""
    _write(sys.stdout, f"{visible(text)}{end}")


def say_row(cells: Sequence[str], between: str) -> None:
    """A row of a table on stdout. On a terminal, words that are a status have its colour."""
    coloured = is_coloured(sys.stdout)
    _write(sys.stdout, between.join(_painted(cell) if coloured else visible(cell) for cell in cells).rstrip() + "\n")


def is_coloured(stream: TextIO) -> bool:
    """A terminal that takes colours, of somebody who does not mind (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _painted(cell: str) -> str:
    colour = COLOURS.get(cell.strip())
    return f"\x1b[{colour}m{visible(cell)}\x1b[0m" if colour else visible(cell)


def print_hint(text: str) -> None:
    """Words on stderr that --quiet leaves out."""
    if not quiet.get():
        print_error(text)


def print_error(text: str, *, end: str = "\n") -> None:
    """Words on stderr."""
    _write(sys.stderr, f"{visible(text)}{end}")


def print_json(value: Any) -> None:
    """One JSON value on stdout; what could control a terminal is written as JSON's own escapes."""
    text = json.dumps(value, ensure_ascii=_is_narrow(sys.stdout), indent=2, default=str)
    _write(sys.stdout, _CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")


def print_bytes(content: bytes) -> None:
    """What we made ourselves, like a picture, on stdout."""
    with _kept_going(sys.stdout):
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def visible(text: str) -> str:
    """The text with control characters as escapes that are read, not obeyed. Newlines and tabs stay."""
    return _CONTROLS.sub(_escape, text.replace("\r\n", "\n"))


def on_one_line(value: Any) -> str:
    """A value as part of a line."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return visible(" ".join(text.split()))


def indented(text: str) -> str:
    """The text as a block that fits the terminal, with its lines kept."""
    room = max(get_terminal_size().columns, _NARROWEST)
    lines = (line for line in visible(text).split("\n"))
    return "\n".join(fill(line, room, initial_indent="  ", subsequent_indent="    ", **_AS_IT_IS) for line in lines)


def read_line(prompt: str) -> str:
    """A line that is typed, or of a pipe, without the space around it. Raises EOFError, InvalidInput."""
    try:
        if sys.stdin.isatty() and sys.stdout.isatty():
            line = input(prompt)
        else:  # `input` would put the prompt between what is printed
            if sys.stdin.isatty():
                print_error(prompt, end="")
            if not (line := sys.stdin.readline()):
                raise EOFError
        line.encode()
    except UnicodeError as error:
        raise InvalidInput("That line is not text in UTF-8. Type it again, or set your terminal to UTF-8.") from error
    return line.strip()


def watched() -> bool:
    """Somebody looks at stderr: it is a terminal."""
    return sys.stderr.isatty()


def clear_screen() -> bool:
    """Whether stdout is a terminal; if so, it is empty now."""
    if sys.stdout.isatty():
        _write(sys.stdout, "\x1b[2J\x1b[H")
    return sys.stdout.isatty()


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()


def progress_console() -> "Console":
    """Where spinners and bars are drawn: stderr. What they name goes through `on_one_line`."""
    from rich.console import Console

    return Console(stderr=True)


def print_markdown(text: str) -> None:
    """A report as people read it on a terminal: headings, lists, wrapped at words. A pipe gets the text as it is."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(width=min(get_terminal_size().columns, WIDEST_TEXT))
    console.print(Markdown(visible(text), hyperlinks=False))


def print_drawn(*parts: "RenderableType") -> None:
    """Tables on stdout."""
    from rich.console import Console

    drawn = StringIO()
    console = Console(file=drawn, width=get_terminal_size().columns)
    console.print(*parts, sep="\n")
    say(drawn.getvalue(), end="")


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def open_streams() -> None:
    """What stdout cannot encode becomes an escape; a stream that is closed is opened on nothing.

    No file of ours may get the number of a closed stream: what is printed by others would be written into it.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(number)
    closed = [name for name in ("stdin", "stdout", "stderr") if getattr(sys, name) is None]
    for name in closed:
        setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if "stdout" in closed:
        print_error("stdout is closed: what is printed there is lost. `> FILE` keeps it.")


def _write(stream: TextIO, text: str) -> None:
    with _kept_going(stream):
        stream.write(text)
        stream.flush()


@contextmanager
def _kept_going(stream: TextIO) -> Iterator[None]:
    """A reader that has gone away does not end the work. Raises DependencyDown for a stream that takes nothing."""
    try:
        yield
    except BrokenPipeError:
        _silence(stream)
    except OSError as error:
        _silence(stream)
        raise DependencyDown(
            f"The output cannot be written ({error.strerror}). What was done is kept: `switchboard threads` lists it."
        ) from error


def _silence(stream: TextIO) -> None:
    """The stream's descriptor leads to nothing: what is left in its buffer is lost when the process ends."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


def _is_narrow(stream: TextIO) -> bool:
    return not (stream.encoding or "utf-8").lower().startswith("utf")


@contextmanager
def failing_plainly() -> Iterator[None]:
    """Our errors, and Ctrl-C, become one sentence on stderr and the exit code that fits; never a traceback."""
    try:
        yield
    except KeyboardInterrupt as stopped:
        print_failure(
            "stopped", "Stopped. `switchboard threads` lists what was begun; a run on Temporal goes on without you."
        )
        raise typer.Exit(1) from stopped
    except SwitchboardError as error:
        print_failure(_in_snake_case(type(error).__name__), str(error))
        raise typer.Exit(exit_code(error)) from error


def print_failure(code: str, text: str) -> None:
    """What went wrong: a sentence, or with --json one object on one line, the last of stderr."""
    if not errors_as_json.get():
        print_error(text)
        return
    print_error(json.dumps(_error(code, text)))


def _error(code: str, text: str) -> dict[str, Any]:
    message, _, hint = _SENTENCES.sub("\n", visible(text).strip(), count=1).partition("\n")
    return {"error": {"code": code, "message": message, "hint": " ".join(hint.split())}}


_SENTENCES = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
"""Between what is wrong and what to do."""


def _in_snake_case(name: str) -> str:
    return re.sub(r"(?<=.)(?=[A-Z])", "_", name).lower()


def exit_code(error: SwitchboardError) -> int:
    codes: dict[type[SwitchboardError], int] = {InvalidInput: 2, Refused: 4, NotConfigured: 5}
    return next((code for kind, code in codes.items() if isinstance(error, kind)), 1)


def print_result(
    result: "RunResult",
    *,
    as_json: bool,
    engine: str | None = None,
    strict: bool = False,
    asked: str = "",
    talking: bool = False,
) -> None:
    """A run or a decision, and the exit code that belongs to it; `strict`: also when it went otherwise than asked.

    `engine`: as the command was told; the next one has to be told too. `asked`: what the approver is told.
    `talking`: another message comes, and what is completed needs no word.
    """
    if as_json:
        print_json(result)
    else:
        if result["reply"] and result["graph"] == "research" and sys.stdout.isatty():
            print_markdown(result["reply"])
        elif result["reply"]:
            say(result["reply"])
        if asked and (approval := result["approval"]):
            say(f"\n{indented(asked)}\n  Asked {relative(approval['requested_at'])}.")
        if not talking or result["status"] != "completed":
            _print_next_step(result, f" --engine {engine}" if engine else "")
    if code := _code(result, strict=strict):
        raise typer.Exit(code)


def print_results(
    threads: Sequence[str],
    results: "Sequence[RunResult | SwitchboardError]",
    *,
    as_json: bool,
    strict: bool = False,
    engine: str | None = None,
) -> None:
    """Several decisions: one JSON list, or one after the other. A refusal stands in its place; the highest exit code counts."""
    codes = [exit_code(one) if isinstance(one, SwitchboardError) else _code(one, strict=strict) for one in results]
    if as_json:
        print_json([_told(*one) for one in zip(threads, results, strict=True)])
    for thread, one in zip(threads, results, strict=True) if not as_json else ():
        say(f"{thread}:")
        if isinstance(one, SwitchboardError):
            print_error(str(one))
        else:
            with suppress(typer.Exit):
                print_result(one, as_json=False, engine=engine)
        say()
    if code := max(codes):
        raise typer.Exit(code)


def _told(thread: str, result: "RunResult | SwitchboardError") -> Any:
    if isinstance(result, SwitchboardError):
        return {"thread": thread, **_error(_in_snake_case(type(result).__name__), str(result))}
    return result


def _code(result: "RunResult", *, strict: bool) -> int:
    code = OF_STATUS[result["status"]]
    return 6 if strict and not code and result["outcome"] in NOT_AS_ASKED else code


def how_it_stands(result: "RunResult") -> str:
    """The outcome of what is over. A refund that the bank has still to confirm says so."""
    is_open = result["outcome"] == "refunded" and result["values"].get("refund_status") in (
        "pending",
        "requires_action",
    )
    return f"refunded ({result['values']['refund_status']})" if is_open else result["outcome"] or result["status"]


def _priced(usage: "Usage") -> str:
    return "" if usage["cost"] is None else f", {usage['cost']:.4f} by the provider's count"


def _print_next_step(result: "RunResult", told: str) -> None:
    thread = result["name"] or result["thread_id"]
    approval = result["approval"]
    if result["status"] == "waiting" and approval:
        deadline = f"{local(approval['expires_at'])} ({relative(approval['expires_at'])})"
        if approval["expires_at"] <= datetime.now(UTC).isoformat():
            print_hint(f"\nThe deadline has passed, {deadline}: `switchboard sweep{told}` closes it.")
            return
        print_hint(f"\nWaits for an approval until {deadline}. To decide:")
        print_hint(f"  switchboard approve {quote(thread)}{told}")
        print_hint(f"  switchboard reject {quote(thread)} --reason WHY{told}")
    else:
        outcome = f", {how_it_stands(result)}" if result["outcome"] else ""
        print_hint(f"\n{result['status']}{outcome} (thread {thread})")
    if result["status"] == "failed" and "switchboard resume" not in (result["reply"] or ""):
        print_hint(f"`switchboard resume {quote(thread)}{told}` goes on from the last step.")
    if tokens := result["usage"]["total_tokens"]:
        print_hint(f"{tokens:,} tokens{_priced(result['usage'])}")
