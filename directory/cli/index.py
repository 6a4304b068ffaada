"""directory index …"""

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from directory import indexing
from search.index.port import BrokenIndex


@click.group("index")
def group() -> None:
    """Look after the search index."""


@group.command()
@with_appcontext
def sync() -> None:
    """Catch up with the database and mend what differs; builds the index where there is none or it is broken."""
    index = current_app.extensions["engine"].index
    difference = indexing.check(index)
    if difference.broken:
        click.echo(f"index broken ({difference.broken}); building it anew")
        _rebuild()
        return
    now = datetime.now(UTC)
    try:
        click.echo(f"{indexing.drain(index, now=now) + indexing.mend(index, now=now)} entries indexed")
    except BrokenIndex as error:
        raise click.ClickException(f"{error}; try `directory index rebuild`") from error


@group.command()
@with_appcontext
def rebuild() -> None:
    """Build a new index beside the live one and swap it in."""
    _rebuild()


@group.command()
@with_appcontext
def check() -> None:
    """Compare index and database; exits with 1 where they differ."""
    difference = indexing.check(current_app.extensions["engine"].index)
    if difference.none:
        click.echo("index and database agree")
        return
    for name, said in (("broken", difference.broken), ("changes waiting", difference.waiting)):
        if said:
            click.echo(f"{name}: {said}")
    for name, ids in (("missing", difference.missing), ("surplus", difference.surplus)):
        if ids:
            click.echo(f"{name}: {len(ids)} entries, first {', '.join(map(str, sorted(ids)[:10]))}")
    raise SystemExit(1)


def _rebuild() -> None:
    try:
        number = indexing.rebuild(
            current_app.extensions["engine"].index,
            now=datetime.now(UTC),
            progress=lambda done: click.echo(f"\r{done} entries", nl=False, err=True),
        )
    except BrokenIndex as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"\r{number} entries in a new index")
