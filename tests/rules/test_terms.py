from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.errors import Invalid
from directory.rules.engagements import Funding, split
from directory.rules.terms import MOST_YUAN, Step, Terms, check, check_money, difference, from_json, in_order, to_json

START, END = date(2026, 12, 1), date(2027, 3, 1)
TERMS = Terms(
    title="停车共治",
    contract="CN-1",
    amount=1001,
    funding=Funding.STREET_BUDGET,
    starts_on=START,
    ends_on=END,
    steps=(Step(1, "问卷", START, 30), Step(2, "商量", START, 40), Step(None, "公布", END, 30)),
)


def with_shares(shares):
    return replace(TERMS, steps=tuple(Step(None, f"第{n}步", END, share) for n, share in enumerate(shares, 1)))


def test_good_terms_are_taken():
    check(TERMS)


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"title": ""}, "title", "empty"),
        ({"title": "长" * 101}, "title", "too_long"),
        ({"contract": "1" * 61}, "contract", "too_long"),
        ({"amount": -1}, "amount", "range"),
        ({"amount": MOST_YUAN + 1}, "amount", "range"),
        ({"amount": 0}, "funding", "free"),
        ({"funding": Funding.FREE}, "funding", "free"),
        ({"starts_on": date(1, 1, 1)}, "starts_on", "range"),
        ({"ends_on": date.max}, "ends_on", "range"),
        ({"ends_on": START - timedelta(days=1)}, "ends_on", "order"),
        ({"steps": ()}, "steps", "number"),
        ({"steps": (Step(None, "一步", END, 0),) * 11}, "steps", "number"),
        ({"steps": (Step(1, "", END, 100),)}, "steps", "unnamed"),
        ({"steps": (Step(1, "长" * 61, END, 100),)}, "steps", "long_name"),
        ({"steps": (Step(1, "一步", END, 101), Step(2, "二步", END, -1))}, "steps", "share"),
        ({"steps": (Step(1, "一步", END + timedelta(days=1), 100),)}, "steps", "due"),
        ({"steps": (Step(1, "一步", START - timedelta(days=1), 100),)}, "steps", "due"),
        ({"steps": (Step(1, "一步", END, 99),)}, "steps", "sum"),
    ],
)
def test_what_nobody_can_agree_on_is_named(changed, field, rule):
    with pytest.raises(Invalid) as wrong:
        check(replace(TERMS, **changed))
    assert (wrong.value.field, wrong.value.rule) == (field, rule)


@given(st.lists(st.integers(-50, 150), max_size=14))
def test_shares_that_are_taken_sum_to_100_and_pay_the_amount_to_the_yuan(shares):
    try:
        check(with_shares(shares))
    except Invalid:
        assert sum(shares) != 100 or not 1 <= len(shares) <= 10 or not all(0 <= s <= 100 for s in shares)
        return
    assert sum(shares) == 100
    paid = split(TERMS.amount, shares)
    assert sum(paid) == TERMS.amount
    assert all(part >= 0 for part in paid)


@given(st.permutations((10, 20, 30, 40)), st.integers(0, MOST_YUAN))
def test_every_amount_is_split_without_a_yuan_lost(shares, amount):
    check(replace(with_shares(shares), amount=amount, funding=Funding.DONATION if amount else Funding.FREE))
    assert sum(split(amount, shares)) == amount


def test_terms_are_the_same_through_json():
    assert from_json(to_json(TERMS)) == TERMS


def test_only_what_differs_is_in_the_difference():
    after = replace(TERMS, amount=900, ends_on=END + timedelta(days=1))
    assert difference(TERMS, after) == {"amount": [1001, 900], "ends_on": ["2027-03-01", "2027-03-02"]}
    assert difference(TERMS, TERMS) == {}


def test_steps_stand_by_the_day_they_are_due_and_else_as_given():
    late, early = Step(1, "晚", END, 0), Step(2, "早", START, 0)
    same = Step(3, "也早", START, 0)
    assert in_order((late, early, same)) == (early, same, late)


@pytest.mark.parametrize(
    ("amount", "funding", "fault"),
    [
        (0, Funding.FREE, None),
        (1, Funding.STREET_BUDGET, None),
        (MOST_YUAN, Funding.STREET_BUDGET, None),
        (-1, Funding.STREET_BUDGET, ("amount", "range")),
        (MOST_YUAN + 1, Funding.STREET_BUDGET, ("amount", "range")),
        (1, None, ("funding", "funding_empty")),
        (1, Funding.FREE, ("funding", "free")),
        (0, Funding.STREET_BUDGET, ("funding", "free")),
    ],
)
def test_free_work_costs_nothing_and_only_that(amount, funding, fault):
    if fault is None:
        check_money(amount, funding)
        return
    with pytest.raises(Invalid) as refused:
        check_money(amount, funding)
    assert (refused.value.field, refused.value.rule) == fault
