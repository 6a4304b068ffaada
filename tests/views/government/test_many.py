"""Every queue stays quick, however much waits: a dozen statements a page at most, and none that walks everything."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.engine import Connection

from directory.db import db, transaction
from directory.models.application import Application, Objection
from directory.models.assessment import Assessment
from directory.models.claimed import ClaimedFact
from directory.models.organisation import Fact, Organisation
from directory.models.service import Entry, Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.operations import paging, queues
from directory.policy import Actor
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ApplicationState, AssessmentState, EntryState, VersionState
from directory.rules.roles import Role
from tests import factories
from tests import factories_government as made
from tests.factories import NOW, OTHER_STREET, STREET

MOST, MANY, ORGANISATIONS = 12, 5000, 1000
PAGES = [
    "/government",
    "/government/applications",
    "/government/applications?state=ready",
    f"/government/applications?state=submitted&street={STREET}&field=SH-04&waited=7&page=5",
    "/government/applications?order=organisation&page=250",
    "/government/objections",
    "/government/versions",
    "/government/facts",
    "/government/entries",
    "/government/entries?state=lapsing",
    "/government/entries?text=服务&order=latest&page=20",
    "/publicity",
]
FILES = ["/government/applications.csv", "/government/applications.xlsx", "/government/entries.csv"]
ONE = ["/government/applications/1", "/government/entries/1", "/government/organisations/1/facts", "/publicity/6"]


def plenty() -> None:
    """MANY applications in all states, each with a service of its own; entries, objections, facts and edits beside."""
    factories.taxonomy()
    category = db.session.scalars(select(Category.id).filter_by(code="P-001")).one()
    ids = range(1, MANY + 1)
    _put(
        Organisation,
        (
            {
                "id": i,
                "uscc": factories.code(i),
                "source": "test",
                "name": f"机构{i}",
                "kind": "other",
                "area_code": (STREET, OTHER_STREET)[i % 2],
                "short_name": "",
            }
            for i in range(1, ORGANISATIONS + 1)
        ),
    )
    _put(
        Fact,
        (
            {"organisation_id": i, "kind": kind, "value": value, "since": since, "until": until}
            | {"source": "公告（示例）", "recorded_at": NOW, "recorded_by": "test"}
            for i in range(1, ORGANISATIONS + 1)
            for kind, value, since, until in factories.GOOD_STANDING
        ),
    )
    owner = {i: i % ORGANISATIONS + 1 for i in ids}
    _put(
        Service,
        ({"id": i, "organisation_id": owner[i], "category_id": category, "external_id": f"s{i}"} for i in ids),
    )
    versions = [
        {"id": i, "service_id": i, "number": 1, "name": f"服务{i}", "state": VersionState.APPROVED}
        | {"approved_at": NOW, "areas": [], "groups": []}
        for i in ids
    ]
    _put(ServiceVersion, versions)
    edits = [
        {"id": MANY + i, "service_id": i, "number": 2, "name": f"改{i}", "state": VersionState.WAITING}
        | {"changed_at": NOW, "areas": [], "groups": []}
        for i in range(3, MANY, 4)
    ]
    _put(ServiceVersion, edits)
    states = [s for s in ApplicationState if s is not ApplicationState.DRAFT]
    day = day_of(datetime.now(UTC))
    _put(
        Application,
        (
            {
                "id": i,
                "organisation_id": owner[i],
                "service_id": i,
                "version_id": i,
                "state": states[i % len(states)],
                "since": NOW - timedelta(minutes=i),
                "created_at": NOW,
                "submitted_at": NOW,
            }
            | (
                {"admitted": True, "decided_at": NOW, "publicity_from": day, "publicity_until": day}
                if states[i % len(states)] in {ApplicationState.PUBLICITY, ApplicationState.LISTED}
                else {}
            )
            for i in ids
        ),
    )
    announced = [i for i in ids if states[i % len(states)] is ApplicationState.PUBLICITY]
    _put(Objection, ({"application_id": i, "receipt": f"R{i}", "text": "不同意", "created_at": NOW} for i in announced))
    rubric = made.result(db.session.get_one(Application, announced[0])).rubric_id
    _put(
        Assessment,
        (
            {"application_id": i, "rubric_id": rubric, "state": AssessmentState.CLOSED, "total": 80, "grade": "A"}
            | {"created_at": NOW, "closed_at": NOW}
            for i in ids
            if states[i % len(states)] is ApplicationState.ASSESSING
        ),
    )
    _put(
        ClaimedFact,
        (
            {
                "organisation_id": owner[i],
                "kind": "honour",
                "value": "x",
                "since": day,
                "source": "x",
                "created_at": NOW,
            }
            for i in ids
        ),
    )
    _put(
        Entry,
        (
            {"service_id": i, "version_id": i, "state": EntryState.LISTED, "since": NOW}
            if i % 3
            else {"service_id": i, "version_id": i, "state": EntryState.SUSPENDED, "reason": "other", "since": NOW}
            for i in ids
        ),
    )


def _put(table, rows) -> None:
    kinds: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in rows:
        kinds.setdefault(tuple(row), []).append(row)
    for same in kinds.values():
        db.session.execute(insert(table), same)


@pytest.fixture
def taxonomy() -> None:
    """`plenty` brings its own."""


@pytest.fixture
def statements(app) -> Iterator[list[tuple[str, object]]]:
    """Every statement sent to the database with its values, but those that only open a transaction."""
    sent: list[tuple[str, object]] = []

    def note(_connection: Connection, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "EXPLAIN")):
            sent.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_dozen_statements_a_page_at_most_and_quickly(app, officer, statements):
    with transaction(announce=False):
        plenty()
        db.session.execute(text("DELETE FROM outbox"))
    readers = {"district": officer(), "street": officer(Role.STREET, area_code=STREET)}
    said = {}
    for address in (*PAGES, *FILES, *ONE):
        for role, reader in readers.items():
            db.session.remove()
            if address not in FILES:
                reader.get(address)  # what is made once, such as templates, is made
            db.session.remove()
            statements.clear()
            began = time.process_time()
            answer = reader.client.get(address)
            took = time.process_time() - began
            assert answer.status_code in {200, 403}, (address, answer.text[:2000])
            said[address, role] = (len(statements), round(took, 3))
    assert {key: told for key, told in said.items() if told[0] > MOST} == {}
    # Time of the processor, so that a busy machine does not fail it: a page that walks rows takes seconds.
    assert {key: told for key, told in said.items() if told[1] > 0.5 and key[0] not in FILES} == {}


def test_a_file_holds_every_row_and_a_street_only_its_own(app, officer):
    with transaction(announce=False):
        plenty()
        db.session.execute(text("DELETE FROM outbox"))
    street = officer(Role.STREET, area_code=STREET)
    lines = officer().client.get("/government/applications.csv").get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == MANY + 1
    theirs = street.client.get("/government/applications.csv").get_data().decode("utf-8-sig").splitlines()
    assert len(theirs) == MANY / 2 + 1


def test_the_queue_is_read_from_its_index(app):
    with transaction(announce=False):
        plenty()
    district = Actor(1, Role.DISTRICT)
    for asked in (queues.Asked(state=ApplicationState.SUBMITTED), queues.Asked(ready=True)):
        query = queues.chosen(asked, by=district, now=NOW).limit(paging.PAGE)
        compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = " ".join(row.detail for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
        assert "ix_application_state_since" in plan, plan
        assert "SCAN application" not in plan
        assert "SCAN organisation" not in plan
