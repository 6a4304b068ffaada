"""directory match …"""

import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from directory.cli.seeds import train_and_use
from directory.db import transaction
from directory.exchange import needs
from directory.operations import confirmations, learning, matches, runs
from directory.operations.records import RowFault
from directory.policy import OPERATOR
from directory.rules.terms import MOST_YUAN
from directory.schemas.matching import MatchRunSchema
from search.query import Need


class TextOrCommand(click.Group):
    """`match "some text"` asks; `match replay RUN` replays."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not any(argument in self.commands for argument in args) and not {"--help"} & set(args):
            args.insert(0, "ask")
        return super().parse_args(ctx, args)


@click.group("match", cls=TextOrCommand)
def group() -> None:
    """Match a need: `directory match "TEXT"`, or replay a stored run: `directory match replay RUN`."""


@group.command()
@click.argument("text")
@click.option("--area", help="Code of a street, town or neighbourhood.")
@click.option("--budget", type=click.IntRange(0, MOST_YUAN), help="Yuan for one price unit.")
@click.option("--category", help="Code of the service wanted, instead of our guess.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@with_appcontext
def ask(text: str, area: str | None, budget: int | None, category: str | None, form: str) -> None:
    """Ask for providers."""
    need = Need(text, area, budget=None if budget is None else Decimal(budget))
    engine = current_app.extensions["engine"]
    with transaction():
        run = matches.ask(need, by=OPERATOR, now=datetime.now(UTC), engine=engine, category=category)
        told: dict[str, Any] = MatchRunSchema().dump(runs.account(run, by=OPERATOR).told())
    click.echo(json.dumps(told, ensure_ascii=False, indent=1) if form == "json" else _as_text(told))


@group.command()
@click.argument("run_id", metavar="RUN")
@with_appcontext
def replay(run_id: str) -> None:
    """Repeat a stored run; says what changed, and exits with 1 if anything did."""
    changes = matches.replay(matches.get(run_id, by=OPERATOR), engine=current_app.extensions["engine"])
    for change in changes:
        click.echo(change)
    number = sum(not change.startswith(" ") for change in changes)  # not the criteria, told under their entry
    click.echo("the same answer" if not changes else f"{number} changes")
    if changes:
        raise SystemExit(1)


@group.command()
@with_appcontext
def train() -> None:
    """Learn from the confirmed needs; workers answer by the new model from their next question on."""
    started = time.monotonic()
    engine = current_app.extensions["engine"]
    trained, changed = train_and_use(now=datetime.now(UTC))
    seconds = time.monotonic() - started
    click.echo(f"model {trained.version}: {trained.needs} confirmed needs, {trained.sayings} sayings, {seconds:.1f} s")
    if not changed:
        click.echo("it was in force already")
    for version in learning.forget_unused(engine.models):
        click.echo(f"removed model {version}: no answer was given by it")


@group.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Who kept these needs, such as 12345-2026.")
@click.option("--strict", is_flag=True, help="Take nothing if any row is refused.")
@with_appcontext
def learn(file: Path, source: str, *, strict: bool) -> None:
    """Take confirmed needs from a CSV file ; docs/import.md says which columns."""
    rows = list(needs.read(file))
    faults = [row for row in rows if isinstance(row, RowFault)]
    good = [row for row in rows if not isinstance(row, RowFault)]
    with transaction():
        refused = strict and bool(faults)
        taken = confirmations.take(
            [] if refused else good, source=source, strict=strict, by=OPERATOR, now=datetime.now(UTC)
        )
    for fault in (*faults, *taken.faults):
        said = " ".join(part for part in (fault.field, fault.value) if part)
        click.echo(f"line {fault.origin.line}: {said}: {fault.message}", err=True)
    click.echo(f"{taken.added} new, {taken.changed} changed, {taken.unchanged} as they were; train to learn from them")
    if faults or taken.faults:
        click.echo(f"{len(faults) + len(taken.faults)} faults", err=True)
        raise SystemExit(1 if strict else 0)


@group.command()
@click.argument("source")
@click.option("--reason", required=True, help="Why these needs teach wrong things; kept in the audit.")
@with_appcontext
def withdraw(source: str, reason: str) -> None:
    """Take back all that a SOURCE confirmed (an area's code, "visitor", or the name of an import)."""
    with transaction():
        number = confirmations.withdraw(source=source, reason=reason, by=OPERATOR, now=datetime.now(UTC))
    click.echo(f"{number} needs withdrawn; train to forget them")


def _as_text(told: dict[str, Any]) -> str:
    lines = [f"run {told['run_id']}" + ("  (the index may be stale)" if told["stale"] else "")]
    lines += [
        f"  {guess['probability']:.0%} {guess['code']} {guess['name']}  {'、'.join(guess['words'])}"
        for guess in told["categories"][:3]
    ]
    route = told["route"]
    lines.append(f"route: {route['kind'] or 'unclear'} {route['authority']} {route['phone']}".rstrip())
    for place, match in enumerate(told["matches"], 1):
        lines.append(f"{place:>3}  {match['score']:.3f}  {match['organisation']} · {match['service']}")
        lines.append("       " + "  ".join(f"{r['criterion']} {r['points']:.2f}" for r in match["reasons"]))
    lines += [
        f"  –  {item['organisation']}: {', '.join(reason['code'] for reason in item['reasons'])}"
        for item in told["excluded"]
    ]
    return "\n".join(lines)
