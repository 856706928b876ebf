"""People: names, roles, passwords, tokens; and the command line that adds them and signs them in."""

import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from app.clients.database.database import Database
from app.records.people import ALLOWED, ROLES, People, Person, allowed
from app.testing import FakeClock
from nodes.ports.errors import InvalidInput, PersonRefused, UnknownPerson
from tests.command_line import CommandLine


@pytest.fixture(params=["sqlite", "postgres"])
def people(database: Database, clock: FakeClock) -> People:
    return People(database, clock)


MAY = {
    "viewer": {"read"},
    "operator": {"read", "start", "say", "resume", "tickets"},
    "approver": {"read", "start", "say", "resume", "tickets", "decide", "ask"},
    "admin": {"read", "start", "say", "resume", "tickets", "decide", "ask", "people"},
    "channel": {"start", "say", "read"},
}


def test_who_may_do_what() -> None:
    assert {role: {deed for deed in ALLOWED["admin"] if allowed(role, deed)} for role in ROLES} == MAY


async def test_a_token_is_its_owners_until_it_is_withdrawn(people: People, clock: FakeClock) -> None:
    await people.add("mia", "approver", "secret")
    first, second = await people.token("Mia"), await people.token("mia", lasts=timedelta(hours=1))
    assert await people.by_token(first) == await people.by_token(f"{second}\n") == Person("mia", "approver")
    await people.set_role("mia", "viewer")
    assert await people.by_token(first) == Person("mia", "viewer")
    clock.advance(hours=1)
    assert await people.by_token(second) is None
    await people.revoke(first)
    assert [await people.by_token(known) for known in (first, "", "swb_", "mia")] == [None] * 4


async def test_a_token_that_lasts_no_time_is_worth_nothing(people: People) -> None:
    await people.add("mia", "approver", None)
    assert await people.by_token(await people.token("mia", lasts=timedelta(0))) is None


async def test_a_removed_person_has_no_token_and_no_password(people: People) -> None:
    await people.add("mia", "approver", "secret")
    token = await people.token("mia")
    assert await people.by_password("MIA", "secret") == Person("mia", "approver")
    await people.remove("mia")
    await people.add("mia", "admin", "another")
    assert await people.by_token(token) is None
    assert await people.by_password("mia", "secret") is None


async def test_without_a_password_nobody_signs_in_with_one(people: People) -> None:
    await people.add("widget", "channel")
    assert [await people.by_password(name, said) for name in ("widget", "nobody") for said in ("", "None")] == [
        None
    ] * 4


async def test_the_last_admin_stays(people: People) -> None:
    await people.add("ada", "admin", "secret")
    await people.add("mia", "approver", "secret")
    for change in (people.remove("ada"), people.set_role("ada", "approver")):
        with pytest.raises(PersonRefused, match="only admin"):
            await change
    await people.set_role("mia", "admin")
    await people.remove("ada")
    assert await people.list() == [Person("mia", "admin")]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 65, "--role", "Admin", "approver"])
async def test_what_is_no_name(people: People, name: str) -> None:
    with pytest.raises(InvalidInput):
        await people.add(name, "viewer", "secret")


async def test_two_names_that_look_alike_are_one(people: People) -> None:
    await people.add("Zoë", "viewer", "secret")
    with pytest.raises(PersonRefused, match="added before"):
        await people.add("ZOE\u0308", "admin", "secret")
    with pytest.raises(UnknownPerson):
        await people.token("zoe")


def test_people_on_the_command_line(switchboard: CommandLine, tmp_path: Path) -> None:
    assert switchboard.json("people", "list") == []
    refused = switchboard("people", "add", "mia", "--role", "approver", stdin="\n")
    assert (refused.code, "empty" in refused.err) == (2, True)
    assert switchboard("people", "add", "mia", "--role", "approver", stdin="secret words\n").code == 0
    assert switchboard("people", "add", "shop", "--role", "channel").code == 0
    assert switchboard.json("people", "list") == [
        {"name": "mia", "role": "approver"},
        {"name": "shop", "role": "channel"},
    ]
    token = switchboard.json("people", "token", "mia")["token"]
    with sqlite3.connect(tmp_path / "home" / "business.db") as stored:
        dump = "\n".join(stored.iterdump())
    stored.close()
    assert token not in dump
    assert "secret words" not in dump
    assert switchboard("login", "--token", "-", stdin=token).code == 0
    assert switchboard("login", "mia", stdin="wrong\n").code == 4
    assert switchboard("login", "mia", stdin="secret words\n").code == 0
    kept = tmp_path / "home" / "login"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert switchboard.json("logout") == {"name": "mia"}
    assert not kept.exists()
    assert switchboard("people", "role", "tom", "admin").code == 4
    assert switchboard("people", "remove", "mia").code == 0
