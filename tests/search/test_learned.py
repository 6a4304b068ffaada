import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.matching.learned import digest, model_of, vector
from search.text import fold, mask
from tests.factories import example
from tests.search.learning import BOTTLES, CARS, FIRE, LAW, MEALS, PARKING, PROFILES, arrays, model, needs

ARRAYS = arrays(needs())
MODEL = model_of(ARRAYS)
texts = st.text(st.sampled_from("楼道晚上消防栓停车位老人吃饭送餐律师合同zx，。 🙂"), max_size=25)


@given(texts)
def test_the_chances_of_each_kind_add_up_to_one(text):
    said = MODEL.opinion(text)
    for chances in (said.categories, said.routes, said.organisations, said.places):
        assert all(0 <= chance <= 1 for chance in chances.values())
        assert sum(chances.values()) == pytest.approx(1)
    assert set(said.categories) == {profile.code for profile in PROFILES}
    assert set(said.organisations) == {CARS, BOTTLES, MEALS}


@given(texts)
def test_the_nearest_needs_share_one_whole_at_most(text):
    solved = MODEL.opinion(text).solved
    assert all(share > 0 for share in solved.values())
    assert sum(solved.values()) <= 1 + 1e-6
    assert set(solved) <= set(zip((CARS, BOTTLES, MEALS), (PARKING, FIRE, "P-061"), strict=True))


def test_an_organisation_nothing_was_confirmed_of_has_the_chance_of_one_more():
    assert MODEL.opinion("停车").newcomer == 1 / 4
    assert model().opinion("停车").newcomer == 1


def test_without_confirmed_needs_there_is_an_opinion_of_categories_and_solvers_only():
    said = model().opinion("楼道消防栓没水")
    assert (said.trust, said.organisations, said.places, said.solved) == (0.0, {}, {}, {})
    assert max(said.categories, key=said.categories.get) == FIRE
    assert max(said.routes, key=said.routes.get) == "property"


@pytest.mark.parametrize("nothing", ["", "zzz", "🙂", "［手机号］", "，。"])
def test_a_text_of_no_known_term_is_near_nothing(nothing):
    numbers, values = vector(nothing, MODEL.idf)
    assert len(numbers) == len(values) == 0
    assert MODEL.opinion(nothing).solved == {}
    assert MODEL.words_for([FIRE], nothing) == {FIRE: {}}


@given(texts)
def test_a_text_is_a_vector_of_length_one(text):
    _, values = vector(text, MODEL.idf)
    assert np.linalg.norm(values) == pytest.approx(1 if len(values) else 0, abs=1e-5)


def test_the_terms_that_speak_for_a_category_stand_in_the_text():
    words = MODEL.words_for([FIRE], "楼道的消防栓漏水，车位也没有")[FIRE]
    assert max(words, key=words.get) in {"消防", "防栓", "消防栓", "消", "防", "栓"}
    assert all(word in fold("楼道的消防栓漏水，车位也没有") and points > 0 for word, points in words.items())
    assert "车位" not in words
    assert "车位" in MODEL.words_for([PARKING], "楼道的消防栓漏水，车位也没有")[PARKING]


def test_nothing_speaks_for_a_category_the_model_does_not_know():
    assert MODEL.words_for(["P-999"], "消防栓漏水") == {}


PERSONAL = ("13812345678", "310105194910010012", "沪A12345", "a.b@example.cn", "021-62345678")


@pytest.mark.parametrize("number", PERSONAL)
def test_masked_personal_data_says_nothing(number):
    masked = mask(f"{number}，消防栓漏水 {number}")
    assert number not in masked
    assert MODEL.opinion(masked) == MODEL.opinion("，消防栓漏水 ")
    with_numbers, without = (
        arrays([*needs(), *(example(f"{n}打{said}找人", LAW) for n in range(5))]) for said in (mask(number), " ")
    )
    assert digest(with_numbers) == digest(without)
