import pytest

from benchmarks.scores import HEADER, Score, broken, row, scores
from benchmarks.trials import OURS, Trial
from search.measures import Quality


def score(method, ndcg, learned_from=None, mrr=0.0):
    return Score(Trial(method, {}, 1.0, learned_from), Quality(ndcg, mrr or ndcg, 0.0, 0.0))


def test_each_trial_is_scored_by_all_questions_and_shown_in_one_row():
    trial = Trial("by chance", {"Q1": ["B", "A"]}, 1.26, 7, 2.04)
    (found,) = scores([trial], {"Q1": {"A": 3}, "Q2": {"A": 3}})
    cells = dict(zip(HEADER, row(found), strict=True))
    assert cells == {
        "method": "by chance",
        "setting": "warm",
        "nDCG@10": "0.3155",
        "MRR@10": "0.2500",
        "P@1": "0.0000",
        "S@5": "0.5000",
        "ms a need": "1.3",
        "training s": "2.0",
    }


def test_what_is_not_trained_has_no_training():
    assert row(score("plain", 0.1))[-1] == "–"


@pytest.mark.parametrize(
    ("found", "methods"),
    [
        ([score("plain", 0.3), score(OURS, 0.4)], []),
        ([score("plain", 0.4), score(OURS, 0.4)], ["plain"]),  # as good is too good
        ([score("learner", 0.5, 9), score(OURS, 0.4), score(f"{OURS}, 9 needs", 0.6, 9)], []),  # warm beats cold
        ([score("learner", 0.7, 9), score(OURS, 0.4), score(f"{OURS}, 9 needs", 0.6, 9)], ["learner"]),
        ([score("plain", 0.7), score(OURS, 0.8), score(f"{OURS}, 9 needs", 0.6, 9)], ["plain"]),  # learning hurt
        ([score(f"{OURS}, 0 needs", 0.4, 0), score(f"{OURS}, 9 needs", 0.4, 9)], []),
        ([score(f"{OURS}, 0 needs", 0.5, 0), score(f"{OURS}, 9 needs", 0.4, 9)], [f"{OURS}, 0 needs"]),
        ([score("learner", 0.5, 9), score(f"{OURS}, 0 needs", 0.4, 0), score(f"{OURS}, 9 needs", 0.6, 9)], []),
    ],
)
def test_a_promise_is_broken_by_what_is_better_than_we_are(found, methods):
    said = list(broken(found))
    assert [line for line in said if line.startswith("nDCG@10")] == said[: len(said) // 2]
    assert len(said) == 2 * len(methods)
    assert all(any(f"that of {method} " in line for line in said) for method in methods)


def test_a_promise_names_the_figure_that_breaks_it():
    found = [score("learner", 0.5, 9, mrr=0.7), score(f"{OURS}, 9 needs", 0.6, 9, mrr=0.65)]
    assert list(broken(found)) == ["MRR@10 of the catalogue, 9 needs is 0.6500, that of learner 0.7000"]
