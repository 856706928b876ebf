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
from typing import Literal, get_args

from sqlalchemy import Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.clients.database.database import Database
from app.clients.database.schema import people, tokens
from app.clients.database.sqlite_connection import AsyncConnection
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

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def any(self) -> bool:
        """Whether anybody has been added. If not, this is a single-user home."""
        async with self._database.read() as connection:
            return await anybody(connection)

    async def list(self) -> list[Person]:
        """By name."""
        query = select(people.c.name, people.c.role).order_by(people.c.name_key)
        async with self._database.read() as connection:
            return [Person(row.name, row.role) for row in await connection.execute(query)]

    async def find(self, name: str) -> Person | None:
        async with self._database.read() as connection:
            return await person_named(connection, name)

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
        try:
            async with self._database.begin() as connection:
                await connection.execute(insert(people).values(row))
        except IntegrityError as error:
            raise PersonRefused(
                f"{person.name} was added before. `switchboard people role {person.name} {role}` changes the role."
            ) from error
        return person

    async def set_role(self, name: str, role: Role) -> Person:
        """Raises UnknownPerson, and PersonRefused for the last admin."""
        async with self._database.begin() as connection:
            person = await _known(connection, name)
            if role != "admin":
                await _refuse_last_admin(connection, person)
            await connection.execute(update(people).where(people.c.name == person.name).values(role=role))
        return Person(person.name, role)

    async def set_password(self, name: str, password: str) -> Person:
        """Raises UnknownPerson, InvalidInput. What was signed in with the old one stays signed in: see `revoke`."""
        hashed = await _hashed(password)
        async with self._database.begin() as connection:
            person = await _known(connection, name)
            await connection.execute(update(people).where(people.c.name == person.name).values(password=hashed))
        return person

    async def remove(self, name: str) -> Person:
        """With every token. Raises UnknownPerson, and PersonRefused for the last admin."""
        async with self._database.begin() as connection:
            person = await _known(connection, name)
            await _refuse_last_admin(connection, person)
            await connection.execute(delete(tokens).where(tokens.c.name == person.name))
            await connection.execute(delete(people).where(people.c.name == person.name))
        return person

    async def token(self, name: str, *, lasts: timedelta | None = None) -> str:
        """A new token: its digest alone is stored, so it is shown here and never again. Raises UnknownPerson."""
        token, now = MARK + secrets.token_urlsafe(32), self._clock.now()
        async with self._database.begin() as connection:
            person = await _known(connection, name)
            row = {
                "digest": _digest(token),
                "name": person.name,
                "made_at": iso(now),
                "expires_at": iso(now + lasts) if lasts else None,
            }
            await connection.execute(insert(tokens).values(row))
        return token

    async def revoke(self, token: str) -> None:
        """This token is worth nothing any more."""
        async with self._database.begin() as connection:
            await connection.execute(delete(tokens).where(tokens.c.digest == _digest(token)))

    async def revoke_all(self, name: str) -> int:
        """The number of tokens that are worth nothing any more: all of this person. Raises UnknownPerson."""
        async with self._database.begin() as connection:
            person = await _known(connection, name)
            return (await connection.execute(delete(tokens).where(tokens.c.name == person.name))).rowcount

    async def by_token(self, token: str) -> Person | None:
        """Whose token this is; None for one that nobody has, or that has expired."""
        valid = (tokens.c.expires_at.is_(None)) | (tokens.c.expires_at > iso(self._clock.now()))
        query = select(people.c.name, people.c.role).join(tokens, tokens.c.name == people.c.name)
        async with self._database.read() as connection:
            row = (await connection.execute(query.where(tokens.c.digest == _digest(token), valid))).first()
        return Person(row.name, row.role) if row else None

    async def by_password(self, name: str, password: str) -> Person | None:
        """None for a wrong password, an unknown name, and a person without a password; all take the same time."""
        async with self._database.read() as connection:
            query = select(people.c.name, people.c.role, people.c.password).where(people.c.name_key == _key(name))
            row = (await connection.execute(query)).first()
        hashed = row.password if row and row.password else None
        fits = await asyncio.to_thread(_fits, hashed, password)
        return Person(row.name, row.role) if row and hashed and fits else None


async def anybody(connection: AsyncConnection) -> bool:
    return await connection.scalar(select(people.c.name).limit(1)) is not None


async def person_named(connection: AsyncConnection, name: str) -> Person | None:
    row = (await connection.execute(_named(name))).first()
    return Person(row.name, row.role) if row else None


def _named(name: str) -> Select[tuple[str, str]]:
    return select(people.c.name, people.c.role).where(people.c.name_key == _key(name))


async def _known(connection: AsyncConnection, name: str) -> Person:
    if person := await person_named(connection, name):
        return person
    raise UnknownPerson(f"Nobody is called {name!r}. `switchboard people list` shows everybody.")


async def _refuse_last_admin(connection: AsyncConnection, person: Person) -> None:
    admins = await connection.scalar(select(func.count()).where(people.c.role == "admin"))
    if person.role == "admin" and admins == 1:
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
