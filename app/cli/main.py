"""The command line: `switchboard`. Nothing heavy is imported before a command needs it."""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from app.cli import approval_commands as decisions
from app.cli import audit_commands as audit
from app.cli import chat_command as talk
from app.cli import graph_command as graphs
from app.cli import index_command as indexing
from app.cli import installation_commands as installation
from app.cli import mcp_command as agents
from app.cli import new_command as new
from app.cli import people_commands as people
from app.cli import serve_command as server
from app.cli import thread_commands as threads
from app.cli import thread_list_command as register
from app.cli import trace_command as steps
from app.cli import worker_command as worker
from app.cli import workflow_commands as runs
from app.cli.eval_commands import eval_app
from app.cli.output import errors_as_json, failing_plainly, flush, open_streams, print_error, print_failure, quiet, say
from app.cli.run_command import run_app
from app.cli.ticket_commands import tickets_app
from app.cli.webhook_commands import webhooks_app
from app.cli.wording_commands import wording_app
from app.plain_words import what_is_wrong

LESSON = """Switchboard runs agent workflows you can trust with money. Try these three:

  switchboard support "where is my order 12349?" --email grace@example.com
  switchboard refund --order 12345 --email ada@example.com
  switchboard pending

The first answers a customer. The second stops, because $149.00 need an approval; the third lists what
waits, and `switchboard approve THREAD` lets it go on. `switchboard --help` shows every command."""

ANYWHERE = ("--quiet", "--verbose")

YOUNG = 200_000
"""How many new objects there are before Python looks for garbage among them. What is imported is none: with Python's own 700,
a third of a short command's time was such looks."""


class Commands(TyperGroup):
    """Says what cannot be used as everything else is said: in words, or with --json as one object."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        words = _in_front(sys.argv[1:] if args is None else args)
        token = errors_as_json.set("--json" in words)
        try:
            _check_encoding(words)
            with failing_plainly():
                code = super().main(words, prog_name, complete_var, False, windows_expand_args, **extra)
        except typer.TyperException as error:
            _print_usage(error)
            code = error.exit_code
        except typer.Exit as ended:
            code = ended.exit_code
        except typer.Abort:
            code = 1
        except SystemExit as ended:
            code = 0 if isinstance(ended.__context__, BrokenPipeError) else ended.code  # of --help, with a reader gone
        finally:
            errors_as_json.reset(token)
        if standalone_mode:
            sys.exit(code)
        return code


def _in_front(words: Sequence[str]) -> list[str]:
    """The words with those that every command takes before the command, wherever they were typed."""
    end = list(words).index("--") if "--" in words else len(words)
    found = [word for word in words[:end] if word in ANYWHERE]
    return [*found, *(word for word in words[:end] if word not in ANYWHERE), *words[end:]]


def _check_encoding(words: Sequence[str]) -> None:
    for word in words:
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise typer.BadParameter(f"{word!r} is not text in UTF-8. Type it in UTF-8.") from error


def _print_usage(error: typer.TyperException) -> None:
    if first := next(
        iter(getattr(error.__cause__, "errors", list)()), None
    ):  # of pydantic, whose words are for programmers
        error.message = f"{what_is_wrong(first)}."
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "switchboard"
    if errors_as_json.get():
        print_failure("usage", f"{error.format_message()}\nTry `{path} --help`.")
        return
    if context:
        print_error(f"{context.get_usage()}\nTry '{path} --help' for help.\n")
    print_error(f"Error: {error.format_message()}")


app = typer.Typer(
    cls=Commands,
    name="switchboard",
    help="Agent workflows that a business can trust with money and with its customers.",
    epilog="Exit codes: 0 completed, 1 failed, 2 usage, 3 waits for a human, 4 refused, 5 not configured, "
    "6 not as asked (with --strict).",
    invoke_without_command=True,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # Rich takes longer to load than everything else that --help needs
    context_settings={"help_option_names": ["-h", "--help"]},
)

COMMANDS: tuple[tuple[Callable[..., None], ...], ...] = (
    (runs.support, talk.chat, runs.answer, indexing.index, runs.refund, runs.fulfil, runs.research, runs.write),
    (decisions.pending, decisions.approve, decisions.reject, decisions.ask, decisions.sweep, decisions.mails),
    (register.threads, threads.show, steps.trace, threads.history, threads.fork),
    (threads.resume, threads.delete, threads.prune),
    (audit.export, audit.verify, audit.forget),
    (people.login, people.logout),
    (
        graphs.graph,
        installation.demo,
        installation.doctor,
        server.serve,
        installation.studio,
        worker.worker,
        agents.mcp,
        new.new,
    ),
)
for command in chain.from_iterable(COMMANDS):
    app.command()(command)
app.add_typer(run_app)
app.add_typer(tickets_app, name="tickets")
app.add_typer(webhooks_app, name="webhooks")
app.add_typer(wording_app, name="wording")
app.add_typer(people.people_app, name="people")
app.add_typer(people.approvals_app, name="approvals")
app.add_typer(eval_app, name="eval")


@app.callback()
def first_lesson(
    context: typer.Context,
    env_file: Annotated[
        Path | None,
        typer.Option(
            "--env-file",
            exists=True,
            dir_okay=False,
            resolve_path=True,
            metavar="FILE",
            help="Read settings from this file, in place of the home's .env.",
        ),
    ] = None,
    hush: Annotated[
        bool, typer.Option("--quiet", help="Nothing on stderr but errors. Works behind a command too.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log every step on stderr. Works behind a command too.")
    ] = False,
    show_version: Annotated[bool, typer.Option("--version", "-V", help="Show the version.")] = False,
) -> None:
    """Agent workflows that a business can trust with money and with its customers."""
    if show_version:
        from importlib.metadata import version as installed

        from app.extras import DISTRIBUTION

        say(f"switchboard {installed(DISTRIBUTION)}")
        raise typer.Exit
    if env_file:
        _read_settings_from(env_file, context)
    if hush or verbose:
        _speak(context, quietly=hush)
    if context.invoked_subcommand is None:
        say(LESSON)


def _speak(context: typer.Context, *, quietly: bool) -> None:
    from app.logs import level_asked_for

    hushed, level = quiet.set(quietly), level_asked_for.set("ERROR" if quietly else "INFO")
    context.call_on_close(lambda: quiet.reset(hushed))
    context.call_on_close(lambda: level_asked_for.reset(level))


def _read_settings_from(file: Path, context: typer.Context) -> None:
    from app import settings

    token = settings.env_file.set(file)
    context.call_on_close(lambda: settings.env_file.reset(token))


@app.command("help")
def show_help(
    context: typer.Context,
    command: Annotated[list[str] | None, typer.Argument(metavar="[COMMAND]...", help="Left out: all commands.")] = None,
) -> None:
    """Show the help of a command. As `--help` behind it."""
    app([*(command or []), "--help"], prog_name=context.find_root().command_path)


def main() -> None:
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    open_streams()
    try:
        app()
    except SystemExit as ended:
        if "temporalio" in sys.modules:
            _leave_at_once(ended.code)
        raise
    finally:
        gc.freeze()  # or Python looks through everything once more, right before it ends


def _leave_at_once(code: str | int | None) -> None:
    """End the process without taking Python down first, around threads that do not expect it.

    Temporal's library aborts the process otherwise, now and then: https://github.com/temporalio/sdk-python/issues/300.
    """
    flush()
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)
