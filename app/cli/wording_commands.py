"""Commands about what customers read: wording, wording check."""

from typing import Annotated

import typer

from app.cli.invoke import AsJson
from app.cli.output import failing_plainly, print_error, print_hint, print_json, say

wording_app = typer.Typer(help="List the sentences that customers read, and check your own words for them.")


@wording_app.callback(invoke_without_command=True)
def wording(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Option("--name", help="Only sentences whose names begin so: chat, ask, offer, refund, order.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the sentences that customers read, with their fields and built-in words. * marks one in your own words.

    A file wording/NAME.j2 in the home, a Jinja2 template, puts a sentence into your own words.
    """
    if context.invoked_subcommand is not None:
        return
    with failing_plainly():
        from app.clients.wording.shop_wording import listed
        from app.settings import load

        folder = load().wording_folder
        rows = [row for row in listed(folder) if row["name"].startswith(name or "")]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        say(f"{'*' if row['own'] is not None else ' '} {row['name']}  ({', '.join(row['fields'])})")
        say(f"    {row['own'] if row['own'] is not None else row['default']}")
    print_hint(f"\nYour own words: {folder}/NAME.j2. `switchboard wording check` checks them.")


@wording_app.command("check")
def check(as_json: AsJson = False) -> None:
    """Check your own words: unknown names and fields, figures, and what is not a Jinja2 template. Exit code 5 if anything is
    wrong."""
    with failing_plainly():
        from app.clients.wording.shop_wording import files, problems
        from app.settings import load

        folder = load().wording_folder
        found = problems(folder)
    if as_json:
        print_json(found)
    for one in () if as_json else found:
        say(f"{one['file']}, line {one['line']}: {one['problem']}")
    if found:
        raise typer.Exit(5)
    if not as_json:
        print_error(f"{len(files(folder))} of the sentences are in your own words, and all of them can be used.")
