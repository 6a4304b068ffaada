"""The `directory` command: the flask commands of this app, with our errors in one line each."""

import sys
from typing import Any

import click
from flask.cli import FlaskGroup
from sqlalchemy.exc import OperationalError

from directory.app import create_app
from directory.config import WrongSetting
from directory.errors import DirectoryError
from search.index.port import BrokenIndex


class Group(FlaskGroup):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (DirectoryError, WrongSetting, BrokenIndex) as error:
            click.echo(f"directory: {error}", err=True)
        except OperationalError as error:
            click.echo(f"directory: the database cannot be used: {error.orig}", err=True)
        sys.exit(2)


cli = Group(
    create_app=create_app, add_default_commands=False, help="The recommended catalogue of social organisations."
)

if __name__ == "__main__":
    cli()
