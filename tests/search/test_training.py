from itertools import product

import numpy as np
import pytest

from search.matching.examples import Learning
from search.matching.learned import NOBODY, digest, model_of
from search.matching.routing import Router
from search.matching.training import SHARPNESSES, arrays_of
from tests.factories import example
from tests.processes import ended, python
from tests.search.learning import (
    BOTTLES,
    CARS,
    FIRE,
    LAW,
    LEXICON,
    LUNCH,
    MEALS,
    PARKING,
    PROFILES,
    arrays,
    model,
    needs,
)

TEXTS = ("楼道里消防栓漏水", "周末没地方停车", "爷爷想吃热饭", "律师看看合同", "天气真好")


def test_the_same_examples_give_the_same_model():
    assert digest(arrays(needs())) == digest(arrays(needs()))
    assert digest(arrays(needs())) != digest(arrays(needs()[1:]))


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_learns_the_same_whatever_its_hashes(monkeypatch, seed):
    monkeypatch.setenv("PYTHONHASHSEED", seed)
    code = (
        "from search.matching.learned import digest\n"
        "from tests.search.learning import arrays, needs\n"
        "print(digest(arrays(needs())))\n"
    )
    assert ended(python(code)).strip() == digest(arrays(needs()))


def test_a_model_is_made_of_numbers_and_names_only():
    for name, array in arrays(needs()).items():
        assert array.dtype.kind in "iufU", name
        assert not array.dtype.hasobject


def test_what_was_confirmed_is_learned():
    learned = model(needs())
    for text, code, organisation in ((TEXTS[0], FIRE, BOTTLES), (TEXTS[1], PARKING, CARS), (TEXTS[2], LUNCH, MEALS)):
        said = learned.opinion(text)
        assert max(said.categories, key=said.categories.get) == code
        assert max(said.organisations, key=said.organisations.get) == organisation
        assert max(said.solved, key=said.solved.get) == (organisation, code)
    routes = learned.opinion(TEXTS[0]).routes
    assert max(routes, key=routes.get) == "property"


def test_an_organisation_is_learned_in_the_fields_where_it_solved_needs():
    past = [*needs(), *(example(f"{who}要看病", "P-070", organisation=CARS, field="SH-02") for who in "甲乙丙")]
    places = model(past).opinion("甲要看病").places
    assert set(places) == {(CARS, "SH-04"), (BOTTLES, "SH-04"), (MEALS, "SH-01"), (CARS, "SH-02")}
    assert max(places, key=places.get) == (CARS, "SH-02")


def test_trust_grows_with_the_needs_and_never_is_whole():
    trusts = [float(arrays(needs(number))["trust"]) for number in (0, 1, 2, 8)]
    assert trusts == [0.0, 3 / 13, 6 / 16, 24 / 34]
    assert model(needs(), half_trust=1e-9).trust < 1


def test_needs_of_little_weight_bring_little_trust():
    past = [example(f"{n}号车位没了", weight=0.05) for n in range(200)]
    assert float(arrays(past)["trust"]) == pytest.approx(10 / 20)


def test_an_organisation_that_solved_too_little_has_no_weights_but_its_needs_are_near():
    past = [*needs(), example("河边的灯不亮", FIRE, organisation=77, field="SH-04")]
    said = model(past, least_needs=2).opinion("河边的灯不亮")
    assert set(said.organisations) == {CARS, BOTTLES, MEALS}
    assert said.solved[77, FIRE] > 0
    assert 77 in model(past, least_needs=1).opinion("河边的灯不亮").organisations


def test_a_need_nobody_solved_teaches_its_category_only():
    past = [*needs(), *(example(f"{n}栋的灯不亮", LAW) for n in "一二三四")]
    assert {need.organisation for need in past[-4:]} == {NOBODY}
    said = model(past).opinion("五栋的灯不亮")
    assert max(said.categories, key=said.categories.get) == LAW
    assert set(said.organisations) == {CARS, BOTTLES, MEALS}
    assert not [code for _, code in said.solved if code == LAW]


def test_a_need_without_solver_teaches_no_solver():
    past = [example(f"{n}号井盖响", PARKING, route="") for n in range(30)]
    with_, without = model(past).opinion("井盖响"), model().opinion("井盖响")
    assert set(with_.routes) == set(without.routes) == {"provider", "property"}
    assert with_.categories[PARKING] > without.categories[PARKING]


def test_words_of_the_catalogue_keep_a_category_nobody_asked_for_in_the_game():
    said = model(needs()).opinion("请律师看看合同")
    assert max(said.categories, key=said.categories.get) == LAW


@pytest.mark.parametrize(
    ("past", "heads"), [([], 0), ([example("停车难")], 0), ([example("停车难"), example("吃饭难", LUNCH)], 2)]
)
def test_what_has_one_answer_or_none_is_not_classified(past, heads):
    made = arrays_of(past, [], [], Learning())
    assert len(made["category_codes"]) == heads
    said = model_of(made).opinion("停车难")
    assert len(said.categories) == heads
    assert said.organisations == {}


def test_terms_said_once_and_more_terms_than_allowed_are_left_out():
    past = [example("橘子树倒了"), example("橘子皮乱扔", LUNCH), example("车位")]
    assert set(arrays_of(past, [], [], Learning())["terms"].tolist()) == {"橘", "子", "橘子"}
    assert len(arrays(needs(), most_terms=7)["terms"]) == 7


def test_a_need_of_little_weight_moves_the_answer_little():
    def chance(weight):
        odd = [example(f"{where}灭火器坏了", LUNCH, route="", weight=weight) for where in ("门口", "顶楼", "二号楼")]
        return model([*needs(), *odd]).opinion("灭火器坏了").categories[LUNCH]

    assert chance(1.0) > 2 * chance(0.05)


def test_examples_of_hardly_any_weight_do_not_change_how_sure_the_model_is():
    """Otherwise one source could blunt every answer: its nonsense, held out, would say that no guess is right."""
    kinds = (PARKING, "停车"), (LUNCH, "吃饭")
    said = [
        (parts, code) for code, words in kinds for parts in product("一二三四五六七八九十", "甲乙丙丁戊己", [words])
    ]
    spoken = [example("".join(parts), code if n % 23 else LUNCH) for n, (parts, code) in enumerate(said)]
    nonsense = [example(each.text, LUNCH if each.category == PARKING else PARKING, weight=1e-6) for each in spoken]
    alone, among = (arrays_of([], heard, [], Learning()) for heard in (spoken, [*spoken, *nonsense]))
    assert alone["category_sharpness"] == among["category_sharpness"] > SHARPNESSES[0]


def many(number):
    """So many needs, one in seven of them of something its words do not say."""
    kinds = (PARKING, "没地方停车"), (FIRE, "灭火器坏了"), (LUNCH, "中午吃饭难")
    texts = product("一二三四五六七八九十", "甲乙丙丁戊己庚辛壬癸", range(2), kinds)
    said = [(f"{street}{house}{words}", code) for street, house, _, (code, words) in texts][:number]
    return [example(text, code if n % 7 else LAW) for n, (text, code) in enumerate(said)]


def test_how_often_first_guesses_were_right_is_learned_from_needs_held_out():
    cold = Router(PROFILES, LEXICON)
    honest = arrays(many(600), pool=cold.pooled)
    for name in ("said", "right"):
        assert all(0 <= value <= 1 for value in honest[name])
        assert sorted(honest[name]) == list(honest[name])
    assert model_of(honest).right(0.99) == pytest.approx(6 / 7, abs=0.03)


def test_too_few_needs_do_not_say_how_often_guesses_are_right():
    few = model_of(arrays(many(300), pool=Router(PROFILES, LEXICON).pooled))
    assert [few.right(said) for said in (0.0, 0.37, 1.0)] == pytest.approx([0.0, 0.37, 1.0])


@pytest.mark.parametrize("honest", [many(600), []], ids=["among many", "alone"])
def test_needs_of_hardly_any_weight_do_not_say_how_often_guesses_are_right(honest):
    nonsense = [example(need.text, "P-999", weight=1e-6) for need in many(600)]
    pool = Router(PROFILES, LEXICON).pooled
    alone, among = (model_of(arrays(past, pool=pool)) for past in (honest, [*honest, *nonsense]))
    assert among.right(0.9) == pytest.approx(alone.right(0.9), abs=0.03)


def test_weights_are_small_on_disk_and_values_finite():
    made = arrays(needs())
    assert made["category_weights"].dtype == np.float16
    assert made["posting_weights"].dtype == np.float32
    assert all(np.isfinite(array).all() for array in made.values() if array.dtype.kind == "f")
