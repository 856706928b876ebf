"""The newest migration. Known here so that an up-to-date database opens without Alembic, and a list without SQLAlchemy."""

HEAD = "0018"
