import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.lexicon import Lexicon
from search.matching.examples import Learning, sayings_of, words_of
from search.matching.learned import model_of
from search.matching.routing import Router, Views
from search.matching.training import arrays_of
from search.text import fold
from tests.factories import example, profile, word

PROFILES = (
    profile("P-001", "停车管理", keywords=("停车难", "车位"), examples=("回来晚了找不到车位", "外面的车停进来")),
    profile("P-002", "共享停车", keywords=("错时停车",), examples=("写字楼晚上车库空着",)),
    profile("P-024", "违法建筑治理", keywords=("搭建", "违建"), examples=("楼上搭了阳光房",), routes=("department",)),
    profile("P-061", "社区助餐", parent="SH-01", keywords=("老人吃饭",), examples=("老人中午没饭吃",)),
    profile("P-131", "消费调解", parent="SH-13", description="与商家起了纠纷的", routes=("provider", "department")),
)
LEXICON = Lexicon(
    [
        word("阳光房", "P-024"),
        word("抢车位", "P-001"),
        word("吃食堂", "P-061"),
        word("吃食堂", "P-999", 0.9),
        word("车", "P-001", 0.1),
    ]
)
ROUTER = Router(PROFILES, LEXICON)
NEEDS = [example(f"{n}橘子坏了", "P-131") for n in "甲乙丙丁"] + [example(f"{n}车没处停", "P-998") for n in "甲乙丙丁"]
MODEL = model_of(arrays_of(NEEDS, sayings_of(PROFILES), words_of(PROFILES, LEXICON.entries), Learning()))
WARM = Router(PROFILES, LEXICON, model=MODEL)
ROUTERS = {"cold": ROUTER, "warm": WARM}
ORANGES = "停一停，橘子坏了"  # the catalogue knows only how to park
texts = st.text(st.sampled_from("停车位难共享错时楼上搭建阳光房老人吃食堂纠纷商家抢zx，。 🙂"), max_size=30)


@pytest.mark.parametrize(
    ("text", "code", "route"),
    [
        ("车位不够停", "P-001", "provider"),
        ("想跟写字楼借车库错时停一停", "P-002", "provider"),
        ("顶楼造了阳光房", "P-024", "department"),
        ("老人想吃食堂", "P-061", "provider"),
        ("跟商家有纠纷", "P-131", "provider"),
        ("樓上搭建", "P-024", "department"),
    ],
)
def test_the_likeliest_category_and_who_solves_it(text, code, route):
    routing = ROUTER.route(text)
    assert (routing.guesses[0].code, routing.route) == (code, route)


@pytest.mark.parametrize("text", ["", "zx xz", "🙂🙂🙂", "12345", "哈喽", "\x00", "，。！"])
def test_words_that_speak_for_nothing_give_no_guess(text):
    routing = ROUTER.route(text)
    assert (routing.guesses, routing.fits, routing.fields, routing.routes, routing.route) == ((), {}, {}, {}, None)
    assert not routing.sure(0.0)


def test_a_word_for_a_category_that_is_not_there_speaks_for_nothing():
    assert "P-999" not in ROUTER.route("吃食堂").fits


@settings(deadline=None)
@given(texts, st.integers(1, 5))
@pytest.mark.parametrize("router", ["cold", "warm"])
def test_guesses_come_sorted_and_their_probabilities_are_at_most_one(router, text, keep):
    routing = ROUTERS[router].route(text, keep=keep)
    probabilities = [guess.probability for guess in routing.guesses]
    assert len(probabilities) <= keep
    assert probabilities == sorted(probabilities, reverse=True)
    assert sum(probabilities) <= 1 + 1e-9
    assert all(0 < p <= 1 for p in probabilities)
    assert sum(routing.routes.values()) == pytest.approx(1 if probabilities else 0)
    assert routing.suggested == (routing.guesses[0].code if routing.guesses else "")


@settings(deadline=None)
@given(texts)
@pytest.mark.parametrize("router", ["cold", "warm"])
def test_fits_are_between_nothing_and_one_and_the_best_is_one(router, text):
    routing = ROUTERS[router].route(text)
    for fits in (routing.fits, routing.fields):
        assert all(0 < fit <= 1 for fit in fits.values())
        assert not fits or max(fits.values()) == 1
    assert [guess.fit for guess in routing.guesses] == [routing.fits[guess.code] for guess in routing.guesses]


@settings(deadline=None)
@given(texts)
@pytest.mark.parametrize("router", ["cold", "warm"])
def test_the_words_that_decided_stand_in_the_text(router, text):
    routing = ROUTERS[router].route(text)
    assert all(word in fold(text) for guess in routing.guesses for word in guess.words)
    assert all(len(guess.words) == len(set(guess.words)) <= 4 for guess in routing.guesses)


def test_a_lexicon_word_stands_before_what_the_profile_says():
    assert ROUTER.words_for(["P-001"], "天天抢车位，停车难")["P-001"][0] == "抢车位"


@settings(deadline=None)
@given(texts, st.sampled_from([p.code for p in PROFILES]))
def test_what_a_person_chose_stands_first_and_the_rest_at_most_half(text, code):
    routing = ROUTER.chosen(code, text)
    chosen = ROUTER.profiles[code]
    assert [(g.code, g.probability, g.fit) for g in routing.guesses] == [(code, 1.0, 1.0)]
    assert set(routing.routes) == set(chosen.routes)
    assert (routing.route, sum(routing.routes.values())) == (chosen.routes[0], pytest.approx(1))
    assert routing.suggested == next((g.code for g in ROUTER.route(text).guesses), "")
    assert (routing.fits[code], routing.fields[chosen.parent]) == (1.0, 1.0)
    assert all(fit <= 0.5 for other, fit in routing.fits.items() if other != code)
    assert all(fit <= 0.5 for parent, fit in routing.fields.items() if parent != chosen.parent)
    assert routing.sure(1.0)


def test_being_sure_is_a_matter_of_the_limit():
    routing = ROUTER.route("停车")
    first = routing.guesses[0].probability
    assert routing.sure(first)
    assert not routing.sure(first + 0.01)


def test_a_sharper_view_is_surer_of_the_same_order():
    flat, sharp = (Router(PROFILES, LEXICON, Views(sharpness=s)).route("停车位") for s in (2.0, 20.0))
    assert [g.code for g in flat.guesses] == [g.code for g in sharp.guesses]
    assert flat.guesses[0].probability < sharp.guesses[0].probability


def test_what_was_learned_joins_as_one_more_view():
    """NEEDS say of a word that the catalogue does not know what it asks for."""
    assert WARM.route(ORANGES).guesses[0].code == "P-131"
    assert ROUTER.route(ORANGES).guesses[0].code == "P-001"
    assert "P-998" not in WARM.route(ORANGES).fits
    assert WARM.route(ORANGES).opinion == MODEL.opinion(ORANGES)
    assert ROUTER.route(ORANGES).opinion is None


def test_a_text_whose_words_only_the_past_knows_is_not_guessed_at():
    """So that nonsense which happens to share a character with some need is not answered."""
    assert WARM.route("🙂").guesses == ()


@pytest.mark.parametrize(("share", "code"), [(0.0, "P-001"), (1.0, "P-131")])
def test_how_much_the_past_counts_is_a_matter_of_the_views(share, code):
    assert Router(PROFILES, LEXICON, Views(learned=share), MODEL).route(ORANGES).guesses[0].code == code


def test_without_weight_what_was_learned_changes_no_guess():
    off = Router(PROFILES, LEXICON, Views(learned=0.0), MODEL)
    for text in ("车位不够停", "老人想吃食堂", ORANGES):
        cold = [guess.code for guess in ROUTER.route(text).guesses]
        assert [guess.code for guess in off.route(text).guesses][: len(cold)] == cold


def test_words_learned_from_the_past_are_named_among_those_that_decided():
    assert "橘子" in WARM.words_for(["P-131"], ORANGES)["P-131"]
    assert "橘子" not in ROUTER.words_for(["P-131"], ORANGES)["P-131"]


def test_the_words_say_which_of_a_categorys_solvers_is_meant():
    taught = [
        example(text, "P-131", route=route) for text, route in (("找消协投诉", "department"), ("请人调解", "provider"))
    ]
    known = Router(PROFILES, LEXICON, model=model_of(arrays_of([], taught * 5, [], Learning())))
    assert known.chosen("P-131", "商家不理，找消协投诉").route == "department"
    assert known.chosen("P-131", "商家不理，请人调解").route == "provider"


def test_no_words_make_somebody_a_solver_who_is_none_of_the_category():
    taught = [example("停车找城管", "P-024", route="department"), example("停车", "P-001")] * 5
    known = Router(PROFILES, LEXICON, model=model_of(arrays_of([], taught, [], Learning())))
    assert known.chosen("P-001", "停车找城管").routes == {"provider": 1.0}


def test_a_solver_named_later_is_half_as_usual_as_the_one_before():
    assert ROUTER.chosen("P-131", "纠纷").routes == pytest.approx({"provider": 2 / 3, "department": 1 / 3})


def test_an_example_said_again_leads_home():
    for each in PROFILES:
        for text in each.examples:
            assert ROUTER.route(text).guesses[0].code == each.code


def test_a_router_of_nothing_guesses_nothing():
    assert Router((), Lexicon(())).route("停车").guesses == ()
