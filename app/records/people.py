"""The people of an installation: name, role, password and tokens. Who may do what is the table ALLOWED.

As long as nobody has been added, the operating-system user is who acts, and may do everything.
"""

import asyncio
import hashlib
import secrets
import unicodedata
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from shlex import quote
from typing import Literal, get_args

from app.clients.database.plain_sql import PlainDatabase, Row, Statements
from nodes.ports.clock import Clock, iso
from nodes.ports.errors import InvalidInput, PersonRefused, UnknownPerson

Role = Literal["viewer", "operator", "approver", "admin", "channel"]
Deed = Literal["read", "start", "say", "resume", "tickets", "decide", "ask", "people"]
ROLES: tuple[Role, ...] = get_args(Role)

_OPERATOR: frozenset[Deed] = frozenset({"read", "start", "say", "resume", "tickets"})
ALLOWED: dict[Role, frozenset[Deed]] = {
    "viewer": frozenset({"read"}),
    "operator": _OPERATOR,
    "approver": _OPERATOR | {"decide", "ask"},
    "admin": _OPERATOR | {"decide", "ask", "people"},
    "channel": frozenset({"start", "say", "read"}),  # of the threads that it has started itself
}

LONGEST_NAME = 64
LONGEST_PASSWORD = 1024
MARK = "swb_"
"""How a token begins: a program that looks for secrets in files finds it by that."""

acting: ContextVar[str | None] = ContextVar("acting", default=None)
"""The person whose token or login came with this call: who starts a thread is written down."""


@dataclass(frozen=True)
class Person:
    name: str
    role: Role


def allowed(role: Role, deed: Deed) -> bool:
    return deed in ALLOWED[role]


class People:
    """Everybody who was added, in the business database."""

    def __init__(self, database: PlainDatabase, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def any(self) -> bool:
        """Whether anybody has been added. If not, this is a single-user home."""
        return await self._database.ask(anybody)

    async def list(self) -> list[Person]:
        """By name."""
        rows = await self._database.rows("SELECT name, role FROM people ORDER BY name_key", {})
        return [_person(row) for row in rows]

    async def find(self, name: str) -> Person | None:
        return await self._database.ask(lambda statements: person_named(statements, name))

    async def add(self, name: str, role: Role, password: str | None = None) -> Person:
        """Without a password a person has tokens alone. Raises InvalidInput, PersonRefused."""
        person = Person(_checked(name), role)
        row = {
            "name": person.name,
            "name_key": _key(name),
            "role": role,
            "password": await _hashed(password) if password is not None else None,
            "added_at": iso(self._clock.now()),
        }

        async def added(statements: Statements) -> Person:
            if await person_named(statements, name):
                raise PersonRefused(
                    f"{person.name} was added before. `switchboard people role {quote(person.name)} {role}` changes the role."
                )
            await statements.change(
                "INSERT INTO people (name, name_key, role, password, added_at) "
                "VALUES (:name, :name_key, :role, :password, :added_at)",
                row,
            )
            return person

        return await self._database.write(added)

    async def set_role(self, name: str, role: Role) -> Person:
        """Raises UnknownPerson, and PersonRefused for the last admin."""

        async def changed(statements: Statements) -> Person:
            person = await _known(statements, name)
            if role != "admin":
                await _refuse_last_admin(statements, person)
            told = {"name": person.name, "role": role}
            await statements.change("UPDATE people SET role = :role WHERE name = :name", told)
            return Person(person.name, role)

        return await self._database.write(changed)

    async def set_password(self, name: str, password: str) -> Person:
        """Raises UnknownPerson, InvalidInput. What was signed in with the old one stays signed in: see `revoke`."""
        hashed = await _hashed(password)

        async def changed(statements: Statements) -> Person:
            person = await _known(statements, name)
            told = {"name": person.name, "password": hashed}
            await statements.change("UPDATE people SET password = :password WHERE name = :name", told)
            return person

        return await self._database.write(changed)

    async def remove(self, name: str) -> Person:
        """With every token. Raises UnknownPerson, and PersonRefused for the last admin."""

        async def removed(statements: Statements) -> Person:
            person = await _known(statements, name)
            await _refuse_last_admin(statements, person)
            await statements.change("DELETE FROM tokens WHERE name = :name", {"name": person.name})
            await statements.change("DELETE FROM people WHERE name = :name", {"name": person.name})
            return person

        return await self._database.write(removed)

    async def token(self, name: str, *, lasts: timedelta | None = None) -> str:
        """A new token: its digest alone is stored, so it is shown here and never again. Raises UnknownPerson."""
        token, now = MARK + secrets.token_urlsafe(32), self._clock.now()

        async def made(statements: Statements) -> str:
            person = await _known(statements, name)
            row = {
                "digest": _digest(token),
                "name": person.name,
                "made_at": iso(now),
                "expires_at": iso(now + lasts) if lasts is not None else None,
            }
            new = (
                "INSERT INTO tokens (digest, name, made_at, expires_at) VALUES (:digest, :name, :made_at, :expires_at)"
            )
            await statements.change(new, row)
            return token

        return await self._database.write(made)

    async def revoke(self, token: str) -> None:
        """This token is worth nothing any more."""
        await self._database.change("DELETE FROM tokens WHERE digest = :digest", {"digest": _digest(token)})

    async def revoke_all(self, name: str) -> int:
        """The number of tokens that are worth nothing any more: all of this person. Raises UnknownPerson."""

        async def revoked(statements: Statements) -> int:
            person = await _known(statements, name)
            return await statements.change("DELETE FROM tokens WHERE name = :name", {"name": person.name})

        return await self._database.write(revoked)

    async def by_token(self, token: str) -> Person | None:
        """Whose token this is; None for one that nobody has, or that has expired."""
        query = (
            "SELECT people.name, people.role FROM people JOIN tokens ON tokens.name = people.name "
            "WHERE tokens.digest = :digest AND (tokens.expires_at IS NULL OR tokens.expires_at > :now)"
        )
        values = {"digest": _digest(token), "now": iso(self._clock.now())}
        rows = await self._database.rows(query, values)
        return _person(rows[0]) if rows else None

    async def by_password(self, name: str, password: str) -> Person | None:
        """None for a wrong password, an unknown name, and a person without a password; all take the same time."""
        query = "SELECT name, role, password FROM people WHERE name_key = :key"
        row = next(iter(await self._database.rows(query, {"key": _key(name)})), None)
        hashed = row["password"] if row else None
        fits = await asyncio.to_thread(_fits, hashed, password)
        return _person(row) if row and hashed and fits else None


async def anybody(statements: Statements) -> bool:
    return bool(await statements.rows("SELECT name FROM people LIMIT 1", {}))


async def person_named(statements: Statements, name: str) -> Person | None:
    rows = await statements.rows("SELECT name, role FROM people WHERE name_key = :key", {"key": _key(name)})
    return _person(rows[0]) if rows else None


def _person(row: Row) -> Person:
    return Person(row["name"], row["role"])


async def _known(statements: Statements, name: str) -> Person:
    if person := await person_named(statements, name):
        return person
    raise UnknownPerson(f"Nobody is called {name!r}. `switchboard people list` shows everybody.")


async def _refuse_last_admin(statements: Statements, person: Person) -> None:
    admins = await statements.rows("SELECT name FROM people WHERE role = 'admin' LIMIT 2", {})
    if person.role == "admin" and len(admins) == 1:
        raise PersonRefused(
            f"{person.name} is the only admin: make somebody else an admin first, `switchboard people role NAME admin`."
        )


def _checked(name: str) -> str:
    """Raises InvalidInput."""
    plain = unicodedata.normalize("NFC", name.strip())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable() or plain.startswith("-"):
        raise InvalidInput(
            f"{name[:80]!r} cannot be a name: write 1 to {LONGEST_NAME} letters, like mia or mia@example.com."
        )
    if plain.casefold() in ROLES:
        raise InvalidInput(f"{plain!r} is a role, and cannot be a name too: `approvals.toml` could mean either.")
    return plain


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name.strip()).casefold()


def _digest(token: str) -> str:
    """Of 256 random bits: nobody finds them by trying, so a fast digest is enough."""
    return hashlib.sha256(token.strip().encode(errors="surrogateescape")).hexdigest()


async def _hashed(password: str) -> str:
    if not password or len(password) > LONGEST_PASSWORD:
        raise InvalidInput(f"The password has to have 1 to {LONGEST_PASSWORD} characters.")
    return await asyncio.to_thread(_hash, password)


def _hash(password: str) -> str:
    from argon2 import PasswordHasher  # most commands need no password

    return PasswordHasher().hash(password)


def _fits(hashed: str | None, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    if hashed is None:
        _hash(password[:LONGEST_PASSWORD])  # takes as long as looking at a real one
        return False
    try:
        return PasswordHasher().verify(hashed, password[:LONGEST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return False
