"""Times that people write into an address or a form."""

import typer

from app.cli.parameters import since, until
from nodes.ports.errors import InvalidInput


def moment(text: str, *, end_of_day: bool = False) -> str:
    """An ISO time in UTC, from "2h", "today", a day or a time, as on the command line. Raises InvalidInput."""
    try:
        return until(text) if end_of_day else since(text)
    except typer.BadParameter as error:
        raise InvalidInput(str(error.message)) from error
