"""Alembic runs this file for every command; the connection comes from the caller, with its transaction open."""

from alembic import context

from app.clients.database.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
