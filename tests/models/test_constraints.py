"""What must never be false is refused by the database itself, whoever writes to it."""

from datetime import datetime

import pytest
from sqlalchemy import CheckConstraint, UniqueConstraint, insert, null, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from directory.db import db, transaction
from tests import factories
from tests.conftest import app_in
from tests.factories import NOW
from tests.models import dynamic_rows, work_rows
from tests.models.catalogue_rows import GOOD, REFUSED
from tests.operations.asking import ask


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
