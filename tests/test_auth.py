from datetime import timedelta

import pytest
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from directory import auth
from directory.policy import EVALUATION, VISITOR

KEY = "for tests only, long enough"
PURPOSE = "evaluation: watch the learning"


def made(now, **ago):
    return auth.link_token(KEY, now=now - timedelta(**ago))


@pytest.mark.parametrize(
    ("ago", "open_"),
    [
        ({}, True),
        ({"minutes": 14, "seconds": 59}, True),
        ({"minutes": 15}, False),
        ({"days": 400}, False),
        ({"minutes": -1}, False),  # from the future
    ],
)
def test_an_address_lets_in_for_a_quarter_of_an_hour(now, ago, open_):
    assert auth.lets_in(made(now, **ago), KEY, now=now) is open_


def test_no_other_token_lets_in(now):
    good, second = made(now), int(now.timestamp())
    assert auth.lets_in(good, KEY, now=now)
    others = [
        "",
        "x",
        "." * 5000,
        "é" * 10,
        good[:-1],
        good + "A",
        good.replace(".", "..", 1),
        auth.link_token("another key, as long as that", now=now),
        str(URLSafeSerializer(KEY, salt="another purpose").dumps(second)),
        str(URLSafeSerializer(KEY).dumps(second)),
        str(URLSafeTimedSerializer(KEY, salt=PURPOSE).dumps(second)),
        *(str(URLSafeSerializer(KEY, salt=PURPOSE).dumps(x)) for x in ("now", None, {"role": "evaluation"}, [second])),
    ]
    assert [token for token in others if auth.lets_in(token, KEY, now=now)] == []


def test_a_session_is_the_evaluation_centre_for_eight_hours(now):
    session = {"csrf_token": "of a visitor"}
    auth.sign_in(session, now=now)
    assert "csrf_token" not in session
    assert auth.actor(session, now=now) is EVALUATION
    assert auth.actor(session, now=now + timedelta(hours=7, minutes=59)) is EVALUATION
    assert auth.actor(session, now=now + timedelta(hours=8)) is VISITOR
    auth.sign_out(session)
    assert auth.actor(session, now=now) is VISITOR


def test_no_other_session_is_anybody(now):
    second = int(now.timestamp())
    for session in (
        {},
        {"role": "evaluation"},
        {"since": second},
        {"role": "operator", "since": second},
        {"role": "evaluation", "since": "today"},
        {"role": "evaluation", "since": second + 60},
    ):
        assert auth.actor(session, now=now) is VISITOR
