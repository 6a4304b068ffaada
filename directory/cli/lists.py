"""directory import organisations, directory import facts"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click
from flask.cli import with_appcontext

from directory.db import transaction
from directory.exchange import lists, tables
from directory.operations import fact_lists
from directory.operations import lists as organisation_lists
from directory.operations.imports import Change
from directory.operations.lists import Refused, Report
from directory.policy import OPERATOR

SHOWN = 20
COLUMNS = ("line", "column", "value", "rule", "message")


class _DryRun(Exception):
    """Leaves the transaction, so that it is undone."""


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    for decorate in (
        with_appcontext,
        click.option(
            "--report",
            type=click.File("w", encoding="utf-8-sig", lazy=False, atomic=True),
            help="Write every refused row to this CSV file.",
        ),
        click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing."),
        click.option("--strict", is_flag=True, help="Take nothing if any row is refused."),
        click.argument("file", type=click.Path(path_type=Path)),
    ):
        command = decorate(command)
    return command


@click.command("organisations")
@_options
def organisations(file: Path, report: TextIO | None, *, strict: bool, dry_run: bool) -> None:
    """Take a list of organisations (CSV or XLSX) from FILE; repeat it at will."""
    rows, faults = lists.organisations(tables.read_bytes(file), file.name)
    _take(
        lambda now: organisation_lists.take_organisations(rows, faults, strict=strict, by=OPERATOR, now=now),
        report,
        dry_run=dry_run,
    )


@click.command("facts")
@_options
def facts(file: Path, report: TextIO | None, *, strict: bool, dry_run: bool) -> None:
    """Take a list of dated facts (CSV or XLSX) from FILE; what a row corrects is superseded, never overwritten."""
    rows, faults = lists.facts(tables.read_bytes(file), file.name)
    _take(lambda now: fact_lists.take_facts(rows, faults, strict=strict, by=OPERATOR, now=now), report, dry_run=dry_run)


def _take(take: Callable[[datetime], Report], report: TextIO | None, *, dry_run: bool) -> None:
    done: list[Report] = []
    try:
        with suppress(_DryRun), transaction(announce=not dry_run):
            done.append(take(datetime.now(UTC)))
            if dry_run:
                raise _DryRun
    except Refused as error:
        _tell(error.report, report)
        raise click.ClickException(str(error)) from error
    _tell(done[0], report)
    if dry_run:
        click.echo("dry run: nothing was changed")


def _tell(done: Report, report: TextIO | None) -> None:
    click.echo("rows: " + ", ".join(f"{done.counts[change]} {change}" for change in Change))
    click.echo(f"refused: {done.refused} rows")
    for fault in done.faults[:SHOWN]:
        column = lists.CHINESE.get(fault.field, fault.field)
        click.echo(f"  line {fault.origin.line}: {column} {fault.value!r} – {fault.message}")
    if len(done.faults) > SHOWN:
        click.echo(f"  … {len(done.faults) - SHOWN} more; --report FILE.csv holds them all")
    if report is not None:
        tables.write_rows(report, COLUMNS, ((f.origin.line, f.field, f.value, f.rule, f.message) for f in done.faults))
