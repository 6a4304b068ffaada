from search.matching.reach import CONSIDERED, candidates_query
from search.matching.routing import Guess, Routing
from search.query import Need

ROUTING = Routing(
    (Guess("P-001", 0.5, 1.0, ()), Guess("P-003", 0.2, 0.3, ())),
    {"P-001": 1.0, "P-002": 0.6, "P-003": 0.3, "P-004": 0.2},
    {"SH-04": 1.0},
    {"provider": 0.5},
)
PARKING = Need("停车")
WEIGHTS = {"text": 0.2, "reach": 0.2, "category": 0.2, "field": 0.1}


def query(need=PARKING, routing=ROUTING, weights=WEIGHTS):
    return candidates_query(need, routing, weights, fit_floor=0.55, limit=50)


def test_the_first_guesses_and_every_category_that_fits_are_looked_at():
    assert set(query().categories) == {"P-001", "P-002", "P-003"}
    assert query().limit == 50


def test_categories_weigh_as_in_the_ranking_beside_the_text():
    assert query().categories["P-002"] == 0.5 * 0.6
    assert query(weights={"category": 0.7}).categories["P-001"] == 0.7


def test_only_listed_and_suspended_services_are_considered():
    assert query().where == {"state": CONSIDERED} == {"state": {"listed", "suspended"}}


def test_services_of_the_area_come_first_but_are_not_all():
    assert query().prefer == {}
    assert query(Need("停车", "310105-05")).prefer == {"area": {"310105-05"}}
    assert "area" not in query(Need("停车", "310105-05")).where


def test_without_a_guess_the_text_alone_decides():
    assert query(routing=Routing((), {}, {}, {})).categories == {"": 0.0}
