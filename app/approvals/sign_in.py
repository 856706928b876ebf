"""Who works at this command line: the person whose token is in SWITCHBOARD_TOKEN, or who has signed in."""

import getpass
import json
import os
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.approvals.approval_rules import SIGN_IN, Terms, able, terms_of
from app.records.people import People, Person, acting
from app.settings import Settings
from nodes.ports.approvals import Approval, Decider
from nodes.ports.errors import AlreadyDecided, MayNotDecide, NotConfigured, UnknownPerson

LOGIN_LASTS = timedelta(days=30)


async def signed_in(people: People, settings: Settings) -> Person | None:
    """The person at this command line; None when nobody was added, or nobody has signed in.

    Raises MayNotDecide for an unknown token.
    """
    token, place = _token(settings)
    if token is None or not await people.any():
        return None
    if person := await people.by_token(token):
        return person
    raise MayNotDecide(f"The token in {place} is not valid (any more). {SIGN_IN}")


async def decider_at(people: People, settings: Settings) -> Decider:
    """Who decides at this command line: the person who has signed in, or the operating-system user."""
    person = await signed_in(people, settings)
    return Decider(person.name, signed_in=True) if person else Decider(system_user(), signed_in=False)


async def note_who_acts(people: People, settings: Settings) -> None:
    """The person who has signed in is recorded as the one who starts a thread. With an expired login, none is recorded."""
    with suppress(MayNotDecide):
        if person := await signed_in(people, settings):
            acting.set(person.name)


async def refuse_asker(people: People, record: Approval, decider: Decider) -> None:
    """Who may decide may ask, also the person who has asked for it. Raises MayNotDecide."""
    if await people.any():
        terms: Terms = {**terms_of(record), "requester": None}
        able(await people.find(decider.name) if decider.signed_in else None, terms)


async def refuse_decider(people: People, record: Approval, decider: Decider) -> None:
    """The refusal before anything runs; what counts is the record's own. Raises MayNotDecide, AlreadyDecided."""
    if await people.any():
        able(await people.find(decider.name) if decider.signed_in else None, terms_of(record))
    if decider.name in [voice["person"] for voice in record.get("voices", [])]:
        raise AlreadyDecided(f"{decider.name} has approved this already; now somebody else has to.")


def system_user() -> str:
    """The operating-system user; their number where they have no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # ImportError: a system without POSIX's list of users
        return str(os.getuid()) if hasattr(os, "getuid") else "unknown"


async def sign_in(people: People, settings: Settings, secret: str, *, name: str | None) -> Person:
    """Keep a token in the home: this one, or a new one for a name and a password. Raises UnknownPerson."""
    if name is None:
        person, token = await people.by_token(secret), secret.strip()
    else:
        person = await people.by_password(name, secret)
        token = await people.token(person.name, lasts=LOGIN_LASTS) if person else ""
    if person is None:
        what = "This token is not valid (any more)" if name is None else "The name and the password do not fit"
        raise UnknownPerson(f"{what}. `switchboard people list` shows everybody.")
    _keep(settings.login_file, {"token": token, "name": person.name, "made_here": name is not None})
    return person


async def sign_out(people: People, settings: Settings) -> str | None:
    """The name of the person who was signed in. A token that was made for the login is withdrawn."""
    kept = _kept(settings.login_file)
    settings.login_file.unlink(missing_ok=True)
    if kept.get("made_here"):
        await people.revoke(str(kept["token"]))
    return str(kept["name"]) if kept else None


def _token(settings: Settings) -> tuple[str | None, str]:
    if settings.token:
        return settings.token.get_secret_value(), "SWITCHBOARD_TOKEN"
    return _kept(settings.login_file).get("token"), "the login of this home"


def _kept(file: Path) -> dict[str, Any]:
    """What the last login has kept. Raises NotConfigured."""
    try:
        kept = json.loads(file.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise NotConfigured(f"{file} cannot be read: delete it, and sign in again.") from error
    if not isinstance(kept, dict) or not isinstance(kept.get("token"), str):
        raise NotConfigured(f"{file} does not hold a token: delete it, and sign in again.")
    return kept


def _keep(file: Path, kept: dict[str, Any]) -> None:
    """Written beside its place, readable by nobody else from the first byte, and then put there."""
    handle, new = tempfile.mkstemp(prefix=".login-", dir=file.parent)
    try:
        with os.fdopen(handle, "w") as written:
            json.dump(kept, written)
        os.replace(new, file)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise
