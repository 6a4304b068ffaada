"""The answer to a need: its words are for those who may read the need, and what it confirmed is the neighbourhood's."""

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.models.learning import ConfirmedNeed
from directory.models.organisation import Organisation
from directory.operations import confirmations, needs, postings
from directory.rules.roles import Role
from tests import factories
from tests.factories import NOW, OTHER_STREET, STREET
from tests.operations.asking import ask
from tests.operations.posting import confirm, neighbour, opened, post
from tests.views.conftest import token
from tests.views.organisation.conftest import Desk

PARKING, ALONE = "晚上没地方停车", "阿婆跌倒没人知道"
PLACES = "/match/{}", "/match/{}/again", "/api/v1/match/{}"


@pytest.fixture
def by(small):
    with transaction():
        return neighbour()


@pytest.fixture
def seated(app):
    def take(role, **changed):
        with transaction():
            return Desk(app, factories.account(role, **changed))

    return take


def run_of(need_id, by):
    return needs.get(need_id, by=by).run.public_id


def in_force():
    db.session.rollback()
    found = select(ConfirmedNeed).where(ConfirmedNeed.withdrawn_at.is_(None))
    return [(said.category.code, said.organisation_id) for said in db.session.scalars(found)]


@pytest.fixture
def awarded(app, by):
    """A need confirmed as P-001 and awarded."""
    need = opened(app, by=by)
    with transaction():
        need, organisation = needs.get(need.id, by=by), db.session.scalars(select(Organisation).limit(1)).one()
        said = {"category_id": need.category_id, "route": need.route, "organisation": organisation}
        confirmations.solved(need.run, by=by, now=NOW, **said)
    return need.run.public_id, organisation.id


def test_nobody_else_says_anew_what_a_neighbourhood_confirmed(awarded, client, other, seated):
    address = f"/match/{awarded[0]}"
    said = {"category": "P-015", "route": "department"}
    assert client.post(f"{address}/confirm", data={"csrf_token": token(client), **said}).status_code == 403
    for desk in (other, seated(Role.OWNER, organisation_id=awarded[1]), seated(Role.DISTRICT)):
        assert desk.status(f"{address}/confirm", **said) == 403
        assert "我们理解对了吗" not in desk.get(address).text
    assert in_force() == [("P-001", awarded[1])]


def test_the_neighbourhood_itself_says_it_anew_and_whom_it_chose_stays(awarded, desk):
    address = f"/match/{awarded[0]}"
    assert "改一下" in desk.get(address).text
    assert desk.status(f"{address}/confirm", category="P-001", route="self") == 303
    assert in_force() == [("P-001", awarded[1])]


def test_what_a_visitor_asked_anybody_confirms(app, small, client):
    run = ask(app, PARKING)
    assert "我们理解对了吗" in client.get(f"/match/{run}").text
    sent = client.post(f"/match/{run}/confirm", data={"csrf_token": token(client), "category": "P-001"})
    assert (sent.status_code, in_force()) == (303, [("P-001", None)])


@pytest.fixture(params=["draft", "kept back"])
def private(request, app, by):
    """The answer to a draft, or to an open need that is not public."""
    (need_id,) = post(app, ALONE, by=by, public=request.param == "draft")
    if request.param == "kept back":
        confirm(app, need_id, by=by)
    return run_of(need_id, by)


def test_the_answer_to_a_need_that_is_not_for_all_is_not_found_by_others(private, client, other, seated):
    strangers = other, seated(Role.LEAD), seated(Role.STREET, area_code=OTHER_STREET)
    for address in (place.format(private) for place in PLACES):
        assert client.get(address).status_code == 404
        assert [each.open(address).status_code for each in strangers] == [404] * 3
    assert [each.status(f"/match/{private}/confirm", category="P-015") for each in strangers] == [404] * 3
    assert other.status("/neighbourhood/needs/take-up", run=private, once="1" * 32) == 404


def test_the_answer_to_a_need_that_is_not_for_all_is_read_by_who_may_read_the_need(private, desk, seated):
    for each in (desk, seated(Role.DISTRICT), seated(Role.AUDITOR), seated(Role.STREET, area_code=STREET)):
        assert ALONE in each.get(f"/match/{private}").text
        assert ALONE in each.get(f"/match/{private}/again").text


def test_who_joined_a_need_reads_its_answer_also_where_it_is_public_no_more(app, by, client, other):
    need_id = opened(app, ALONE, by=by).id
    address = f"/match/{run_of(need_id, by)}"
    other.post(f"/needs/{need_id}/join", once=other.hidden(f"/needs/{need_id}/join", "once"))
    with transaction():
        needs.get(need_id, by=by).public = False
    assert other.open(address).status_code == 200
    assert client.get(address).status_code == 404


def test_what_is_not_public_is_not_asked_anew_as_a_visitors_question(app, by, desk):
    (need_id,) = post(app, ALONE, by=by, public=False)
    page = desk.get(f"/match/{run_of(need_id, by)}")
    assert "没有公开" in page.text
    assert [form.get("action") for form in page.all("form") if form.get("action") == "/match"] == []


def test_of_several_problems_the_answer_names_those_that_the_reader_may_read(app, by, client, desk):
    first, second = post(app, f"{PARKING}。另外楼上搭了违法建筑", by=by)
    confirm(app, first, by=by)
    run, other_run = run_of(first, by), run_of(second, by)
    told = client.get(f"/api/v1/match/{run}").json
    page = client.get(f"/match/{run}").text
    assert PARKING in page
    assert [word for word in ("违法建筑", other_run, "您说了") if word in page] == []
    assert told["problems"] == []
    assert "违法建筑" in desk.get(f"/match/{run}").text
    confirm(app, second, postings.settled(needs.get(second, by=by).run), by=by)
    assert "违法建筑" in client.get(f"/match/{run}").text


def test_a_visitor_who_said_several_problems_reads_all(app, small, client):
    page = client.get(f"/match/{ask(app, f'{PARKING}。另外楼上搭了违法建筑')}").text
    assert "您说了" in page
    assert "违法建筑" in page
