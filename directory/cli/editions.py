"""directory edition …"""

import json
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from directory.db import transaction
from directory.models.edition import Edition
from directory.operations import editions, sealing, verification
from directory.policy import OPERATOR

SHORT = 12


@click.group("edition")
def group() -> None:
    """Seal, list, compare and verify editions of the catalogue."""


@group.command("seal")
@click.option("--title", required=True, help="What the edition is called, 60 characters at most.")
@click.option("--unchanged", is_flag=True, help="Seal also when nothing changed since the last edition.")
@with_appcontext
def seal(*, title: str, unchanged: bool) -> None:
    """Seal all listed entries as the next edition, which supersedes the one in force."""
    with transaction():
        edition = sealing.seal(title, unchanged=unchanged, by=OPERATOR, now=datetime.now(UTC))
        click.echo(_line(edition))
    click.echo(f"digest {edition.digest}")


@group.command("list")
@with_appcontext
def list_() -> None:
    """Every edition, newest first: number, date, rows, state, digest, title."""
    found, total = editions.listing()
    for edition in found:
        click.echo(_line(edition))
    if not total:
        click.echo("no edition was sealed yet")


@group.command("show")
@click.argument("number")
@with_appcontext
def show(number: str) -> None:
    """One edition and its rows: position, entry, category, organisation, service."""
    edition = editions.get(number)
    click.echo(_line(edition))
    click.echo(f"digest {edition.digest}\nprevious {edition.previous}")
    for row in editions.all_rows(edition):
        said = row.content
        named = f"{said['category']['code']}  {said['organisation']['name']}  {said['service']['name']}"
        click.echo(f"{row.position}  entry {row.entry_id}  {named}")


@group.command("verify")
@click.argument("number", required=False)
@with_appcontext
def verify(number: str | None) -> None:
    """Compute every row, edition and link anew, or those of one edition; names all that is wrong and exits with 1."""
    if number is not None:
        editions.get(number)
    whole = True
    for fault in verification.faults(number):
        whole = False
        click.echo(str(fault))
    if not whole:
        raise SystemExit(1)
    _, total = editions.listing(limit=0)
    click.echo(f"edition {number} is what was sealed" if number else f"{total} editions are what was sealed")


@group.command("diff")
@click.argument("older")
@click.argument("newer")
@with_appcontext
def diff(older: str, newer: str) -> None:
    """What the NEWER edition has otherwise than the OLDER one."""
    first, second = editions.get(older), editions.get(newer)
    found = editions.between(first, second)
    for kind, ids in found.parts().items():
        click.echo(f"{kind}: {len(ids)}")
    for item in editions.every(found, first, second):
        said = item.shown
        click.echo(f"{item.kind}  entry {item.entry_id}  {said['organisation']['name']}  {said['service']['name']}")
        for change in item.changes:
            click.echo(f"    {change.field}: {_json(change.before)} -> {_json(change.after)}")


def _line(edition: Edition) -> str:
    day = f"{edition.sealed_at.astimezone(UTC):%Y-%m-%d %H:%MZ}"
    rows = f"{edition.rows} entries"
    return f"{edition.number}  {day}  {rows}  {edition.state}  {edition.digest[:SHORT]}  {edition.title}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
