"""How well our own taxonomy and lexicon read everyday sentences nobody tuned them on.

tests/search/everyday.csv was written apart from seeds/ and stays so: a sentence of it in the seeds, or a
seed changed because of one of its sentences, would make these figures worthless.
"""

import csv
import json
from pathlib import Path

import pytest

from search.lexicon import Lexicon, LexiconEntry
from search.matching.routing import CategoryProfile, Router, Views
from search.text import fold

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def services():
    return [
        row for file in sorted((SEEDS / "categories").glob("*.json")) for row in json.loads(file.read_text("utf-8"))
    ]


@pytest.fixture(scope="module")
def sentences():
    return rows(Path(__file__).with_name("everyday.csv"))


@pytest.fixture(scope="module")
def routed(services, sentences):
    """(accepted categories, accepted routes, routing) of every sentence."""
    profiles = [
        CategoryProfile(
            code=row["code"],
            parent=row["field"],
            name=row["name"],
            keywords=tuple(row["keywords"]),
            examples=tuple(row["examples"]),
            description=row["description"],
            routes=tuple(row["route"]),
        )
        for row in services
    ]
    lexicon = Lexicon(
        LexiconEntry(
            row["word"], row["category"], float(row["weight"]), tuple(filter(None, row["negative_context"].split("|")))
        )
        for row in rows(SEEDS / "lexicon.csv")
    )
    values = json.loads((SEEDS / "parameters.json").read_text("utf-8"))
    router = Router(profiles, lexicon, Views(**values["routing"]))
    return [(row["categories"].split("|"), row["routes"].split("|"), router.route(row["text"])) for row in sentences]


def share(hits):
    return sum(hits) / len(hits)


def right_within(routed, places):
    return share([bool({g.code for g in routing.guesses[:places]} & set(accepted)) for accepted, _, routing in routed])


def test_the_first_guess_is_right_often_enough(routed):
    assert right_within(routed, 1) >= 0.72


def test_one_of_three_guesses_is_right_nearly_always(routed):
    assert right_within(routed, 3) >= 0.88


def test_who_should_solve_it_is_right_often_enough(routed):
    assert share([routing.route in routes for _, routes, routing in routed]) >= 0.80


def test_there_are_hundreds_of_sentences_over_most_categories(sentences, services):
    assert len({row["text"] for row in sentences}) == len(sentences) >= 400
    accepted = {code for row in sentences for code in row["categories"].split("|")}
    assert accepted <= {row["code"] for row in services}
    assert len(accepted) >= 120


def test_no_sentence_was_learned_by_heart(sentences, services):
    examples = {fold(example) for row in services for example in row["examples"]}
    words = {fold(row["word"]) for row in rows(SEEDS / "lexicon.csv")}
    assert not [row["text"] for row in sentences if fold(row["text"]) in examples | words]
