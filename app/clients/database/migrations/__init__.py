"""How the business database came to its shape: one file per version. A test compares the result with the schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from nodes.ports.errors import NotConfigured


def configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config


def upgrade(connection: Connection, revision: str | None) -> None:
    """Bring a database at this revision to the newest, inside the connection's transaction. Raises NotConfigured."""
    config = configuration()
    if revision is not None and not _is_known(config, revision):
        raise NotConfigured(
            f"The business database was made by a newer Switchboard (revision {revision}): install that version, "
            "or set SWITCHBOARD_HOME or SWITCHBOARD_DATABASE_URL to another place."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _is_known(config: Config, revision: str) -> bool:
    try:
        return ScriptDirectory.from_config(config).get_revision(revision) is not None
    except CommandError:
        return False
