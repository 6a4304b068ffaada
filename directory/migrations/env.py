"""Alembic asks here what the tables should be and where the database is."""

from alembic import context
from flask import current_app
from sqlalchemy.engine import Connection

from directory.db import db


def migrate(connection: Connection) -> None:
    options = current_app.extensions["migrate"].configure_args
    context.configure(connection=connection, target_metadata=db.metadata, **options)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    with db.engine.connect() as opened:
        migrate(opened)
