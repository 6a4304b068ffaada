from dataclasses import FrozenInstanceError
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.engagements import (
    TERMINATIONS,
    Contracting,
    Funding,
    Side,
    contracting_of,
    due_days,
    other,
    payments,
    split,
)

START = date(2026, 11, 23)
shares = st.lists(st.integers(1, 100), min_size=1, max_size=10)


def test_each_side_has_the_other():
    assert {side: other(side) for side in Side} == {"neighbourhood": "provider", "provider": "neighbourhood"}


def test_the_sources_of_money_and_the_reasons_to_end_early_are_these():
    assert list(Funding) == ["street_budget", "self_government", "donation", "free"]
    assert TERMINATIONS[-1] == "other"
    assert "provider_suspended" in TERMINATIONS


@pytest.mark.parametrize(
    ("days", "number", "expected"),
    [
        (30, 3, [10, 20, 30]),
        (30, 1, [30]),
        (10, 3, [3, 7, 10]),
        (1, 3, [0, 1, 1]),
        (0, 3, [0, 0, 0]),
    ],
)
def test_steps_are_due_evenly_and_the_last_at_the_end(days, number, expected):
    due = due_days(START, START + timedelta(days=days), number)
    assert [(day - START).days for day in due] == expected


@given(st.integers(0, 5000), st.integers(1, 20))
def test_steps_are_due_in_order_between_the_start_and_the_end(days, number):
    end = START + timedelta(days=days)
    due = due_days(START, end, number)
    assert (len(due), due[-1]) == (number, end)
    assert due == sorted(due)
    assert due[0] >= START
    gaps = [(after - before).days for before, after in zip([START, *due], due, strict=False)]
    assert max(gaps) - min(gaps) <= 2


@pytest.mark.parametrize(
    ("amount", "shares", "expected"),
    [
        (1000, (30, 40, 30), [300, 400, 300]),
        (1001, (30, 40, 30), [300, 400, 301]),
        (1, (30, 40, 30), [0, 0, 1]),
        (0, (30, 40, 30), [0, 0, 0]),
        (999, (100,), [999]),
        (100, (33, 33, 34), [33, 33, 34]),
        (101, (30, 70, 0), [30, 71, 0]),
        (101, (0, 100, 0), [0, 101, 0]),
        (1000, (), []),
    ],
)
def test_an_amount_is_split_in_whole_yuan_and_the_rest_goes_to_the_last(amount, shares, expected):
    assert split(amount, shares) == expected


@pytest.mark.parametrize(
    ("amount", "steps", "expected"),
    [
        (199, [(33, 65), (33, None), (34, None)], [65, 65, 69]),  # as it was split before anything was accepted
        (1800, [(30, 450), (40, None), (30, None)], [450, 771, 579]),
        (450, [(30, 450), (40, None), (30, None)], [450, 0, 0]),
        (1500, [(30, 450), (40, 600), (30, 450)], [450, 600, 450]),
    ],
)
def test_open_steps_share_what_the_accepted_ones_were_not_paid(amount, steps, expected):
    assert payments(amount, steps) == expected


@given(st.integers(0, 100_000_000), shares)
def test_nothing_of_an_amount_is_lost_or_added(amount, parts):
    whole = [100 * part // sum(parts) for part in parts]
    whole[-1] += 100 - sum(whole)
    paid = split(amount, whole)
    assert sum(paid) == amount
    assert all(part >= 0 for part in paid)
    assert all(abs(part - amount * share / 100) < len(whole) for part, share in zip(paid, whole, strict=True))


def test_rules_of_contracting_come_from_json_and_older_versions_have_defaults():
    assert contracting_of({}) == Contracting(most_invited=5, shares=(30, 40, 30))
    assert contracting_of({"most_invited": 3, "shares": [50, 50]}) == Contracting(3, (50, 50))
    with pytest.raises(FrozenInstanceError):
        contracting_of({}).most_invited = 9
