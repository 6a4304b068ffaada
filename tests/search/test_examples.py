from search.matching.examples import sayings_of, words_of
from search.matching.learned import NOBODY
from tests.factories import profile, word

PARKING = profile(
    "P-001",
    "停车管理",
    keywords=("车位",),
    examples=("没地方停车",),
    description="商量车位。",
    routes=("property", "provider"),
    sayings=(("门口乱停车", "department"),),
)
BARE = profile("P-002", "共享停车")


def test_sentences_of_the_catalogue_are_examples_and_sayings_say_who_solves_them():
    found = [(each.text, each.category, each.route, each.weight) for each in sayings_of([PARKING, BARE])]
    assert found == [("没地方停车", "P-001", "", 1.0), ("门口乱停车", "P-001", "department", 1.0)]


def test_words_of_the_catalogue_teach_categories_only():
    found = words_of([PARKING, BARE], [word("抢车位", "P-001", 0.7)])
    assert {(each.text, each.category, each.weight) for each in found} == {
        ("抢车位", "P-001", 0.7),
        ("停车管理", "P-001", 1.0),
        ("商量车位。", "P-001", 1.0),
        ("车位", "P-001", 0.5),
        ("共享停车", "P-002", 1.0),
    }
    assert {(each.route, each.organisation) for each in found} == {("", NOBODY)}
