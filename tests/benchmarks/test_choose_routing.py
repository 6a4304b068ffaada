import math
from dataclasses import replace

import pytest

from benchmarks.choose_routing import Validation, best, without
from search.matching.examples import Learning, sayings_of
from search.matching.routing import Views
from tests.benchmarks.services import MEALS, SERVICES, WORDS

UNLIKELY = math.log(1 / len(SERVICES))


@pytest.fixture(scope="module")
def validation():
    return Validation(SERVICES, WORDS, Views(), Learning())


def test_every_sentence_of_every_service_is_asked_once(validation):
    assert len(validation) == len(list(validation)) == len(sayings_of(SERVICES)) == 15
    assert sorted(sentence.text for _, sentence in validation) == sorted(s.text for s in sayings_of(SERVICES))


def test_the_router_asked_has_never_seen_the_sentence(validation):
    for router, sentence in validation:
        seen = router.profiles[sentence.category]
        assert sentence.text not in {*seen.examples, *(text for text, _ in seen.sayings)}


def test_only_the_held_sentences_are_unsaid():
    held = sayings_of([MEALS])[1:3]
    (found,) = without([MEALS], held)
    assert found.examples == MEALS.examples[:1]
    assert found.sayings == MEALS.sayings[1:]
    assert replace(found, examples=MEALS.examples, sayings=MEALS.sayings) == MEALS


def test_chances_that_know_nothing_are_as_likely_as_guessing(validation):
    blunt, sharp = replace(Views(), learned=0.0, sharpness=0.0), replace(Views(), learned=0.0, sharpness=8.0)
    found = validation.categories([blunt, sharp])
    assert found[blunt] <= UNLIKELY  # a sentence with no word that is known has no chance at all
    assert found[sharp] > found[blunt]
    assert best(found) == sharp


def test_what_sentences_say_of_solvers_counts_as_much_as_the_view_lets_it(validation):
    deaf, heard = replace(Views(), solver=0.0), replace(Views(), solver=1.0)
    found = validation.solvers([deaf, heard])
    assert set(found) == {deaf, heard}
    assert found[deaf] != found[heard]
    assert all(value < 0 for value in found.values())
