from dataclasses import replace

import pytest

from benchmarks.history_baselines import HISTORY_BASELINES, by_parts, nearest, over_listings, popularity
from tests.benchmarks.towns import BUSES, LISTINGS, NEEDS, STALLS, confirmed

ELSEWHERE = replace(STALLS, provider="不在名录里的单位")
LEARNERS = (nearest, over_listings, by_parts)


@pytest.mark.parametrize("learner", LEARNERS)
@pytest.mark.parametrize(("text", "listing_id"), [("烤串摊又来了", "S1"), ("打桩太吵", "S2"), ("龙头没水", "S3")])
def test_a_learner_finds_what_only_the_past_explains(learner, text, listing_id):
    assert LISTINGS[learner(LISTINGS, NEEDS)(text)[0]].listing_id == listing_id


@pytest.mark.parametrize("baseline", HISTORY_BASELINES.values())
@pytest.mark.parametrize("needs", [(), NEEDS[:1], (confirmed("谁来管", ELSEWHERE),)])
def test_a_short_past_is_past_enough(baseline, needs):
    assert set(baseline(LISTINGS, needs)("停水了")) <= set(range(len(LISTINGS)))


def test_popularity_counts_what_each_listing_solved_and_nothing_else():
    search = popularity(LISTINGS, NEEDS)
    assert [LISTINGS[place].listing_id for place in search("龙头没水")] == ["S1", "S2", "S3", "S4"]
    assert search("公交") == search("龙头没水")


def test_the_nearest_needs_speak_only_for_listings_of_this_directory():
    elsewhere = confirmed("等车等到天黑", BUSES)
    asked = nearest(LISTINGS[:3], [*NEEDS, elsewhere])
    assert set(asked("等车等到天黑")) == {0, 1, 2}
