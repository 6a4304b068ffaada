"""directory bench …

The measuring itself is in benchmarks/, which makes apps of its own: so it is imported only when asked for.
"""

import csv
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from directory.cli.seeds import FOLDER, rows_of
from directory.exchange.townfolder import TownFolder
from directory.operations.parameters import Rules, typed
from search import measures

SIZES = (2_000, 20_000, 50_000, 200_000)


@click.group("bench")
def group() -> None:
    """Measure how well and how fast the catalogue answers, beside its peers."""


@group.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--run", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="Write our answers there.")
def quality(folder: Path, run: Path | None) -> None:
    """Answer the needs of a benchmark FOLDER from its listings alone, and score that beside plain searches."""
    from benchmarks import quality as benchmark  # noqa: PLC0415 - see above
    from benchmarks.tables import table  # noqa: PLC0415

    town = TownFolder(folder)
    listings, questions = town.listings(), town.questions()
    click.echo(f"{len(listings)} listings, {len(questions)} needs, answered cold: from the listings alone")
    trials = list(benchmark.trials(listings, questions, seeded_rules()))
    if run is not None:
        _write_run(run, trials[-1].answers)
        click.echo(f"the answers of {trials[-1].method} are in {run}")
    gold = town.gold()
    if gold is None:
        click.echo("no qrels.csv in the folder: nothing to score by")
        return
    rows = []
    for trial in trials:
        found = measures.quality(trial.answers, gold)
        figures = (found.ndcg10, found.mrr10, found.first, found.five)
        rows.append((trial.method, *(f"{figure:.4f}" for figure in figures), f"{trial.milliseconds:.1f}"))
    click.echo(table(("method", "nDCG@10", "MRR@10", "P@1", "S@5", "ms a need"), rows))


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


def _write_run(path: Path, answers: Mapping[str, Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("qid", "listing_id", "rank"))
        for qid, listing_ids in answers.items():
            writer.writerows((qid, listing_id, rank) for rank, listing_id in enumerate(listing_ids, 1))
