"""A list that was given, beside today's."""

from datetime import date

import pytest
from sqlalchemy import event, func, select, update

from directory.db import db, transaction
from directory.models.audit import AuditEvent
from directory.models.match import MatchLine, MatchRun
from directory.models.organisation import Fact, Organisation
from directory.models.parameters import Parameters
from directory.models.service import Entry
from directory.operations import reputation, reviews
from directory.policy import OPERATOR
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EntryState
from directory.rules.work import EngagementState
from tests import factories, factories_work
from tests.factories import NOW, PARAMETERS
from tests.operations.asking import ask, entries, run_of
from tests.views.page import Page
from tests.views.test_queries import MOST


@pytest.fixture
def run(app):
    """Four providers of parking, by rules that look at reviews."""
    factories.catalogue(4)
    with transaction():
        weights = PARAMETERS["weights"] | {"rating": 0.4, "finished": 0.4}
        db.session.add(Parameters(version=2, since=NOW, values=PARAMETERS | {"weights": weights}))
    return run_of(app, "停车难")


def again(client, run):
    db.session.expire_all()
    return Page(client.get(f"/match/{run.public_id}/again"))


def finish(entry_id, points, now):
    for place in (1, 2, 3):
        entry = db.session.get(Entry, entry_id)
        work = factories_work.engagement(entry, area_code=f"310105-05-0{place}", state=EngagementState.SIGNED_OFF)
        reputation.add_finished(work)
        reviews._publish(factories_work.review(work, points=points), by=OPERATOR, now=now)


def test_a_list_that_is_as_it_was_says_so(client, run):
    page = again(client, run)
    assert "名单和分数都没有变。" in page.text
    assert page.text.count("自己的各项没有变") == 4
    assert Page(client.get(f"/match/{run.public_id}")).link("今天再算一次") == f"/match/{run.public_id}/again"


def test_who_moved_is_shown_with_the_criteria_that_moved_it(client, run, now):
    last = entries(run)[-1]
    with transaction():
        finish(last, 5, now)
    page = again(client, run)
    first = page.all("tr")[1]
    said = "".join(first.itertext())
    assert f"停车共治第{last}号" in said
    assert "升 3 位" in said
    assert "没有依据，不计分 → 评分 5.00（3 条评价）" in said
    assert "没有依据，不计分 → 为 3 个居民区做完过" in said
    assert page.text.count("降 1 位") == 3
    assert "按同类平均 5.00 计" in page.text


def test_one_left_out_since_and_one_new_are_named_with_the_reason(client, run):
    lost = entries(run)[0]
    with transaction():
        organisation = db.session.get(Entry, lost).service.organisation
        factories.fact(organisation, FactKind.PENALTY, "major", date(2026, 3, 1))
        factories.entry(factories.organisation(9), name="新来的停车共治")
    page = again(client, run)
    assert "未列入：近年有重大处罚" in page.text
    assert "不再列入" in page.text
    assert "新来的停车共治" in page.text
    assert "新列入" in page.text


def test_another_reason_for_one_left_out_is_shown_apart(app, client, run):
    with transaction():
        factories.entry(factories.organisation(7), name="暂停的", state=EntryState.SUSPENDED, reason="service_stopped")
    later = run_of(app, "停车难")
    with transaction():
        organisation = db.session.scalars(select(Organisation).order_by(Organisation.id.desc())).first()
        factories.fact(organisation, FactKind.PENALTY, "major", date(2026, 3, 1))
    assert db.session.scalar(select(func.count(Fact.id)))
    page = again(client, later)
    assert "未列入的，也有变化" in page.text
    assert "近年有重大处罚" in page.text


def test_other_rules_are_named(client, run):
    with transaction():
        db.session.add(Parameters(version=3, since=NOW, values=PARAMETERS | {"weights": {"text": 1.0}}))
    assert "规则参数改过 （第 2 版 → 第 3 版）" in again(client, run).text


def test_a_list_tampered_with_is_no_witness(client, run):
    with transaction():
        db.session.execute(update(MatchLine).where(MatchLine.rank == 1).values(score=0.5))
    assert "不能作准" in again(client, run).text


def test_looking_changes_nothing_and_asks_a_dozen_times_at_most(app, client, run):
    with transaction():
        for number in range(10, 40):
            factories.entry(factories.organisation(number))
    ask(app, "停车难")
    counts = [select(func.count(table.id)) for table in (MatchRun, MatchLine, AuditEvent)]
    before = [db.session.scalar(query) for query in counts]
    address = f"/match/{run.public_id}/again"
    db.session.remove()
    seen = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
    assert client.get(address).status_code == 200
    sent = [statement for statement in seen if not statement.startswith(("BEGIN", "PRAGMA"))]
    assert len(sent) <= MOST, "\n".join(sent)
    assert {statement.split()[0] for statement in sent} == {"SELECT"}
    assert [db.session.scalar(query) for query in counts] == before


def test_a_run_nobody_made_has_no_page(client, run):
    assert client.get("/match/nowhere/again").status_code == 404
