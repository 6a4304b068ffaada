from datetime import UTC, datetime, timedelta

import pytest

from directory.rules.inviting import LONGEST, SHORTEST, opened, problem, usual_deadline
from directory.rules.work import InvitationState as S

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
DEADLINE = NOW + timedelta(days=7)
SECOND = timedelta(seconds=1)


def test_the_usual_deadline_is_when_offices_close_in_the_district():
    assert usual_deadline(NOW, 7) == datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
    late = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # past midnight in the district
    assert usual_deadline(late, 7) == datetime(2026, 12, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "wrong"),
    [
        (-SECOND, "too_soon"),
        (SHORTEST - SECOND, "too_soon"),
        (SHORTEST, None),
        (LONGEST, None),
        (LONGEST + SECOND, "too_late"),
    ],
)
def test_a_deadline_is_an_hour_to_sixty_days_away(after, wrong):
    assert problem(NOW + after, NOW) == wrong


@pytest.mark.parametrize(
    ("states", "at", "open_"),
    [
        ([], DEADLINE, False),
        ([S.SENT], DEADLINE, False),
        ([S.SENT], DEADLINE + SECOND, True),
        ([S.PROPOSED, S.SENT], NOW, False),
        ([S.PROPOSED, S.DECLINED], NOW, True),
        ([S.DECLINED], NOW, True),
        ([S.PROPOSED], DEADLINE + SECOND, True),
    ],
)
def test_a_round_opens_when_its_time_is_over_or_everybody_answered(states, at, open_):
    assert opened(DEADLINE, states, at) is open_
