"""Alembic asks here what the tables should be and where the database is."""

from alembic import context
from flask import current_app

from directory.db import db

config = context.config


def run() -> None:
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
