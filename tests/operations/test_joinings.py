import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.audit import AuditEvent
from directory.models.need import Joining, Need
from directory.models.notice import Notice
from directory.models.taxonomy import Area
from directory.operations import board, joinings, needs
from directory.operations.joinings import JoinedBefore, OwnNeed
from directory.rules.lifecycle import NotAllowed
from directory.rules.roles import Role
from directory.rules.work import NeedState
from tests import factories, factories_work
from tests.factories import NEIGHBOURHOOD, NOW, OTHER_STREET, STREET
from tests.operations.posting import neighbour

NEXT_DOOR, AFAR = f"{STREET}-02", f"{OTHER_STREET}-01"


@pytest.fixture
def by(app):
    """A neighbourhood of the street, the one whose needs are joined being another."""
    with transaction():
        factories.taxonomy()
        parents = {area.code: area for area in db.session.scalars(select(Area))}
        for code in (NEXT_DOOR, AFAR):
            db.session.add(Area(code=code, level=2, name=f"居民区{code}", parent=parents[code[:9]]))
        neighbour()
        return neighbour(NEXT_DOOR)


def need(text="晚上没地方停车", **more):
    with transaction():
        return factories_work.need(text, **more).id


def join(need_id, *, by, **more):
    with transaction():
        return joinings.join(joinings.get(need_id, by=by), by=by, now=NOW, **more).id


def leave(need_id, *, by):
    with transaction():
        joinings.leave(joinings.get(need_id, by=by), by=by, now=NOW)


def read(need_id):
    db.session.rollback()
    return db.session.get(Need, need_id, populate_existing=True)


def test_a_neighbourhood_joins_with_its_people_and_the_owner_is_told(by):
    need_id = need(people=200)
    join(need_id, people=60, note="我们也是，找李阿姨13812345678", by=by)
    found = read(need_id)
    assert (found.joined, joinings.people(found), found.joinings[0].note) == (1, 260, "我们也是，找李阿姨［手机号］")
    (told,) = db.session.scalars(select(Notice))
    assert (told.account_id, told.kind, told.link) == (
        found.account_id,
        "need_joined",
        f"/neighbourhood/needs/{need_id}",
    )
    assert told.facts["area"] == f"居民区{NEXT_DOOR}"
    assert [e.reason for e in db.session.scalars(select(AuditEvent).filter_by(event="need:join"))] == [NEXT_DOOR]


def test_it_leaves_and_can_come_back(by):
    need_id = need()
    join(need_id, by=by)
    leave(need_id, by=by)
    found = read(need_id)
    assert (found.joined, joinings.of(found, by=by)) == (0, None)
    with pytest.raises(NotFound):
        leave(need_id, by=by)
    join(need_id, by=by)
    assert read(need_id).joined == 1
    assert db.session.scalars(select(Notice.kind).order_by(Notice.id)).all() == [
        "need_joined",
        "need_left",
        "need_joined",
    ]


@pytest.mark.parametrize("state", [NeedState.AWARDED, NeedState.IN_SERVICE, NeedState.WITHDRAWN, NeedState.UNMET])
def test_it_leaves_whatever_became_of_the_need(by, state):
    need_id = need()
    join(need_id, by=by)
    with transaction():
        found = db.session.get(Need, need_id)
        found.state, found.reason, found.public = state, "other", False
    leave(need_id, by=by)
    assert read(need_id).joined == 0


def test_joined_twice_is_refused(by):
    need_id = need()
    join(need_id, by=by)
    with pytest.raises(JoinedBefore):
        join(need_id, by=by)
    assert read(need_id).joined == 1


def test_the_own_need_is_not_joined(by):
    with pytest.raises(OwnNeed):
        join(need(area_code=NEXT_DOOR), by=by)


@pytest.mark.parametrize("more", [{"state": NeedState.DRAFT, "opened_at": None}, {"public": False}])
def test_what_is_not_for_all_to_read_is_not_there(by, more):
    need_id = need(**more)
    with pytest.raises(NotFound):
        join(need_id, by=by)
    with pytest.raises(NotFound):
        board.need(need_id, by=by)


@pytest.mark.parametrize("state", sorted(set(NeedState) - set(needs.SHOWN)))
def test_what_is_no_longer_on_the_board_is_not_found(by, state):
    need_id = need(state=state, reason="other")
    with pytest.raises(NotFound):
        join(need_id, by=by)


@pytest.mark.parametrize("state", sorted(set(needs.SHOWN) - joinings.JOINABLE))
def test_only_an_open_need_is_joined(by, state):
    need_id = need(state=state, reason="other")
    with pytest.raises(NotAllowed, match=f"cannot join from {state}, only from open, shortlisted"):
        join(need_id, by=by)


@pytest.mark.parametrize(
    ("more", "field"), [({"people": 0}, "people"), ({"people": 10**7}, "people"), ({"note": "长" * 201}, "note")]
)
def test_what_breaks_a_rule_is_named(by, more, field):
    with pytest.raises(Invalid) as refused:
        join(need(), by=by, **more)
    assert refused.value.field == field


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.STREET, Role.LEAD])
def test_only_neighbourhoods_join(by, role):
    with transaction():
        other = factories.actor(role)
    with pytest.raises(Forbidden):
        join(need(), by=other)


def test_of_two_joins_at_once_by_one_neighbourhood_one_counts_and_of_two_both(app, by):
    need_id = need()
    with transaction():
        afar = neighbour(AFAR)
    done = []

    def go(who):
        with app.app_context():
            try:
                join(need_id, by=who)
                done.append("joined")
            except JoinedBefore:
                done.append("refused")
            finally:
                db.session.remove()

    joiners = [threading.Thread(target=go, args=(who,)) for who in (by, by, afar)]
    for each in joiners:
        each.start()
    for each in joiners:
        each.join()
    assert sorted(done) == ["joined", "joined", "refused"]
    assert read(need_id).joined == 2


def test_whoever_joined_reads_it_whatever_became_of_it_and_hears_of_it(by):
    need_id = need()
    join(need_id, by=by)
    with transaction():
        found = db.session.get(Need, need_id)
        found.state, found.reason, found.public = NeedState.WITHDRAWN, "solved", False
    assert board.need(need_id, by=by).id == need_id
    assert needs.concerned(read(need_id)) == sorted([read(need_id).account_id, by.id])
    leave(need_id, by=by)
    with pytest.raises(NotFound):
        board.need(need_id, by=by)
    assert needs.concerned(read(need_id)) == [read(need_id).account_id]


def test_similar_needs_are_those_of_the_street_first_then_the_strongest(by):
    with transaction():
        neighbour(AFAR)
    afar, strong = need(area_code=AFAR), need(area_code=AFAR, joined=3)
    near = need()
    need(category="P-015")
    need(area_code=NEXT_DOOR)
    need(state=NeedState.AWARDED)
    need(public=False)
    assert [found.id for found in joinings.similar(["P-001", "P-024"], by=by)] == [near, strong, afar]
    assert [found.category.code for found in joinings.nearby(by=by)] == ["P-015", "P-001"]
    join(near, by=by)
    assert [found.id for found in joinings.similar(["P-001"], by=by)] == [strong, afar]


AREAS = [NEXT_DOOR, AFAR, STREET, OTHER_STREET]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(AREAS), st.booleans()), max_size=12))
def test_joined_is_how_many_are_there(by, steps):
    need_id = need()
    there = set()
    for area, coming in steps:
        with transaction():
            who = neighbour(area)
        if coming is (area in there):
            with pytest.raises(JoinedBefore if coming else NotFound):
                (join if coming else leave)(need_id, by=who)
        else:
            (join if coming else leave)(need_id, by=who)
            there ^= {area}
    count = select(func.count()).where(Joining.need_id == need_id, Joining.left_at.is_(None))
    assert read(need_id).joined == db.session.scalar(count) == len(there)


def test_joining_is_dated(by):
    need_id = need(opened_at=NOW - timedelta(days=3))
    join(need_id, by=by)
    assert read(need_id).joinings[0].joined_at == NOW
    assert read(need_id).area_code == NEIGHBOURHOOD
