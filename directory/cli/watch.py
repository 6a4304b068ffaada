"""directory watch …"""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import click
from flask import current_app
from flask.cli import with_appcontext

from directory import auth


@click.group("watch")
def group() -> None:
    """Let the evaluation centre watch the learning."""


@group.command()
@click.option("--base", default="http://127.0.0.1:5000", show_default=True, help="Where the site is reached.")
@with_appcontext
def link(base: str) -> None:
    """Print an address that lets its reader in as the evaluation centre, for a quarter of an hour."""
    where = urlsplit(base)
    if where.scheme not in {"http", "https"} or not where.netloc:
        raise click.BadParameter(f"{base!r} is no address such as http://127.0.0.1:5000", param_hint="--base")
    token = auth.link_token(current_app.config["SECRET_KEY"], now=datetime.now(UTC))
    click.echo(f"{base.rstrip('/')}/watch/enter?token={token}")
