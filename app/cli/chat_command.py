"""`chat`: the support workflow at this terminal, message by message."""

import sys
from contextlib import suppress
from shlex import quote
from typing import TYPE_CHECKING

import typer

from app.cli.invoke import EngineOption, ThreadOption, look, run
from app.cli.output import on_one_line, print_error, print_hint, read_line, say
from app.cli.times import relative
from app.cli.workflow_commands import Email
from nodes.ports.errors import ThreadUnfinished, UnknownThread

if TYPE_CHECKING:
    from app.engines.contract import Records, RunResult
    from app.runtime import Switchboard
    from nodes.ports.tickets import Ticket

PROMPT = "you> "
LEAVING = frozenset({"", "exit", "quit", "/exit", "/quit"})
HELP = """/help    what can be typed here
/ticket  hand the conversation to a colleague, or see how its ticket stands
exit     end the chat; so do quit, an empty line and Ctrl-D. The thread stays.
Ctrl-C   end this turn; twice at the prompt, the chat
Everything else is what the customer writes."""
FOR_A_PERSON = "I want to talk to a person"


def chat(thread: ThreadOption = None, email: Email = None, engine: EngineOption = None) -> None:
    """Talk to the support workflow, message by message. `exit`, an empty line or Ctrl-D ends it; the thread stays.

    `/help` lists what else can be typed, `/ticket` hands the conversation to a colleague.
    """
    from app.records.threads import new_thread_id

    with suppress(ImportError):  # not on Windows
        import readline  # noqa: F401  # lines can be edited, and those before come back with the arrow keys

    name = thread or new_thread_id()
    print_hint(
        f"Thread {name}. Go on later with: switchboard chat --thread {quote(name)}\n`exit` ends the chat, /help tells more."
    )
    while (line := _ask()).lower() not in LEAVING:
        try:
            _answer(line, name, email, engine)
        except typer.Exit as ended:
            if ended.exit_code not in (1, 3) and not sys.stdin.isatty():
                raise
            if ended.exit_code == 1:
                print_hint("The next message goes on from there.")


def _answer(line: str, name: str, email: str | None, engine: str | None) -> None:
    match line.lower():
        case "/help":
            say(HELP)
            return
        case "/ticket":
            if ticket := look(lambda at_work: _open_ticket(at_work, name), engine=engine):
                _show(ticket)
                return
            line = FOR_A_PERSON
        case command if command.startswith("/") and command[1:].isalpha():
            print_error(f"{line} is not a command: /help lists them.")
            return

    async def said(switchboard: "Switchboard") -> "RunResult":
        try:
            return await switchboard.say(line, name, email=email)
        except ThreadUnfinished:  # the turn before was ended by Ctrl-C, or by a crash: first it is finished
            before = await switchboard.resume(name)
            if before["status"] in ("failed", "running"):
                return before
            say(f"{before['reply']}\n")
            return await switchboard.say(line, name, email=email)

    run(said, as_json=False, talking=True, engine=engine)


async def _open_ticket(at_work: "Records", name: str) -> "Ticket | None":
    """The newest one of this conversation that is not closed."""
    with suppress(UnknownThread):  # nothing was said yet
        return next((one for one in await at_work.tickets(name) if one["status"] == "open"), None)
    return None


def _show(ticket: "Ticket") -> None:
    assigned = (
        f"assigned to {on_one_line(ticket['assigned_to'])}" if ticket.get("assigned_to") else "assigned to nobody yet"
    )
    say(f"{ticket['ticket_id']}, opened {relative(ticket['opened_at'])}, {assigned}: {on_one_line(ticket['summary'])}")


def _ask() -> str:
    """What is typed next; "" at the end."""
    interrupted = False
    while True:
        try:
            return read_line(PROMPT)
        except EOFError:
            return ""
        except KeyboardInterrupt:
            if interrupted:
                return ""
            interrupted = True
            print_hint("\nCtrl-C once more ends the chat, and so does `exit`.")
