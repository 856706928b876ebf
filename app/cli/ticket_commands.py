"""Commands about what was handed to people: tickets list, show, assign, answer, close, reopen."""

import json
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from app.cli import parameters
from app.cli.invoke import AsJson, EngineOption, browse, call, look
from app.cli.output import on_one_line, print_error, print_json, say
from app.cli.parameters import WHEN, words
from app.cli.tables import print_list
from app.cli.times import local, relative

if TYPE_CHECKING:
    from app.engines.contract import Engine, Lists, Records
    from nodes.ports.approvals import Question
    from nodes.ports.tickets import Ticket, TicketStatus

tickets_app = typer.Typer(help="List what was handed to people, newest first, and work on it.")

OfThread = Annotated[str | None, typer.Option("--thread", help="Only tickets of this thread.")]
OfStatus = Annotated[Literal["open", "closed"] | None, typer.Option("--status", help="Only tickets with this status.")]
About = Annotated[
    str | None,
    typer.Option("--about", parser=words, metavar="WORDS", help="Only tickets with these words in reason or summary."),
]
NOBODY = "nobody"
To = Annotated[
    str | None,
    typer.Option(
        "--to", parser=words, metavar="NAME", help=f"Only tickets assigned to this person; {NOBODY}: to no one."
    ),
]
Since = Annotated[
    str | None, typer.Option(parser=parameters.since, metavar="WHEN", help=f"Only tickets opened since then: {WHEN}.")
]
Until = Annotated[
    str | None,
    typer.Option(parser=parameters.until, metavar="WHEN", help="Only tickets opened before the end of then."),
]
Number = Annotated[str, typer.Argument(metavar="TICKET", help="Its number: T-1001, or 1001.")]


@tickets_app.callback(invoke_without_command=True)
def tickets(
    context: typer.Context,
    thread: OfThread = None,
    status: OfStatus = None,
    about: About = None,
    to: To = None,
    since: Since = None,
    until: Until = None,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """List what was handed to people, newest first, and work on it."""
    if context.invoked_subcommand is None:
        list_(thread, status, about, to, since, until, engine, as_json)


@tickets_app.command("list")
def list_(
    thread: OfThread = None,
    status: OfStatus = None,
    about: About = None,
    to: To = None,
    since: Since = None,
    until: Until = None,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """List tickets. Newest first.

    Example: switchboard tickets list --status open --to Mia --since today
    """

    def is_wanted(one: "Ticket") -> bool:
        said = f"{one['reason']}\n{one['summary']}".casefold()
        return (
            status in (None, one["status"])
            and (about is None or about.casefold() in said)
            and (to is None or to.casefold() == (one.get("assigned_to") or NOBODY).casefold())
            and (since is None or one["opened_at"] >= since)
            and (until is None or one["opened_at"] <= until)
        )

    async def found(at_work: "Lists") -> "tuple[list[Ticket], dict[str, str]]":
        listed = [one for one in await at_work.tickets(thread) if is_wanted(one)]
        return listed, await at_work.threads.short_ids({one["thread_id"] for one in listed})

    listed, short = browse(found, engine=engine, asks_services=True)
    rows = [
        one
        if as_json
        else {
            **one,
            "opened": relative(one["opened_at"]),
            "assigned_to": one.get("assigned_to"),
            "thread": short.get(one["thread_id"], one["thread_id"]),
        }
        for one in listed
    ]
    columns = ("ticket_id", "status", "opened", "assigned_to", "thread", "reason", "summary")
    print_list(rows, columns, as_json=as_json, empty="No tickets.", long=("assigned_to", "reason", "summary"))


@tickets_app.command()
def show(ticket: Number, engine: EngineOption = None, as_json: AsJson = False) -> None:
    """Show a ticket. The case in words, its facts, and what was said."""
    found = _changed(ticket, engine)
    if as_json:
        print_json(found)
        return
    whose = f", assigned to {on_one_line(name)}" if (name := found.get("assigned_to")) else ""
    say(f"{found['ticket_id']} ({found['status']}{whose}), opened {local(found['opened_at'])}")
    say(f"Thread: {found['thread_id']}\nReason: {on_one_line(found['reason'])}\n\n{found['summary']}")
    if found["facts"]:
        say("\nFacts:")
    for name, value in found["facts"].items():
        say(f"  {on_one_line(name)}: {on_one_line(value if isinstance(value, str) else json.dumps(value))}")
    if found["transcript"]:
        say("\nWhat was said:")
    for line in found["transcript"]:
        say(f"  {line}")


@tickets_app.command()
def assign(
    ticket: Number,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Who works on it.")],
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """Note who works on a ticket.

    Example: switchboard tickets assign T-1001 --to Mia
    """
    _tell(_changed(ticket, engine, assigned_to=to), as_json=as_json)


@tickets_app.command()
def answer(
    ticket: Number,
    text: Annotated[str, typer.Argument(parser=words, metavar="TEXT", help="What the customer has said, or you know.")],
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """Answer the question that an approver has put into a ticket, and close it. The approver is told.

    Example: switchboard tickets answer T-1001 "The seal was broken on arrival."
    """

    async def answered(at_work: "Engine") -> "Question":
        from app.approvals.approval_questions import answer as note

        return await note(at_work, _ticket_id(ticket), text)

    question = call(answered, engine=engine)
    if as_json:
        print_json(question)
    else:
        print_error(f"{question['asked_by']} is told.")


@tickets_app.command()
def close(ticket: Number, engine: EngineOption = None, as_json: AsJson = False) -> None:
    """Close a ticket. The case is settled."""
    _tell(_changed(ticket, engine, status="closed"), as_json=as_json)


@tickets_app.command()
def reopen(ticket: Number, engine: EngineOption = None, as_json: AsJson = False) -> None:
    """Open a closed ticket again."""
    _tell(_changed(ticket, engine, status="open"), as_json=as_json)


def _changed(
    number: str, engine: str | None, status: "TicketStatus | None" = None, assigned_to: str | None = None
) -> "Ticket":
    from nodes.ports.errors import UnknownTicket

    ticket_id = _ticket_id(number)

    async def changed(at_work: "Records") -> "Ticket":
        found = await at_work.services.tickets.change(ticket_id, status=status, assigned_to=assigned_to)
        if found is None:
            raise UnknownTicket(f"There is no ticket {number!r}. `switchboard tickets` lists them.")
        return found

    return look(changed, engine=engine)


def _ticket_id(number: str) -> str:
    return f"T-{number.strip()}" if number.strip().isdecimal() else number.strip().upper()


def _tell(ticket: "Ticket", *, as_json: bool) -> None:
    if as_json:
        print_json(ticket)
    else:
        whose = f", assigned to {on_one_line(name)}" if (name := ticket.get("assigned_to")) else ""
        print_error(f"{ticket['ticket_id']} is {ticket['status']}{whose}.")
