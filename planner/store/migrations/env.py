"""Alembic's entry: runs on the connection that planner.store.engine hands over."""

from alembic import context

from planner.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
