import pytest

from directory.errors import Invalid
from directory.rules import tuning

VALUES = {
    "gates": {"registered_years": 2, "least_grade": "3A", "annual_checks": 2, "penalty_years": 3, "least_staff": 2},
    "weights": {"category": 0.3, "text": 0.3},
    "periods": {"publicity_days": 5, "remind_days": [28, 14, 0]},
    "contracting": {"most_invited": 5, "shares": [30, 40, 30]},
    "reputation": {"prior_weight": 5, "prior_mean": 4.0, "half_life_years": 2, "least_reviews": 3, "pair_share": 0.5},
    "limits": {"confidence": 0.4},
    "routing": {"profile": 1.0},
}


def test_what_is_given_takes_its_place_and_all_else_stays():
    new = tuning.proposed(VALUES, {"gates-least_staff": " 3 ", "weights-text": "0.5", "gates-least_grade": "4A"})
    assert new["gates"] == VALUES["gates"] | {"least_staff": 3, "least_grade": "4A"}
    assert new["weights"] == {"category": 0.3, "text": 0.5}
    assert (new["routing"], VALUES["gates"]["least_staff"]) == (VALUES["routing"], 2)
    assert tuning.differences(VALUES, new) == [
        ("gates-least_grade", "3A", "4A"),
        ("gates-least_staff", 2, 3),
        ("weights-text", 0.3, 0.5),
    ]


def test_what_has_no_place_is_passed_over():
    assert tuning.proposed(VALUES, {"routing-profile": "9", "gates-secret": "1", "weights-magic": "1"}) == VALUES


@pytest.mark.parametrize(("text", "days"), [("28、14、0", [28, 14, 0]), ("0 7,7，30", [30, 7, 0])])
def test_reminders_are_several_days_longest_first(text, days):
    assert tuning.proposed(VALUES, {"periods-remind_days": text})["periods"]["remind_days"] == days


def test_days_after_which_people_are_reminded_are_shortest_first():
    given = {"reminders-decide_days": "10、3 3", "reminders-terms_days": "5", "reminders-step_days": "0"}
    new = tuning.proposed(VALUES, given)["reminders"]
    assert new == {"decide_days": [3, 10], "terms_days": [5], "step_days": 0}


@pytest.mark.parametrize("text", ["50、50", " 50，50 ", "50 50"])
def test_shares_of_a_payment_keep_their_order_and_number(text):
    assert tuning.proposed(VALUES, {"contracting-shares": text})["contracting"]["shares"] == [50, 50]
    assert tuning.proposed(VALUES, {"contracting-shares": "10 90 0"})["contracting"]["shares"] == [10, 90, 0]


def test_how_ratings_are_made_can_be_set():
    new = tuning.proposed(VALUES, {"reputation-half_life_years": "1.5", "reputation-least_reviews": "5"})
    assert new["reputation"] == VALUES["reputation"] | {"half_life_years": 1.5, "least_reviews": 5}
    assert tuning.differences(VALUES, new) == [
        ("reputation-half_life_years", 2, 1.5),
        ("reputation-least_reviews", 3, 5),
    ]


def test_a_section_that_older_versions_do_not_have_begins_with_what_is_given():
    older = {name: part for name, part in VALUES.items() if name not in {"contracting", "reputation"}}
    new = tuning.proposed(older, {"contracting-most_invited": "3", "reputation-pair_share": "1"})
    assert (new["contracting"], new["reputation"]) == ({"most_invited": 3}, {"pair_share": 1})


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"gates-least_staff": "-1"}, "gates-least_staff", "range"),
        ({"gates-least_staff": "101"}, "gates-least_staff", "range"),
        ({"gates-least_staff": "2.5"}, "gates-least_staff", "whole"),
        ({"gates-least_staff": ""}, "gates-least_staff", "whole"),
        ({"gates-least_staff": "9" * 5000}, "gates-least_staff", "whole"),
        ({"gates-annual_checks": "0"}, "gates-annual_checks", "range"),
        ({"gates-least_grade": "6A"}, "gates-least_grade", "unknown"),
        ({"gates-check_due_month": "2", "gates-check_due_day": "30"}, "gates-check_due_day", "day"),
        ({"weights-text": "nan"}, "weights-text", "range"),
        ({"weights-text": "inf"}, "weights-text", "range"),
        ({"weights-text": "much"}, "weights-text", "number"),
        ({"weights-text": "0", "weights-category": "0"}, "weights", "sum"),
        ({"limits-confidence": "1.01"}, "limits-confidence", "range"),
        ({"periods-publicity_days": "0"}, "periods-publicity_days", "range"),
        ({"periods-remind_days": ""}, "periods-remind_days", "too_many"),
        ({"periods-remind_days": "1 2 3 4 5 6 7"}, "periods-remind_days", "too_many"),
        ({"periods-remind_days": "14 soon"}, "periods-remind_days", "whole"),
        ({"reminders-accept_days": "0"}, "reminders-accept_days", "range"),
        ({"reminders-decide_days": "0 3"}, "reminders-decide_days", "range"),
        ({"reminders-terms_days": ""}, "reminders-terms_days", "too_many"),
        ({"periods-answer_days": "0"}, "periods-answer_days", "range"),
        ({"periods-sealed_days": "61"}, "periods-sealed_days", "range"),
        ({"periods-review_days": "366"}, "periods-review_days", "range"),
        ({"contracting-most_invited": "0"}, "contracting-most_invited", "range"),
        ({"contracting-most_invited": "2.5"}, "contracting-most_invited", "whole"),
        ({"contracting-shares": "30 40 31"}, "contracting-shares", "hundred"),
        ({"contracting-shares": "99"}, "contracting-shares", "hundred"),
        ({"contracting-shares": ""}, "contracting-shares", "too_many"),
        ({"contracting-shares": "10 10 10 10 20 20 20"}, "contracting-shares", "too_many"),
        ({"contracting-shares": "-10 110"}, "contracting-shares", "range"),
        ({"contracting-shares": "33.3 66.7"}, "contracting-shares", "whole"),
        ({"reputation-prior_weight": "-0.1"}, "reputation-prior_weight", "range"),
        ({"reputation-prior_mean": "0.9"}, "reputation-prior_mean", "range"),
        ({"reputation-prior_mean": "5.1"}, "reputation-prior_mean", "range"),
        ({"reputation-half_life_years": "0"}, "reputation-half_life_years", "range"),
        ({"reputation-half_life_years": "nan"}, "reputation-half_life_years", "range"),
        ({"reputation-least_reviews": "0"}, "reputation-least_reviews", "range"),
        ({"reputation-pair_share": "0"}, "reputation-pair_share", "range"),
        ({"reputation-pair_share": "1.01"}, "reputation-pair_share", "range"),
        ({"reputation-pair_share": "half"}, "reputation-pair_share", "number"),
    ],
)
def test_what_cannot_be_set_is_refused_by_its_field(given, field, rule):
    with pytest.raises(Invalid) as refused:
        tuning.proposed(VALUES, given)
    assert (refused.value.field, refused.value.rule) == (field, rule)


@pytest.mark.parametrize("bound", [0, 1])
def test_the_ends_of_a_range_are_allowed(bound):
    assert tuning.proposed(VALUES, {"limits-confidence": str(bound)})["limits"]["confidence"] == bound


@pytest.mark.parametrize("given", [{"gates-check_due_month": "2"}, {"gates-check_due_day": "31"}])
def test_half_of_a_due_day_goes_with_the_usual_other_half(given):
    with pytest.raises(Invalid) as refused:
        tuning.proposed(VALUES, given)
    assert (refused.value.field, refused.value.rule) == ("gates-check_due_day", "day")
