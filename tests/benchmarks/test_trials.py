from pathlib import Path

import pytest

from benchmarks import trials
from benchmarks.history_baselines import HISTORY_BASELINES
from benchmarks.quality import opened
from benchmarks.reliability import Said
from directory.cli.bench import seeded_rules
from directory.exchange.townfolder import Question, TownFolder
from search.measures import quality
from tests.benchmarks.towns import LISTINGS, NEEDS, STALLS, WATER

REAL = Path(__file__).resolve().parents[3] / "shared/benchmarks/haikou-2018-01"
QUESTIONS = [Question("Q1", "烤串的又把路堵死了"), Question("Q2", "停水两天"), Question("Q3", "？")]


@pytest.fixture(scope="module")
def town():
    with opened(LISTINGS) as found:
        yield found


@pytest.mark.parametrize(
    ("number", "sizes"), [(0, [0]), (100, [0, 100]), (101, [0, 100, 101]), (2_773, [0, 100, 300, 1_000, 2_773])]
)
def test_the_curve_ends_with_all_there_is(number, sizes):
    assert trials.curve(number) == sizes


def test_the_history_is_the_same_however_it_was_kept():
    found = trials.history(NEEDS)
    assert found == trials.history(reversed(NEEDS))
    assert set(found) == set(NEEDS)


def test_cold_answers_end_with_ours(town):
    found = list(trials.cold(town, QUESTIONS, seeded_rules()))
    assert {trial.setting for trial in found} == {"cold"}
    assert [trial.ours for trial in found] == [False] * (len(found) - 1) + [True]
    assert found[-1].answers["Q2"][0] == "S3"
    assert found[-1].answers["Q3"] == []
    assert set(found[-1].guesses) == {"Q1", "Q2"}


def test_what_was_confirmed_answers_what_the_listings_cannot(town):
    found = list(trials.warm(town, QUESTIONS, seeded_rules(), NEEDS, [0, len(NEEDS)]))
    assert [trial.method for trial in found] == [*HISTORY_BASELINES, "the catalogue, 0 needs", "the catalogue, 8 needs"]
    assert {trial.setting for trial in found} == {"warm"}
    assert [trial.learned_from for trial in found] == [8] * len(HISTORY_BASELINES) + [0, 8]
    assert found[-1].answers["Q1"][0] == "S1"
    assert found[-1].guesses["Q1"][0] == STALLS.tree
    assert found[-1].guesses["Q1"][1] > found[-2].guesses.get("Q1", (None, 0.0))[1]


def test_a_guess_is_right_when_a_listing_of_the_same_category_is_graded_so():
    guesses = {"Q1": (STALLS.tree, 0.9), "Q2": (STALLS.tree, 0.4), "Q3": (WATER.tree, 0.3)}
    gold = {"Q1": {"S1": 1}, "Q2": {"S1": 2, "S3": 3}, "Q3": {}}
    said = trials.said(trials.Trial("ours", {}, 0.0, guesses=guesses), LISTINGS, gold)
    assert said == [Said(0.9, True), Said(0.4, False), Said(0.3, False)]


def test_a_real_towns_past_makes_its_answers_as_good_as_asked(monkeypatch):
    if not REAL.exists():
        pytest.skip(f"no {REAL}: the shared benchmarks are not beside this checkout")
    folder = TownFolder(REAL)
    needs = trials.history(folder.confirmed())
    monkeypatch.setattr(trials, "HISTORY_BASELINES", {})
    with opened(folder.listings()) as town:
        *_, warm = trials.warm(town, folder.questions(), seeded_rules(), needs, [len(needs)])
    found = quality(warm.answers, folder.gold())
    assert found.ndcg10 >= 0.60
    assert found.mrr10 >= 0.62
