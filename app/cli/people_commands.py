"""Commands about the people of an installation: people add, list, remove, role, password, token; login and logout."""

import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

import typer

from app.cli.invoke import AsJson, look_at_business
from app.cli.output import print_error, print_hint, print_json, say
from app.cli.tables import print_list

if TYPE_CHECKING:
    from app.approvals.approval_rules import Rule
    from app.clients.database.database import Database
    from app.records.people import People, Person
    from app.settings import Settings

T = TypeVar("T")

approvals_app = typer.Typer(help="Look at the table that says who decides about what.", no_args_is_help=True)
people_app = typer.Typer(help="Add the people who may decide, and give them roles and tokens.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="What the person is called: mia, or mia@example.com.")]
RoleName = Literal["viewer", "operator", "approver", "admin", "channel"]
SHORT_PASSWORD = 8


@people_app.command()
def add(
    name: Name,
    role: Annotated[
        RoleName,
        typer.Option(
            "--role",
            help="viewer reads; operator starts and resumes too; approver decides too; admin manages people too; "
            "channel is a program that speaks for customers.",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Add a person. Asks for a password twice; reads one line from stdin when that is not a terminal. A channel has none.

    Example: switchboard people add mia --role approver
    """
    password = None if role == "channel" else _new_password()
    added, everybody = _with_people(lambda people, _: _added(people, name, role, password))
    if as_json:
        print_json(_plain(added))
        return
    print_error(f"{added.name} was added as {role}.")
    if len(everybody) == 1:
        print_hint("From now on, approve, reject and ask need a token or a login: `switchboard login NAME`.")
    if not {"approver", "admin"} & {one.role for one in everybody}:
        print_hint("Nobody can decide yet: add an approver or an admin.")


@people_app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List everybody, with their roles."""
    rows = [_plain(person) for person in _with_people(lambda people, _: people.list())]
    empty = "Nobody was added: each user of this home decides, under the name of the operating-system user."
    print_list(rows, ("name", "role"), as_json=as_json, empty=empty)


@people_app.command()
def remove(name: Name, as_json: AsJson = False) -> None:
    """Remove a person, with every token. The last admin cannot be removed."""
    removed, is_empty = _with_people(lambda people, _: _removed(people, name))
    if as_json:
        print_json(_plain(removed))
        return
    print_error(f"{removed.name} was removed.")
    if is_empty:
        print_hint("Nobody is left: decisions need no token any more.")


@people_app.command("role")
def set_role(
    name: Name,
    new_role: Annotated[RoleName, typer.Argument(metavar="ROLE", help="viewer, operator, approver, admin or channel.")],
    as_json: AsJson = False,
) -> None:
    """Give a person another role, at once. The last admin stays one."""
    changed = _with_people(lambda people, _: people.set_role(name, new_role))
    _tell(changed, f"{changed.name} is {new_role} now.", as_json=as_json)


@people_app.command()
def password(name: Name, as_json: AsJson = False) -> None:
    """Set a new password, and withdraw every token of the person. Asked for as in `add`."""
    new = _new_password()

    async def changed(people: "People", _: "Settings") -> "Person":
        person = await people.set_password(name, new)
        await people.revoke_all(name)
        return person

    person = _with_people(changed)
    _tell(person, f"{person.name} has a new password.", as_json=as_json)


@people_app.command()
def token(
    name: Name,
    revoke: Annotated[bool, typer.Option("--revoke", help="First, withdraw every token that the person has.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a token, and show it once: for SWITCHBOARD_TOKEN, `login --token`, and the API.

    Example: export SWITCHBOARD_TOKEN=$(switchboard people token mia)
    """

    async def made(people: "People", _: "Settings") -> str:
        if revoke:
            await people.revoke_all(name)
        return await people.token(name)

    new = _with_people(made)
    if as_json:
        print_json({"token": new})
    else:
        say(new)
        print_hint("Keep it: it is not shown again.")


@approvals_app.command()
def check(as_json: AsJson = False) -> None:
    """Show who decides about what: `approvals.toml` of the home as it is read, and what cannot work. Exit code 5 if so."""

    async def looked_at(people: "People", settings: "Settings") -> "tuple[list[Rule], list[str]]":
        from app.approvals.approval_rules import ApprovalRules, problems
        from graphs import actions

        rules = ApprovalRules(settings.approvals_file).rules()
        return rules, problems(rules, await people.list(), actions())

    rules, found = _with_people(looked_at)
    if as_json:
        print_json({"rules": [rule.row() for rule in rules], "problems": found})
    else:
        _print_rules(rules)
        for problem in found:
            print_error(problem)
    if found:
        raise typer.Exit(5)


def _print_rules(rules: "Sequence[Rule]") -> None:
    from app.approvals.approval_rules import DEFAULT_RULE

    rows = [
        {
            "rule": number or "else",
            "about": row["about"],
            "who": " or ".join(row["who"]),
            "needs": row["quorum"],
            "requester": "may" if row["requester_may"] else "may not",
            "deadline": row["deadline"],
            "remind": ", ".join(row["remind"]),
            "escalates to": row["escalate_to"],
        }
        for number, row in [*enumerate((rule.row() for rule in rules), start=1), (0, DEFAULT_RULE.row())]
    ]
    columns = [name for name in rows[0] if name in ("rule", "about", "who", "needs") or any(row[name] for row in rows)]
    print_list(rows, columns, as_json=False, empty="")  # nothing is cut: who is cut off cannot be checked


def login(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Who signs in, with a password.")] = None,
    given: Annotated[
        str | None, typer.Option("--token", metavar="TOKEN", help="A token; - reads it from stdin.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Sign in. A token is kept in the home, readable by you alone, until `switchboard logout`.

    Example: switchboard login mia
    """
    if (name is None) == (given is None):
        raise typer.BadParameter("Say who signs in: `switchboard login NAME`, or `switchboard login --token TOKEN`.")
    secret = _read_line("Token") if given == "-" else given or _read_line("Password")

    async def signed_in(people: "People", settings: "Settings") -> "Person":
        from app.approvals.sign_in import sign_in

        return await sign_in(people, settings, secret, name=name)

    person = _with_people(signed_in)
    _tell(person, f"You are signed in as {person.name} ({person.role}).", as_json=as_json)


def logout(as_json: AsJson = False) -> None:
    """Sign out. The token that `login NAME` made is withdrawn, and forgotten."""

    async def signed_out(people: "People", settings: "Settings") -> str | None:
        from app.approvals.sign_in import sign_out

        return await sign_out(people, settings)

    name = _with_people(signed_out)
    if as_json:
        print_json({"name": name})
    else:
        print_error(f"{name} is signed out." if name else "Nobody was signed in.")


async def _added(people: "People", name: str, role: RoleName, password: str | None) -> "tuple[Person, list[Person]]":
    return await people.add(name, role, password), await people.list()


async def _removed(people: "People", name: str) -> "tuple[Person, bool]":
    return await people.remove(name), not await people.any()


def _tell(person: "Person", sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_plain(person))
    else:
        print_error(sentence)


def _plain(person: "Person") -> dict[str, str]:
    return {"name": person.name, "role": person.role}


def _new_password() -> str:
    first = _read_line("Password")
    if sys.stdin.isatty() and _read_line("The same again") != first:
        raise typer.BadParameter("The two are not the same. Nothing was changed.")
    if not first:
        raise typer.BadParameter("The password is empty: type one, or pipe it in.")
    if len(first) < SHORT_PASSWORD:
        print_hint(f"A password of fewer than {SHORT_PASSWORD} characters is easy to guess.")
    return first


def _read_line(prompt: str) -> str:
    """A secret: typed at a terminal without being shown, or the first line of stdin."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"{prompt}: ")
    return sys.stdin.readline().rstrip("\r\n")


def _with_people(use: "Callable[[People, Settings], Awaitable[T]]") -> T:
    async def opened(database: "Database", settings: "Settings") -> T:
        from app.records.people import People
        from app.system_clock import SystemClock

        return await use(People(database, SystemClock()), settings)

    return look_at_business(opened)
