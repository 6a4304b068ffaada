import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.audit import AuditEvent
from directory.models.need import Shortlisted
from directory.operations import shortlists
from directory.rules.lifecycle import EntryState, NotAllowed
from directory.rules.roles import Role
from directory.rules.work import NeedState
from tests import factories, factories_work
from tests.factories import NOW, OTHER_STREET
from tests.operations.choosing import town


@pytest.fixture
def made(app):
    return town()


def kept(made):
    return [each.offer.entry.id for each in shortlists.of(made.need, by=made.neighbour)]


def keep(made, entry_id, by=None):
    shortlists.keep(made.need, entry_id, by=by or made.neighbour, now=NOW)


def test_what_is_kept_stands_by_rank_and_what_is_outside_after_it(made):
    for number in (4, 2, 0, 2):
        keep(made, made.ids[number])
    assert kept(made) == [made.ids[0], made.ids[2], made.ids[4]]
    first, _, last = shortlists.of(made.need, by=made.neighbour)
    assert (first.line.rank, last.line) == (1, None)
    assert db.session.query(Shortlisted).filter_by(entry_id=made.ids[0]).one().line_id == first.line.id


def test_what_is_dropped_is_away_and_can_come_back(made):
    keep(made, made.ids[0])
    for _ in range(2):
        shortlists.drop(made.need, made.ids[0], by=made.neighbour, now=NOW)
    assert kept(made) == []
    keep(made, made.ids[0])
    assert kept(made) == [made.ids[0]]


def test_what_is_kept_and_dropped_is_on_record_once_each(made):
    for _ in range(2):
        keep(made, made.ids[0])
    for _ in range(2):
        shortlists.drop(made.need, made.ids[0], by=made.neighbour, now=NOW)
    query = select(AuditEvent.event, AuditEvent.reason).where(AuditEvent.thing == f"Need:{made.need.id}")
    assert db.session.execute(query.order_by(AuditEvent.id)).all()[-2:] == [
        ("need:shortlist", f"Entry:{made.ids[0]}"),
        ("need:drop", f"Entry:{made.ids[0]}"),
    ]


def test_no_more_than_ten_are_compared(made):
    more = [factories.entry(factories.organisation(n)).id for n in range(20, 20 + shortlists.MOST)]
    for entry_id in more:
        keep(made, entry_id)
    keep(made, more[0])
    with pytest.raises(shortlists.Full):
        keep(made, made.ids[0])


def test_an_entry_that_is_not_in_the_catalogue_cannot_be_kept(made):
    gone = factories.entry(factories.organisation(30), state=EntryState.SUSPENDED, reason="grade")
    with pytest.raises(shortlists.NotListed, match="suspended"):
        keep(made, gone.id)
    with pytest.raises(NotFound):
        keep(made, 999_999)


def test_only_the_neighbourhood_that_wrote_the_need_chooses(made):
    for stranger in (
        factories.actor(Role.NEIGHBOURHOOD, area_code=OTHER_STREET),
        factories.actor(Role.DISTRICT),
        made.owners[0],
    ):
        with pytest.raises(Forbidden):
            keep(made, made.ids[0], by=stranger)
        with pytest.raises(Forbidden):
            shortlists.drop(made.need, made.ids[0], by=stranger, now=NOW)


@pytest.mark.parametrize("state", [NeedState.AWARDED, NeedState.COMPLETED])
def test_once_it_is_awarded_nothing_is_kept_any_more(made, state):
    need = factories_work.need(state=state)
    with pytest.raises(NotAllowed, match=state):
        shortlists.keep(need, made.ids[0], by=made.neighbour, now=NOW)


def test_the_catalogue_is_searched_by_service_organisation_and_category(made):
    factories.entry(factories.organisation(31, name="示例·清运社"), "P-015", name="楼道清运")
    factories.entry(factories.organisation(32), "P-015", name="楼道消杀", state=EntryState.EXITED, reason="removed")

    def found(text, **more):
        return [entry.version.name for entry in shortlists.search(text, **more).rows]

    assert found("楼道") == found("清运社") == found("清运 示例") == ["楼道清运"]
    assert len(found("停车")) == 5
    assert found("停车", category=made.entries[0].service.category_id + 1) == []
    assert found("100%") == []
    with pytest.raises(Invalid):
        shortlists.search("长" * 61)


def test_a_long_list_is_paged(made):
    for number in range(40, 60):
        factories.entry(factories.organisation(number), name="夜间停车")
    first, second = (shortlists.search("停车", page=page) for page in (1, 2))
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (25, 2, 20, 5)
