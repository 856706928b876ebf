"""Commands for those who account for what happened: export, verify, forget."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.invoke import AsJson, EngineOption, ThreadArgument, call, call_runner, look_at_business
from app.cli.output import failing_plainly, indented, on_one_line, print_error, print_json, say
from app.cli.parameters import words

if TYPE_CHECKING:
    from app.clients.database.database import Database
    from app.engines.contract import Engine
    from app.engines.forget import Forgotten
    from app.engines.langgraph.runner import Runner
    from app.exports.audit import Audit
    from app.exports.thread_file import ThreadFile
    from app.settings import Settings


def verify(
    head: Annotated[
        str | None,
        typer.Option(
            "--head", metavar="LINK", help="A head that an earlier `verify` printed: it has to be there still."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that the audit is whole. Approvals, decisions, payments, refunds and journal; what was changed is named. Exit code 1 then.

    Example: switchboard verify
    """

    async def verified(database: "Database", _: "Settings") -> "Audit":
        from app.exports.audit import verify as examined

        return await examined(database, head=head)

    found = look_at_business(verified)
    if as_json:
        print_json(found)
    else:
        for problem in found["problems"]:
            say(problem)
        older = f", {found['unlinked']} of them older than the chain" if found["unlinked"] else ""
        say(f"{found['records']} records of approvals and payments, {found['entries']} entries of the journal{older}.")
        say("The audit is whole." if found["ok"] else "The audit is not whole: restore a backup, and compare.")
        print_error(f"Head: {found['head']}\nKept elsewhere, it tells later whether the chain was made anew (--head).")
    if not found["ok"]:
        raise typer.Exit(1)


def export(
    thread: ThreadArgument,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            dir_okay=False,
            writable=True,
            help="A .json or .html file; left out: JSON on stdout.",
        ),
    ] = None,
    engine: EngineOption = None,
    as_json: AsJson = False,
) -> None:
    """Write everything about a thread into one file. State, journal, approvals, mails, tickets and receipts.

    Example: switchboard export conv-123 --out conv-123.html
    """

    async def collected(at_work: "Engine") -> "ThreadFile":
        from app.exports.thread_file import check, collect
        from app.settings import load

        if out:
            check(out)
        return await collect(at_work, thread, load())

    made = call(collected, engine=engine)
    if out is None or as_json:
        print_json(made)
    if out:
        with failing_plainly():
            from app.exports.thread_file import write

            write(made, out)
        print_error(f"Saved to {out}.")


def forget(
    email: Annotated[str, typer.Argument(parser=words, metavar="EMAIL", help="The customer's e-mail address.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Forget a customer. Their threads, mails and words are removed; what was decided and paid stays, without their words.

    Example: switchboard forget ada@example.com --dry-run
    """

    async def forgotten(runner: "Runner") -> "Forgotten":
        from app.engines.forget import forget as forget_customer

        return await forget_customer(runner, email, dry_run=dry_run)

    found = call_runner(forgotten, engine="langgraph")  # which opens Temporal's too, where there is need
    if as_json:
        print_json(found)
        return
    say("Would be forgotten:" if dry_run else "Forgotten:")
    for what, which, named in (
        ("Threads, with checkpoints, journal and sources", found["threads"], True),
        ("Tickets, but for their number and reason", found["tickets"], True),
        ("Texts of mails", found["mails"], False),
        ("Files of mails", found["mail_files"], False),
        ("Reasons of approvals; the decision stays", found["approvals"], False),
        ("Reasons of refunds; the payment stays", found["refunds"], False),
    ):
        names = f" ({', '.join(map(on_one_line, which))})" if named and which else ""
        say(indented(f"{what}: {len(which)}{names}"))
    for sentence in found["left"]:
        print_error(sentence)
