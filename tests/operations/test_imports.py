from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from directory import audit, indexing
from directory.db import db, transaction
from directory.models.audit import AuditEvent
from directory.models.organisation import Fact, Organisation, OrganisationKind
from directory.models.service import ServiceVersion
from directory.models.taxonomy import Category
from directory.operations import imports, standings
from directory.operations.imports import Change
from directory.operations.parameters import in_force
from directory.operations.records import (
    CategoryRow,
    Identity,
)
from directory.rules import uscc
from directory.rules.eligibility import Outcome
from directory.rules.lifecycle import EntryState
from search.query import Query
from tests import factories
from tests.factories import DISTRICT, NEIGHBOURHOOD, STREET, code
from tests.operations.importing import FIELD, count, delivery, entry_of, faults, organisation, service, take


@pytest.fixture(autouse=True)
def _tree(app):
    with transaction():
        factories.taxonomy()


def test_a_new_service_is_listed_at_its_first_version(app, now):
    row = service(areas=(STREET,), groups=("家庭",), price_low=0, price_high=9, price_unit="次", capacity=2)
    report = take(delivery(row), now)
    entry = entry_of()
    assert (report.services, report.organisations) == ({Change.NEW: 1}, {Change.NEW: 1})
    assert (entry.state, entry.reason, entry.assessed, entry.since) == (EntryState.LISTED, "", None, now)
    assert (entry.version.number, entry.version.name, entry.version.areas) == (1, "停车共治", [STREET])
    assert (entry.version.price_low, entry.version.price_high, entry.service.capacity) == (0, 9, 2)
    assert entry.service.organisation.source == "far"


def test_nothing_is_invented_about_an_organisation(app, now):
    take(delivery(), now)
    made = db.session.scalars(select(Organisation)).one()
    assert (count(Fact), made.is_demo, made.confirmed_on) == (0, False, None)
    answers = standings.answers([made.id], on=now.date(), gates=in_force().gates)[made.id]
    assert {a.outcome for a in answers if a.gate in {"registered", "grade", "staff"}} == {Outcome.UNKNOWN}


def test_the_same_again_does_nothing(app, now):
    given = delivery(service(1), service(2, active=False))
    take(given, now)
    events = count(AuditEvent)
    report = take(given, now + timedelta(days=1))
    assert (report.services, report.organisations) == ({Change.UNCHANGED: 2}, {Change.UNCHANGED: 1})
    assert (count(ServiceVersion), count(AuditEvent)) == (2, events)
    assert not indexing.behind()


def test_a_change_is_a_new_version_of_what_changed_only(app, now):
    take(delivery(service(1), service(2)), now)
    report = take(delivery(service(1, name="停车调解"), service(2)), now)
    assert report.services == {Change.CHANGED: 1, Change.UNCHANGED: 1}
    versions = [(v.number, v.name) for v in entry_of().service.versions]
    assert versions == [(1, "停车共治"), (2, "停车调解")]
    assert entry_of().version.number == 2
    assert len(entry_of("s2").service.versions) == 1


def test_capacity_and_category_belong_to_the_service_not_its_version(app, now):
    take(delivery(service(capacity=3)), now)
    report = take(delivery(service(capacity=0, category=CategoryRow("P-015"))), now)
    entry = entry_of()
    assert report.services == {Change.CHANGED: 1}
    assert (entry.service.capacity, entry.service.category.code, entry.version.number) == (0, "P-015", 1)


def test_what_an_organisations_own_source_says_is_taken_over_and_what_it_leaves_open_stays(app, now):
    take(delivery(organisations=(organisation(phone="021-62345678", website="x.example"),)), now)
    report = take(delivery(organisations=(organisation(name="远方新社", phone="021-62345679"),)), now)
    made = db.session.scalars(select(Organisation)).one()
    assert report.organisations == {Change.CHANGED: 1}
    assert (made.name, made.phone, made.website) == ("远方新社", "021-62345679", "x.example")


def test_an_organisation_known_by_its_code_is_pointed_to_and_left_alone(app, now):
    with transaction():
        known = factories.organisation(1, facts=(), name="远方社", phone="021-62345678")
    report = take(delivery(organisations=(organisation(uscc=code(1), phone="021-62340000"),)), now)
    assert report.organisations == {Change.UNCHANGED: 1}
    assert entry_of().service.organisation_id == known.id
    assert known.phone == "021-62345678"


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ("51", OrganisationKind.ASSOCIATION),
        ("52", OrganisationKind.NON_ENTERPRISE),
        ("53", OrganisationKind.FOUNDATION),
        ("11", OrganisationKind.OTHER),
    ],
)
def test_the_kind_of_a_body_is_read_from_its_code(app, now, first, kind):
    body = first + code(1)[2:17]
    take(delivery(organisations=(organisation(uscc=body + uscc.check(body)),)), now)
    assert db.session.scalars(select(Organisation.kind)).one() is kind


def test_an_organisation_named_only_by_services_comes_with_the_first_good_one(app, now):
    alone = organisation(with_service=True)
    assert take(delivery(service(name=""), organisations=(alone,)), now).organisations == {}
    assert count(Organisation) == 0
    assert take(delivery(service(1, name=""), service(2), organisations=(alone,)), now).organisations == {Change.NEW: 1}


def test_new_names_become_categories_under_the_deliverys_field(app, now):
    rows = [service(n, category=CategoryRow(name=name)) for n, name in enumerate(["纳税", "其他", "纳税"], 1)]
    take(delivery(*rows, field=FIELD), now)
    take(delivery(service(4, category=CategoryRow(name="婚姻")), *rows, field=FIELD), now)
    found = db.session.scalars(select(Category).where(Category.code.like("XX%")).order_by(Category.code)).all()
    assert [(c.code, c.level, c.name) for c in found] == [
        ("XX", 1, "外来"),
        ("XX-01", 2, "纳税"),
        ("XX-02", 2, "其他"),
        ("XX-03", 2, "婚姻"),
    ]
    assert {(c.route[0], c.authority, c.phone) for c in found[1:]} == {("department", "某局", "12345")}


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (CategoryRow("P-001"), "P-001"),
        (CategoryRow("停车管理"), "P-001"),
        (CategoryRow("P-001", "停车管理"), "P-001"),
        (CategoryRow("P-001", "别的意思"), "XX-01"),
    ],
)
def test_a_category_is_meant_by_code_or_name_and_both_must_agree(app, now, row, found):
    take(delivery(service(category=row), field=FIELD), now)
    assert entry_of().service.category.code == found


def test_areas_may_be_named(app, now):
    take(delivery(service(areas=("天山路街道", NEIGHBOURHOOD, "长宁区"))), now)
    assert entry_of().version.areas == [STREET, NEIGHBOURHOOD, DISTRICT]


def test_personal_data_is_masked_before_it_is_stored(app, now):
    row = service(name="找老张\n13812345678", description="身份证310105194910010012，座机021-62345678")
    home = organisation(phone="13812345678", summary="微信同手机13812345678", address="天山路1号 13812345678")
    take(delivery(row, organisations=(home,)), now)
    version = entry_of().version
    made = db.session.scalars(select(Organisation)).one()
    assert (version.name, version.description) == ("找老张 ［手机号］", "身份证［证件号］，座机［电话］")
    assert (made.phone, made.summary, made.address) == ("", "微信同手机［手机号］", "天山路1号 ［手机号］")


def test_what_its_source_no_longer_offers_is_suspended_and_comes_back(app, now):
    states = []
    for active in (True, False, False, True):
        take(delivery(service(active=active)), now)
        states.append((entry_of().state, entry_of().reason))
    suspended = (EntryState.SUSPENDED, imports.INACTIVE)
    assert states == [(EntryState.LISTED, ""), suspended, suspended, (EntryState.LISTED, "")]
    events = db.session.scalars(select(AuditEvent.event).where(AuditEvent.thing.like("Entry:%"))).all()
    assert events == ["entry:suspend", "entry:restore"]
    assert list(audit.broken()) == []


def test_an_import_never_restores_what_was_suspended_for_another_reason(app, now):
    take(delivery(), now)
    with transaction():
        known = entry_of()
        known.state, known.reason = EntryState.SUSPENDED, "grade_lapsed"
    take(delivery(service(name="停车调解")), now)
    assert (entry_of().state, entry_of().reason, entry_of().version.name) == (
        EntryState.SUSPENDED,
        "grade_lapsed",
        "停车调解",
    )


def test_an_import_never_relists_what_left_the_catalogue(app, now):
    take(delivery(), now)
    with transaction():
        known = entry_of()
        known.state, known.reason = EntryState.EXITED, "removed"
    report = take(delivery(service(name="停车调解")), now)
    assert faults(report) == [(1, "service_id", "exited")]
    assert (entry_of().state, entry_of().version.name) == (EntryState.EXITED, "停车共治")


def test_an_import_is_one_audited_deed(app, now):
    take(delivery(service(1), service(2, name="")), now)
    deed = db.session.scalars(select(AuditEvent)).one()
    assert (deed.event, deed.actor, deed.thing, deed.at) == ("service:import", "operator", "Source:far", now)
    assert "services new 1" in deed.reason
    assert "refused 1" in deed.reason


def test_an_invented_organisation_stays_invented(app, now):
    take(delivery(organisations=(organisation(name="示例·远方社"),)), now)
    assert db.session.scalars(select(Organisation.is_demo)).one() is True


def test_the_index_follows_and_needs_no_query_for_each_row(app, now):
    rows = [service(n, name=f"停车共治第{n}号") for n in range(1, 701)]
    homes = [organisation(n, Identity("far", f"o{n}"), name=f"社{n}") for n in range(1, 301)]
    rows = [replace(row, organisation=homes[n % 300].identity) for n, row in enumerate(rows)]
    seen, asked = [], []

    def note(_connection, _cursor, statement, *_rest):
        asked.extend(["SELECT"] * statement.startswith("SELECT"))

    event.listen(db.engine, "before_cursor_execute", note)
    take(delivery(*rows, organisations=tuple(homes)), now, progress=seen.append)
    event.remove(db.engine, "before_cursor_execute", note)
    index = app.extensions["engine"].index
    assert sum(seen) == 1000
    assert len(asked) < 60
    assert indexing.check(index).none
    assert index.find(Query("停车", limit=1)).total == 700
