"""How well what we learn from our own seeds reads everyday sentences.

unseen.csv was written apart from seeds/ and from everyday.csv, and nothing was ever chosen by it: it says how well a
district is served on the first day. everyday.csv was looked at while we worked, so it only tells when something gets
worse. A sentence of either in the seeds, or a seed changed because of one, would make these figures worthless.
"""

from pathlib import Path

import pytest

from search.text import features, fold
from tests.search.seeded import FOLDER, rows

HELD_OUT, LOOKED_AT = "unseen.csv", "everyday.csv"
FILES = (HELD_OUT, LOOKED_AT)


def sentences(name):
    return rows(Path(__file__).with_name(name))


def share(hits):
    return sum(hits) / len(hits)


@pytest.fixture(scope="module")
def routed(taught):
    """file → (accepted categories, accepted solvers, routing) of every sentence."""
    return {
        name: [
            (set(row["categories"].split("|")), set(row["routes"].split("|")), taught.route(row["text"]))
            for row in sentences(name)
        ]
        for name in FILES
    }


def right_within(found, places):
    return share([bool({g.code for g in routing.guesses[:places]} & accepted) for accepted, _, routing in found])


@pytest.mark.parametrize(("name", "least"), [(HELD_OUT, 0.80), (LOOKED_AT, 0.86)])
def test_the_first_guess_is_right_often_enough(routed, name, least):
    assert right_within(routed[name], 1) >= least


@pytest.mark.parametrize(("name", "least"), [(HELD_OUT, 0.95), (LOOKED_AT, 0.95)])
def test_one_of_three_guesses_is_right_nearly_always(routed, name, least):
    assert right_within(routed[name], 3) >= least


@pytest.mark.parametrize(("name", "least"), [(HELD_OUT, 0.90), (LOOKED_AT, 0.88)])
def test_who_should_solve_it_is_right_often_enough(routed, name, least):
    assert share([routing.route in solvers for _, solvers, routing in routed[name]]) >= least


def test_a_guess_called_sure_is_right_as_often_as_it_says(routed, seeds):
    """Among the held out: the mean chance of the first guesses is not far above the share that are right."""
    found = [(routing.guesses[0].probability, routing.guesses[0].code in ok) for ok, _, routing in routed[HELD_OUT]]
    sure = [(chance, right) for chance, right in found if chance >= seeds.parameters["limits"]["confidence"]]
    assert len(sure) >= 0.9 * len(found)
    assert share([chance for chance, _ in sure]) - share([right for _, right in sure]) <= 0.05


@pytest.mark.parametrize(("name", "number"), [(HELD_OUT, 200), (LOOKED_AT, 400)])
def test_there_are_hundreds_of_sentences_over_most_categories(seeds, name, number):
    found = sentences(name)
    assert len({row["text"] for row in found}) == len(found) >= number
    accepted = {code for row in found for code in row["categories"].split("|")}
    assert accepted <= {profile.code for profile in seeds.profiles}
    assert len(accepted) >= 120


@pytest.mark.parametrize("name", FILES)
def test_no_sentence_was_learned_by_heart(seeds, name):
    known = {fold(text) for each in seeds.profiles for text in (*each.examples, each.description, each.name)}
    known |= {fold(row["text"]) for row in rows(FOLDER / "sayings.csv")}
    known |= {fold(entry.word) for entry in seeds.lexicon.entries}
    assert not [row["text"] for row in sentences(name) if fold(row["text"]) in known]


def test_no_held_out_sentence_is_nearly_one_of_the_seeds(seeds):
    """Half of the pairs of characters in common would be a copy with a word changed."""
    taught = [pairs(text) for each in seeds.profiles for text in (*each.examples, *(said for said, _ in each.sayings))]
    for row in sentences(HELD_OUT):
        asked = pairs(row["text"])
        assert max(len(asked & said) / len(asked | said) for said in taught) < 0.5, row["text"]


def pairs(text):
    return {term for term in features(text) if len(term) == 2}


def test_no_sentence_stands_in_both_files():
    held_out, looked_at = ({fold(row["text"]) for row in sentences(name)} for name in FILES)
    assert not held_out & looked_at
