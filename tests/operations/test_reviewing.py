"""Facts confirmed, refused, recorded and put right; changes of services approved and returned."""

from datetime import date

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.audit import AuditEvent
from directory.models.notice import Notice
from directory.models.organisation import Fact
from directory.models.outbox import Outbox, Subject
from directory.operations import reviewing, sending
from directory.operations.reviewing import Statement
from directory.rules.eligibility import FactKind
from directory.rules.facts import LONGEST_SOURCE
from directory.rules.lifecycle import ApplicationState, ClaimedState, EntryState, NotAllowed, VersionState
from directory.rules.roles import Role
from tests import factories
from tests import factories_government as made

GRADE = Statement(FactKind.GRADE, "5A", date(2026, 3, 1), date(2031, 2, 28), "公告（示例）")


@pytest.fixture
def organisation(app):
    factories.taxonomy()
    return factories.organisation()


@pytest.fixture
def district(organisation):
    return factories.actor(Role.DISTRICT)


@pytest.fixture
def owner(organisation):
    return factories.account(Role.OWNER, organisation_id=organisation.id)


def told(account):
    return [(n.kind, n.facts, n.link) for n in db.session.scalars(select(Notice).filter_by(account_id=account.id))]


def events():
    return [tuple(row) for row in db.session.execute(select(AuditEvent.event, AuditEvent.thing, AuditEvent.reason))]


def test_a_confirmed_fact_stands_in_place_of_the_one_it_names(organisation, district, owner, now):
    old = next(fact for fact in organisation.facts if fact.kind is FactKind.GRADE)
    said = made.claimed(organisation, supersedes_id=old.id)
    fact = reviewing.confirm(said, by=district, now=now)
    assert (fact.kind, fact.value, fact.until, fact.source) == (FactKind.GRADE, "5A", said.until, said.source)
    assert fact.recorded_by == f"district:{district.id}"
    assert (said.state, said.fact_id, said.decided_at) == (ClaimedState.CONFIRMED, fact.id, now)
    assert old.superseded_by_id == fact.id
    assert told(owner) == [("fact_confirmed", {"fact": "grade"}, "/organisation/facts")]
    assert [event for event, *_ in events()] == ["fact:supersede", "fact:record", "claimed_fact:confirm"]


def test_what_an_organisation_may_name_as_its_source_can_be_confirmed(organisation, district, now):
    said = made.claimed(organisation, source="长" * LONGEST_SOURCE)
    assert reviewing.confirm(said, by=district, now=now).source == said.source


def test_a_refused_fact_says_why_and_changes_no_fact(organisation, district, owner, now):
    before = db.session.query(Fact).count()
    said = made.claimed(organisation)
    reviewing.refuse(said, reason=" 证书看不清 ", by=district, now=now)
    assert (said.state, said.reason) == (ClaimedState.REFUSED, "证书看不清")
    assert db.session.query(Fact).count() == before
    assert told(owner) == [("fact_refused", {"fact": "grade", "reason": "证书看不清"}, "/organisation/facts")]
    assert events() == [("claimed_fact:refuse", f"ClaimedFact:{said.id}", "证书看不清")]


def test_a_fact_is_decided_once(organisation, district, now):
    said = made.claimed(organisation)
    reviewing.confirm(said, by=district, now=now)
    with pytest.raises(NotAllowed, match="cannot refuse from confirmed"):
        reviewing.refuse(said, reason="重复", by=district, now=now)


def test_a_fact_that_was_superseded_meanwhile_is_not_superseded_twice(organisation, district, now):
    old = organisation.facts[1]
    first, second = (made.claimed(organisation, supersedes_id=old.id) for _ in range(2))
    reviewing.confirm(first, by=district, now=now)
    with pytest.raises(reviewing.AlreadySuperseded):
        reviewing.confirm(second, by=district, now=now)
    assert second.state is ClaimedState.WAITING


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"value": "6A"}, ("value", "unknown")),
        ({"until": date(2026, 2, 1)}, ("until", "order")),
        ({"since": date(2028, 1, 1)}, ("since", "future")),
        ({"since": date(1900, 1, 1)}, ("since", "too_early")),
        ({"source": "  "}, ("source", "required")),
        ({"source": "长" * 401}, ("source", "too_long")),
        ({"until": None}, ("until", "required")),
        ({"kind": FactKind.STAFF, "value": "很多"}, ("value", "number")),
        ({"kind": FactKind.STAFF, "value": "9" * 5000}, ("value", "number")),
        ({"kind": FactKind.EVALUATOR, "value": "x"}, ("value", "superfluous")),
        ({"kind": FactKind.ANNUAL_CHECK, "value": "passed"}, ("since", "year")),
        ({"kind": FactKind.HONOUR, "value": " "}, ("value", "required")),
        ({"kind": FactKind.HONOUR, "value": "长" * 201}, ("value", "too_long")),
    ],
)
def test_what_cannot_be_true_is_refused_with_its_field(organisation, district, now, changed, fault):
    values = {name: getattr(GRADE, name) for name in ("kind", "value", "since", "until", "source")} | changed
    with pytest.raises(Invalid) as refused:
        reviewing.record(organisation, Statement(**values), by=district, now=now)
    assert (refused.value.field, refused.value.rule) == fault


def test_putting_a_fact_right_takes_a_reason_and_a_fact_of_that_organisation(organisation, district, now):
    wrong = organisation.facts[1]
    with pytest.raises(Invalid, match="says why"):
        reviewing.record(organisation, GRADE, supersedes=wrong.id, by=district, now=now)
    other = factories.organisation(2)
    with pytest.raises(NotFound):
        reviewing.record(organisation, GRADE, supersedes=other.facts[0].id, reason="录错", by=district, now=now)
    fact = reviewing.record(organisation, GRADE, supersedes=wrong.id, reason="录错了等级", by=district, now=now)
    assert wrong.superseded_by_id == fact.id
    assert ("fact:supersede", f"Fact:{wrong.id}", "录错了等级") in events()


@pytest.mark.parametrize("role", [Role.STREET, Role.AUDITOR, Role.LEAD])
def test_only_the_district_decides(organisation, now, role):
    other = factories.actor(role)
    edited = made.edit(factories.entry(organisation))
    with pytest.raises(Forbidden):
        reviewing.record(organisation, GRADE, by=other, now=now)
    with pytest.raises(Forbidden):
        reviewing.confirm(made.claimed(organisation), by=other, now=now)
    with pytest.raises(Forbidden):
        reviewing.approve(edited, seen=sending.mark(edited.changed_at), by=other, now=now)


def test_an_approved_change_is_what_the_entry_shows_and_the_index_is_told(organisation, district, owner, now):
    listed = factories.entry(organisation)
    edited = made.edit(listed, price_high=1500)
    db.session.query(Outbox).delete()
    reviewing.approve(edited, seen=sending.mark(edited.changed_at), by=district, now=now)
    assert listed.version is edited
    assert (edited.state, edited.approved_at) == (VersionState.APPROVED, now)
    db.session.flush()
    changed = [tuple(row) for row in db.session.execute(select(Outbox.subject, Outbox.subject_id))]
    assert (Subject.ENTRY, listed.id) in changed
    kind, facts, link = told(owner)[0]
    assert (kind, facts["service"], link) == (
        "version_approved",
        edited.name,
        f"/organisation/services/{listed.service_id}",
    )


def test_a_change_of_what_has_left_the_catalogue_is_approved_but_not_shown(organisation, district, now):
    gone = factories.entry(organisation, state=EntryState.EXITED, reason="removed")
    edited = made.edit(gone)
    reviewing.approve(edited, seen=sending.mark(edited.changed_at), by=district, now=now)
    assert gone.version is not edited


def test_a_change_made_after_it_was_read_is_not_approved(organisation, district, now):
    edited = made.edit(factories.entry(organisation))
    with pytest.raises(sending.Overtaken):
        reviewing.approve(edited, seen="2026-01-01T00:00:00+00:00", by=district, now=now)
    assert edited.state is VersionState.WAITING


def test_a_version_sent_with_an_application_is_not_decided_alone(organisation, district, now):
    asked = made.application(organisation, ApplicationState.SUBMITTED)
    with pytest.raises(reviewing.DecidedWithApplication):
        reviewing.approve(asked.version, seen=sending.mark(asked.version.changed_at), by=district, now=now)


def test_a_returned_change_says_why_and_leaves_the_public_one(organisation, district, owner, now):
    listed = factories.entry(organisation)
    edited, shown = made.edit(listed), listed.version
    reviewing.give_back(edited, reason="价格不清楚", seen=sending.mark(edited.changed_at), by=district, now=now)
    assert (edited.state, edited.reason, listed.version) == (VersionState.RETURNED, "价格不清楚", shown)
    assert told(owner)[0][:2] == ("version_returned", {"service": edited.name, "reason": "价格不清楚"})
