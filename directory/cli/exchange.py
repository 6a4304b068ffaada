"""directory import, directory export"""

import sys
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import inspect

from directory import indexing
from directory.cli import lists
from directory.db import db, transaction
from directory.exchange import guangdong, services
from directory.exchange.hsds import reading, writing
from directory.exchange.tables import write_rows
from directory.models.service import Entry
from directory.operations import exports, imports
from directory.operations.imports import Change, Refused, Report
from directory.operations.records import Delivery
from directory.policy import OPERATOR
from directory.rules.calendar import day_of
from directory.rules.lifecycle import EntryState
from search.index.port import BrokenIndex

READERS = {"guangdong": guangdong.read, "hsds": reading.read, "services": services.read}
STATES = (*(state.value for state in EntryState), "any")
SHOWN = 20
COLUMNS = ("file", "line", "field", "value", "rule", "message")


class _DryRun(Exception):
    """Leaves the transaction, so that it is undone."""


def _source(_context: click.Context, _parameter: click.Parameter, given: str | None) -> str | None:
    if given is not None and not services.SOURCE.fullmatch(given):
        raise click.BadParameter("a small letter, then small letters, digits, - and _, 32 at most")
    return given


class _Imports(click.Group):
    """`import FILE --kind …` takes services, as it always did; a list has a command of its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["services", *args]
        return super().parse_args(ctx, args)


@click.group("import", cls=_Imports)
def import_() -> None:
    """Take organisations, facts or services from a file; `import FILE --kind …` means `import services FILE …`."""


import_.add_command(lists.organisations)
import_.add_command(lists.facts)


@import_.command("services")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(sorted(READERS)), required=True, help="What the file is; see docs/import.md.")
@click.option("--source", callback=_source, help="Name of the directory it comes from; by default the kind.")
@click.option("--strict", is_flag=True, help="Take nothing if any row is refused.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option(
    "--report",
    type=click.File("w", encoding="utf-8-sig", lazy=False, atomic=True),
    help="Write every refused row to this CSV file.",
)
@with_appcontext
def services_(file: Path, kind: str, source: str | None, report: TextIO | None, *, strict: bool, dry_run: bool) -> None:
    """Take organisations and services from FILE; repeat it at will, what is unchanged stays as it is."""
    delivery = READERS[kind](file, source=source or kind)
    if not inspect(db.engine).has_table(Entry.__tablename__):
        upgrade()
    try:
        done = _take(delivery, strict=strict, dry_run=dry_run)
    except Refused as error:
        _tell(error.report, report)
        raise click.ClickException(str(error)) from error
    _tell(done, report)
    if dry_run:
        click.echo("dry run: nothing was changed")
    else:
        _bring_index_up()


def _take(delivery: Delivery, *, strict: bool, dry_run: bool) -> Report:
    rows = len(delivery.organisations) + len(delivery.services)
    done: list[Report] = []
    with (
        click.progressbar(length=rows, label=f"{rows} rows", file=sys.stderr) as bar,
        suppress(_DryRun),
        transaction(announce=False),
    ):
        now = datetime.now(UTC)
        done.append(imports.take(delivery, strict=strict, progress=bar.update, by=OPERATOR, now=now))
        if dry_run:
            raise _DryRun
    return done[0]


def _bring_index_up() -> None:
    index, now = current_app.extensions["engine"].index, datetime.now(UTC)
    try:
        if indexing.check(index).broken:
            number = indexing.rebuild(index, now=now, progress=lambda done: None)
        else:
            number = indexing.drain(index, now=now)
    except BrokenIndex as error:
        click.echo(f"index: cannot be written ({error}); `directory index sync` catches up", err=True)
    else:
        click.echo(f"index: {number} entries brought up")


def _tell(done: Report, report: TextIO | None) -> None:
    for name, counts in (("services", done.services), ("organisations", done.organisations)):
        new, changed = counts[Change.NEW], counts[Change.CHANGED]
        told = f"{new + changed} taken ({new} new, {changed} changed), {counts[Change.UNCHANGED]} unchanged"
        click.echo(f"{name}: {told}")
    files = Counter(file for file, _ in dict.fromkeys(fault.origin for fault in done.faults))
    click.echo(f"refused: {done.refused} rows" + "".join(f"; {file} {number}" for file, number in files.items()))
    for fault in done.faults[:SHOWN]:
        place = f"{fault.origin.file} line {fault.origin.line}"
        click.echo(
            f"  {place}: {fault.field} {fault.value!r} – {fault.message}"
            if fault.field
            else f"  {place}: {fault.message}"
        )
    if len(done.faults) > SHOWN:
        click.echo(f"  … {len(done.faults) - SHOWN} more; --report FILE.csv holds them all")
    if report is not None:
        write_rows(report, COLUMNS, ((*f.origin, f.field, f.value, f.rule, f.message) for f in done.faults))


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path), required=False)
@click.option("--hsds", "folder", type=click.Path(path_type=Path), help="Write HSDS files into this folder.")
@click.option("--state", type=click.Choice(STATES), default="listed", show_default=True)
@click.option("--area", help="Only what serves the area with this code.")
@click.option("--category", help="Only the field or service with this code.")
@with_appcontext
def export(out: Path | None, folder: Path | None, state: str, area: str | None, category: str | None) -> None:
    """Write the listed services to OUT (.csv, .xlsx or .json), or as HSDS; `import --kind services` reads it back."""
    if (out is None) == (folder is None):
        raise click.UsageError("say either OUT or --hsds FOLDER")
    if out is not None and out.suffix.lower() not in services.ENDINGS:
        raise click.BadParameter(f"{out.name}: can write {', '.join(services.ENDINGS)}", param_hint="OUT")
    chosen = None if state == "any" else EntryState(state)
    found = exports.lines(state=chosen, area=area, category=category, by=OPERATOR, on=day_of(datetime.now(UTC)))
    with click.progressbar(found, label="services", file=sys.stderr) as lines:
        number = writing.write(folder, lines) if folder is not None else services.write(out or Path(), lines)
    click.echo(f"{number} services written to {folder or out}")
