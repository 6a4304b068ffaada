"""directory bench …

The measuring itself is in benchmarks/, which makes apps of its own: so it is imported only when asked for.
"""

import csv
import json
import time
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from directory.cli.seeds import FOLDER, rows_of
from directory.exchange.townfolder import Listing, TownFolder
from directory.operations.parameters import Rules, typed

if TYPE_CHECKING:
    from benchmarks.trials import Trial

SIZES = (2_000, 20_000, 50_000, 200_000)


@click.group("bench")
def group() -> None:
    """Measure how well and how fast the catalogue answers, beside its peers."""


@group.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--warm/--cold", default=None, help="Only with the confirmed needs, or only without; by default both.")
@click.option("--history", type=click.IntRange(0), help="Learn from only so many of the confirmed needs.")
@click.option("--run", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write our answers there.")
def quality(folder: Path, warm: bool | None, history: int | None, run: Path | None) -> None:
    """Answer the needs of a benchmark FOLDER, and score that beside plain searches and plain learners.

    Cold is from its listings alone, warm also with its confirmed needs: a minute or two for thousands of them.
    """
    from benchmarks import quality as benchmark  # noqa: PLC0415 - see above
    from benchmarks import trials  # noqa: PLC0415

    if history is not None and warm is False:
        raise click.UsageError("--history is for warm answers")
    town = TownFolder(folder)
    listings, questions, rules = town.listings(), town.questions(), seeded_rules()
    learning = warm or (warm is None and (folder / "tickets.csv").exists())
    needs = trials.history(town.confirmed())[:history] if learning else []
    sizes = trials.curve(len(needs)) if history is None else [len(needs)]
    click.echo(f"{len(listings):,} listings, {len(questions):,} needs, {len(needs):,} confirmed ones to learn from")
    with benchmark.opened(listings) as opened:
        tried = chain(
            () if warm else trials.cold(opened, questions, rules),
            trials.warm(opened, questions, rules, needs, sizes) if needs or warm else (),
        )
        found = [_told(trial) for trial in tried]
    if run is not None:
        _write_run(run, found[-1].answers)
        click.echo(f"the answers of {found[-1].method} are in {run}")
    gold = town.gold()
    if gold is None:
        click.echo("no qrels.csv in the folder: nothing to score by")
    else:
        _report(found, listings, gold)


@group.command()
@click.option("--services", "sizes", type=click.IntRange(1, 1_000_000), multiple=True, default=SIZES)
@click.option("--needs", type=click.IntRange(2, 10_000), default=200, show_default=True, help="How many are asked.")
@click.option("--rounds", type=click.IntRange(1, 100), default=3, show_default=True, help="How often each is asked.")
@click.option("--field", help="Ask needs of this field only, and let only the services outside it grow in number.")
def speed(sizes: tuple[int, ...], needs: int, rounds: int, field: str | None) -> None:
    """Time whole matches in synthetic catalogues of --services (may be repeated), beside Whoosh's and SQLite's search.

    Takes about twenty minutes at the default sizes, most of them for the peers; leaves nothing behind.
    """
    from benchmarks import speed as benchmark  # noqa: PLC0415 - see above
    from benchmarks.tables import table  # noqa: PLC0415

    if field is not None and field not in {row["code"] for row in rows_of("fields.csv")}:
        raise click.BadParameter(f"no field {field}", param_hint="--field")
    started = time.monotonic()
    found = [benchmark.measure(services, asked=needs, rounds=rounds, field=field) for services in sizes]
    click.echo(table(*benchmark.times(found)))
    click.echo()
    click.echo(table(*benchmark.costs(found)))
    click.echo(f"all in {(time.monotonic() - started) / 60:.1f} minutes")


def seeded_rules() -> Rules:
    """The rules the product ships with."""
    return typed(0, json.loads((FOLDER / "parameters.json").read_text("utf-8")))


def _told(trial: "Trial") -> "Trial":
    click.echo(f"{trial.method}, {trial.setting}: answered", err=True)
    return trial


def _report(found: Sequence["Trial"], listings: Sequence[Listing], gold: Mapping[str, Mapping[str, int]]) -> None:
    from benchmarks import reliability, scores  # noqa: PLC0415 - see above
    from benchmarks.tables import table  # noqa: PLC0415
    from benchmarks.trials import said  # noqa: PLC0415

    scored = scores.scores(found, gold)
    click.echo(table(scores.HEADER, [scores.row(score) for score in scored]))
    broken = list(scores.broken(scored))
    click.echo("\n".join(f"broken promise: {line}" for line in broken) or "no promise is broken")
    guesses = said(found[-1], listings, gold)
    click.echo(f"\nthe first category guessed by {found[-1].method}")
    click.echo(table(*reliability.reliability(guesses)))
    click.echo(f"expected calibration error {reliability.error(guesses):.3f}")


def _write_run(path: Path, answers: Mapping[str, Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("qid", "listing_id", "rank"))
        for qid, listing_ids in answers.items():
            writer.writerows((qid, listing_id, rank) for rank, listing_id in enumerate(listing_ids, 1))
