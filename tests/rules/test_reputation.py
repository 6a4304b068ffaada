"""Ratings from reviews: what counts how much, and that nobody can push one."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules import reputation as rules
from directory.rules.reputation import EPOCH, YEAR, Reputed, Sums

RULES = Reputed()
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, tzinfo=UTC)

MARKS = st.decimals(1, 5, places=1)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zoned after
REVIEWS = st.lists(st.tuples(MARKS, MOMENTS), max_size=30)


def plain_sum(reviews):
    """Each as the first of its pair."""
    whole = Sums()
    for points, at in reviews:
        whole += rules.one(points, at, 1, RULES)
    return whole


def rating(sums, centre=4.0, on=DAY, rules_=RULES):
    return rules.shrunk(sums, centre, on=on, rules=rules_)


@pytest.mark.parametrize(
    ("years", "nth", "weighs"), [(0, 1, 1), (2, 1, 2), (-2, 1, 0.5), (4, 1, 4), (0, 2, 0.5), (0, 3, 0.25), (2, 2, 1)]
)
def test_a_weight_doubles_every_half_life_and_halves_with_each_of_a_pair(years, nth, weighs):
    assert rules.weight(EPOCH + years * YEAR, nth, RULES) == pytest.approx(weighs)


def test_a_review_of_today_weighs_one_and_one_of_two_years_ago_half():
    assert rules.weight(AT, 1, RULES) * rules.decay(DAY, RULES) == pytest.approx(1)
    assert rules.weight(AT - 2 * YEAR, 1, RULES) * rules.decay(DAY, RULES) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("marks", "shown", "mean"),
    [
        ([], None, None),
        ([5, 5], None, "5.00"),
        ([5, 5, 5], "4.38", "5.00"),
        ([1, 1, 1], "2.88", "1.00"),
        ([5] * 95, "4.95", "5.00"),
        ([4, 5, 3], "4.00", "4.00"),
    ],
)
def test_a_rating_is_drawn_to_the_category_and_none_is_shown_for_too_few(marks, shown, mean):
    sums = plain_sum([(Decimal(mark), AT) for mark in marks])
    assert rules.shown(sums, 4.0, on=DAY, rules=RULES) == (None if shown is None else Decimal(shown))
    assert rules.plain(sums) == (None if mean is None else Decimal(mean))


def test_the_centre_is_the_weighted_mean_of_the_category_or_what_was_agreed():
    assert rules.centre(Sums(), RULES) == 4.0
    older = rules.one(Decimal(2), AT - 2 * YEAR, 1, RULES)
    assert rules.centre(older + rules.one(Decimal(5), AT, 1, RULES), RULES) == pytest.approx(4.0)


def test_the_mean_of_five_marks_is_exact():
    assert rules.mean([5, 4, 4, 4, 5]) == Decimal("4.4")


@given(REVIEWS, st.randoms())
def test_sums_do_not_depend_on_the_order_they_were_added_in(reviews, random):
    shuffled = random.sample(reviews, len(reviews))
    one, other = plain_sum(reviews), plain_sum(shuffled)
    assert (one.reviews, one.total) == (other.reviews, other.total)
    assert (one.weight, one.weighted) == pytest.approx((other.weight, other.weighted))


@given(REVIEWS, REVIEWS)
def test_what_was_added_can_be_taken_out_again(kept, gone):
    left, right = plain_sum(kept + gone) - plain_sum(gone), plain_sum(kept)
    assert (left.reviews, left.total) == (right.reviews, right.total)
    assert left.weight == pytest.approx(right.weight, rel=1e-6, abs=1e-9)
    assert min(left.weight, left.weighted) >= 0
    if not kept:
        assert left == Sums()


@given(REVIEWS, st.floats(1, 5))
def test_a_rating_stays_between_the_marks_and_the_centre(reviews, centre):
    marks = [float(points) for points, _ in reviews] + [centre]
    assert min(marks) - 1e-9 <= rating(plain_sum(reviews), centre) <= max(marks) + 1e-9


@given(REVIEWS, MARKS, st.floats(1, 5))
def test_a_better_mark_never_makes_a_worse_rating(reviews, mark, centre):
    better = min(Decimal(5), mark + Decimal("0.2"))
    worse, well = (rating(plain_sum([*reviews, (each, AT)]), centre) for each in (mark, better))
    assert worse <= well + 1e-12


@given(REVIEWS, st.integers(1, 3000), st.integers(1, 3000))
def test_the_more_recent_of_two_counts_more(reviews, days, further):
    """The good one later: better than the bad one later."""
    early, late = AT - timedelta(days=days + further), AT - timedelta(days=days)
    good_late = plain_sum([*reviews, (Decimal(5), late), (Decimal(1), early)])
    bad_late = plain_sum([*reviews, (Decimal(5), early), (Decimal(1), late)])
    assert rating(good_late) > rating(bad_late)


@given(st.lists(st.tuples(MARKS, st.just(AT)), min_size=1, max_size=200))
def test_one_neighbourhood_never_outweighs_two_reviews_however_many_small_jobs(said):
    pair = rules.pair(said, RULES)
    assert pair.weight * rules.decay(DAY, RULES) <= 1 / (1 - RULES.pair_share) + 1e-9


@given(st.integers(1, 500), st.sampled_from([1, 5]), st.integers(3, 50))
def test_one_neighbourhood_moves_a_provider_no_further_than_two_reviews_would(jobs, mark, others):
    """What ten neighbourhoods said stands against whatever one of them repeats."""
    base = plain_sum([(Decimal(3), AT)] * others)
    pushed = base + rules.pair([(Decimal(mark), AT)] * jobs, RULES)
    two = base + plain_sum([(Decimal(mark), AT)] * 2)
    moved = abs(rating(pushed, 3.0) - rating(base, 3.0))
    assert moved <= abs(rating(two, 3.0) - rating(base, 3.0)) + 1e-9
    assert moved <= 2 * 2 / (RULES.prior_weight + others)


@given(
    st.lists(st.tuples(st.floats(0, 300), st.floats(1, 5)), min_size=2, max_size=5),
    st.floats(0.01, 2),
    st.sampled_from([1.0, 5.0, 20.0]),
)
def test_full_marks_let_nobody_else_overtake(others, weighs, prior):
    """They raise the category's mean, and with it everybody; whoever they were for rises most."""
    known = Reputed(prior_weight=prior)
    on = EPOCH.date()
    sums = [Sums(3, Decimal(0), weight, weight * mean) for weight, mean in others]
    whole = sum(sums, Sums())
    full = Sums(1, Decimal(5), weighs, weighs * 5)
    before = [rating(each, rules.centre(whole, known), on, known) for each in sums]
    first, *rest = sums
    after = [rating(each, rules.centre(whole + full, known), on, known) for each in (first + full, *rest)]
    for had, has in zip(before[1:], after[1:], strict=True):
        assert has <= after[0] + 1e-9 or had > before[0] - 1e-9
