"""What must never be false is refused by the database itself, whoever writes to it."""

from datetime import date, datetime

import pytest
from sqlalchemy import CheckConstraint, UniqueConstraint, insert, null, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from directory.db import db, transaction
from tests import factories
from tests.conftest import app_in
from tests.factories import NOW
from tests.models import dynamic_rows, work_rows
from tests.operations.asking import ask

GOOD = (
    {
        "area": {"code": "310105-09", "level": 1, "name": "北新泾街道", "parent_id": 1, "source": ""},
        "category": {
            "code": "P-200",
            "parent_id": 1,
            "level": 2,
            "position": 0,
            "name": "新类目",
            "name_en": "",
            "route": ["self"],
            "description": "",
            "procurement_code": "",
            "procurement_name": "",
            "keywords": [],
            "examples": [],
            "groups": [],
            "standard": {},
            "price_unit": "",
            "price_low": 0,
            "price_high": 5,
            "authority": "",
            "phone": "",
            "hand_off": "",
            "around": [],
            "source": "",
        },
        "lexicon_word": {"word": "车位", "category_id": 2, "weight": 0.5, "unless": []},
        "saying": {"text": "夜里没地方停", "category_id": 2, "route": "provider"},
        "organisation": {
            "uscc": factories.code(77),
            "source": "test",
            "external_id": "77",
            "name": "示例·新社",
            "short_name": "",
            "kind": "other",
            "summary": "",
            "area_code": "",
            "address": "",
            "phone": "",
            "website": "",
            "is_demo": False,
        },
        "fact": {
            "organisation_id": 1,
            "kind": "grade",
            "value": "3A",
            "since": date(2026, 1, 1),
            "until": date(2026, 1, 1),
            "source": "",
            "recorded_at": NOW,
            "recorded_by": "test",
        },
        "service": {"organisation_id": 1, "category_id": 2, "external_id": "new", "capacity": 0},
        "service_version": {
            "service_id": 1,
            "number": 2,
            "name": "停车",
            "description": "",
            "areas": [],
            "groups": [],
            "price_low": 0,
            "price_high": 0,
            "price_unit": "",
            "approved_at": NOW,
        },
        "entry": {"service_id": 9, "version_id": 1, "state": "listed", "reason": "", "since": NOW, "assessed": 100},
        "question": {"text": "停车", "groups": [], "created_at": NOW},
        "match_run": {
            "public_id": "new",
            "question_id": 1,
            "on": date(2026, 1, 1),
            "created_at": NOW,
            "routing": {},
            "basis": {},
            "stale": False,
            "digest": "0" * 64,
        },
        "match_line": {
            "run_id": 1,
            "rank": 0,
            "entry_id": 1,
            "version_id": 1,
            "service_id": 1,
            "organisation_id": 1,
            "category": "P-001",
            "score": None,
            "reasons": [],
        },
        "confirmed_need": {"text": "停车难", "category_id": 2, "source": factories.STREET, "external_id": "new"}
        | {"checked": False, "suggested": "", "confirmed_at": NOW, "reason": ""},
        "trained_model": {"version": "0" * 16, "trained_at": NOW, "needs": 0, "sayings": 0, "trust": 0},
        "audit_event": {
            "event": "a:b",
            "actor": "x",
            "thing": "y",
            "reason": "",
            "at": NOW,
            "previous": "1" * 64,
            "digest": "2" * 64,
        },
        "outbox": {"subject": "entry", "subject_id": 1},
        "parameters": {"version": 2, "since": NOW, "values": {}},
        "stamp": {"name": "other", "value": 1},
    }
    | dynamic_rows.GOOD
    | work_rows.GOOD
)


REFUSED = [
    ("area", {"parent_id": None}, "ck_area_parent"),
    ("area", {"level": 0}, "ck_area_parent"),
    ("area", {"level": 3}, "ck_area_level"),
    ("area", {"code": factories.STREET}, "area.code"),
    ("category", {"level": 1}, "ck_category_parent"),
    ("category", {"parent_id": None}, "ck_category_parent"),
    ("category", {"level": 3}, "ck_category_level"),
    ("category", {"price_low": 6}, "ck_category_price"),
    ("category", {"price_low": -1}, "ck_category_price"),
    ("category", {"code": "P-001"}, "category.code"),
    ("lexicon_word", {"weight": 0}, "ck_lexicon_word_weight"),
    ("lexicon_word", {"weight": 1.01}, "ck_lexicon_word_weight"),
    ("lexicon_word", {"word": "碎砖头", "category_id": 3}, "lexicon_word.word"),
    ("saying", {"text": ""}, "ck_saying_text"),
    ("saying", {"route": "nobody"}, "ck_saying_route"),
    ("saying", {"text": "车没处停"}, "saying.text"),
    ("organisation", {"uscc": "5110000050000286"}, "ck_organisation_uscc"),
    ("organisation", {"uscc": None, "external_id": None}, "ck_organisation_identified"),
    ("organisation", {"name": ""}, "ck_organisation_name"),
    ("organisation", {"kind": "company"}, "ck_organisation_organisationkind"),
    ("organisation", {"uscc": factories.code(1)}, "organisation.uscc"),
    ("organisation", {"external_id": "1"}, "organisation.source"),
    ("fact", {"until": date(2025, 12, 31)}, "ck_fact_span"),
    ("fact", {"id": 99, "superseded_by_id": 99}, "ck_fact_superseded"),
    ("fact", {"kind": "rumour"}, "ck_fact_factkind"),
    ("fact", {"kind": "grade", "value": "6A"}, "ck_fact_grade"),
    ("fact", {"kind": "annual_check", "value": "fine"}, "ck_fact_annual_check"),
    ("fact", {"kind": "penalty", "value": "some"}, "ck_fact_penalty"),
    ("service", {"capacity": -1}, "ck_service_capacity"),
    ("service", {"external_id": "x-1"}, "service.organisation_id"),
    ("service_version", {"number": 0}, "ck_service_version_number"),
    ("service_version", {"name": ""}, "ck_service_version_name"),
    ("service_version", {"price_low": 1}, "ck_service_version_price"),
    ("service_version", {"price_low": -1}, "ck_service_version_price"),
    ("service_version", {"price_high": None}, "ck_service_version_price_range"),
    ("service_version", {"number": 1}, "service_version.service_id"),
    ("entry", {"reason": "expired"}, "ck_entry_reason"),
    ("entry", {"state": "suspended"}, "ck_entry_reason"),
    ("entry", {"state": "exited"}, "ck_entry_reason"),
    ("entry", {"state": "gone", "reason": "x"}, "ck_entry_entrystate"),
    ("entry", {"assessed": 101}, "ck_entry_assessed"),
    ("entry", {"assessed": -1}, "ck_entry_assessed"),
    ("entry", {"service_id": 1}, "entry.service_id"),
    ("question", {"text": ""}, "ck_question_text"),
    ("question", {"budget": -1}, "ck_question_budget"),
    ("match_line", {"rank": 1, "score": 1.5}, "ck_match_line_score_range"),
    ("match_line", {"rank": -1, "score": 0.5}, "ck_match_line_score"),
    ("match_line", {"score": 0.5}, "ck_match_line_score"),
    ("match_line", {"rank": 1}, "ck_match_line_score"),
    ("confirmed_need", {"text": ""}, "ck_confirmed_need_text"),
    ("confirmed_need", {"source": ""}, "ck_confirmed_need_source"),
    ("confirmed_need", {"route": "nobody"}, "ck_confirmed_need_route"),
    ("confirmed_need", {"withdrawn_at": NOW}, "ck_confirmed_need_withdrawn"),
    ("confirmed_need", {"reason": "wrong"}, "ck_confirmed_need_withdrawn"),
    ("confirmed_need", {"external_id": "known"}, "confirmed_need.source"),
    ("trained_model", {"trust": 1}, "ck_trained_model_trust"),
    ("trained_model", {"trust": -0.01}, "ck_trained_model_trust"),
    ("audit_event", {"digest": "short"}, "ck_audit_event_digest"),
    ("audit_event", {"previous": "0" * 64}, "audit_event.previous"),
    ("outbox", {"subject": "weather"}, "ck_outbox_subject"),
    ("parameters", {"version": 1}, "parameters.version"),
    ("stamp", {"name": "taxonomy"}, "stamp.name"),
    *dynamic_rows.REFUSED,
    *work_rows.REFUSED,
]


@pytest.fixture(scope="module")
def _known(tmp_path_factory):
    """One of everything to point at."""
    app = app_in(tmp_path_factory.mktemp("constraints"))
    with app.app_context():
        db.create_all()
        factories.catalogue(1)
        ask(app, "停车难")
        with transaction(announce=False):
            db.session.execute(text("INSERT INTO service VALUES (9, 1, 2, 'x-9', NULL), (8, 1, 2, 'x-8', NULL)"))
            write("saying", text="车没处停")
            write("confirmed_need", external_id="known")
            write("service_version", service_id=9, number=1, state="draft", approved_at=None)
            write("entry", service_id=8, version_id=1)
            for table, rows in (dynamic_rows.KNOWN | work_rows.KNOWN).items():
                for changed in rows:
                    write(table, **changed)
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def known(_known):
    """Shared by the tests here: what one of them writes is taken back."""
    with _known.app_context():
        yield
        db.session.remove()


def write(table, **changed):
    db.session.execute(insert(db.metadata.tables[table]).values(**(GOOD[table] | changed)))


@pytest.mark.parametrize("table", sorted(GOOD))
def test_the_rows_below_are_refused_for_what_is_changed_in_them_only(table):
    write(table)


@pytest.mark.parametrize(("table", "changed", "constraint"), REFUSED)
def test_a_row_that_must_never_be_is_refused(table, changed, constraint):
    with pytest.raises((IntegrityError, StatementError), match=constraint):
        write(table, **changed)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table.name, key.parent.name)
        for table in db.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name)
    ],
)
def test_nothing_points_at_what_is_not_there(table, column):
    besides = (dynamic_rows.BESIDES | work_rows.BESIDES).get((table, column), {})
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        write(table, **besides, **{column: 12345})


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table.name, column.name)
        for table in db.metadata.sorted_tables
        for column in table.columns
        if not column.nullable and not column.primary_key
    ],
)
def test_what_is_needed_may_not_be_missing(table, column):
    with pytest.raises((IntegrityError, StatementError), match=column):
        write(table, **{column: null()})


ONE_OF_A_KIND = [("match_run", "public_id"), ("audit_event", "digest")]


@pytest.mark.parametrize(("table", "column"), ONE_OF_A_KIND)
def test_what_was_drawn_or_computed_stands_once(table, column):
    known = db.session.scalar(select(db.metadata.tables[table].c[column]))
    with pytest.raises(IntegrityError, match=rf"{table}\.{column}"):
        write(table, **{column: known})


def test_every_named_constraint_is_tried_above():
    tried = {constraint for *_, constraint in REFUSED} | {f"{table}.{column}" for table, column in ONE_OF_A_KIND}
    for table in db.metadata.sorted_tables:
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint):
                assert str(constraint.name) in tried
            elif isinstance(constraint, UniqueConstraint):
                assert f"{table.name}.{next(iter(constraint.columns)).name}" in tried
        for index in table.indexes:
            assert not index.unique or f"{table.name}.{next(iter(index.columns)).name}" in tried


def test_a_need_withdrawn_makes_room_for_what_is_said_instead():
    """Of what a source calls by one name, one may be in force; those withdrawn stay."""
    for reason in ("said otherwise", "nonsense"):
        write("confirmed_need", withdrawn_at=NOW, reason=reason)
    write("confirmed_need")
    write("confirmed_need", source="visitor")


@pytest.mark.parametrize(("table", "changed"), work_rows.BESIDE_THE_KNOWN)
def test_where_one_may_stand_at_a_time_what_has_ended_makes_room(table, changed):
    write(table, **changed)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(StatementError, match="without zone"):
        write("question", created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - it is to be refused


def test_moments_come_back_aware_and_scores_exact():
    rows = db.session.execute(text("SELECT assessed, since FROM entry WHERE id = 1")).one()
    assert rows.assessed == 8850
    entries = db.metadata.tables["entry"]
    since = db.session.scalars(select(entries.c.since).where(entries.c.id == 1)).one()
    assert since == NOW
    assert since.tzinfo is not None
