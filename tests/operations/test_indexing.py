import shutil
from datetime import date

import pytest
from sqlalchemy import delete, select

from directory import indexing
from directory.db import db, transaction
from directory.models.organisation import Organisation
from directory.models.service import Entry, EntryStep, Service
from directory.models.taxonomy import Category
from directory.rules.calendar import day_of
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EntryState
from tests import factories
from tests.factories import DISTRICT, NEIGHBOURHOOD, NOW, OTHER_STREET, STREET
from tests.operations.asking import entries, run_of
from tests.operations.outbox import named, noted, rename, waiting


def test_a_change_and_its_outbox_row_commit_together(made):
    with transaction(announce=False):
        rename(made[0], "换了名字")
    assert noted() == [("entry", made[0]), ("service", 1)]


def test_a_change_taken_back_leaves_no_outbox_row(made):
    def fails():
        with transaction():
            rename(made[0], "换了名字")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert noted() == []


def test_a_change_that_a_query_flushed_early_is_noted_too(made):
    with transaction(announce=False):
        db.session.get(Service, 1).capacity = 0
        db.session.scalars(select(Entry)).all()
    assert noted() == [("service", 1)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda: setattr(db.session.get(Organisation, 2), "name", "示例·新名"), [("organisation", 2)]),
        (lambda: setattr(db.session.get(Service, 2), "category_id", 3), [("service", 2)]),
        (lambda: setattr(db.session.get(Category, 2), "name", "停放管理"), [("category", 2)]),
        (
            lambda: factories.fact(db.session.get(Organisation, 2), FactKind.GRADE, "5A", date(2026, 1, 1)),
            [("organisation", 2)],
        ),
        (lambda: factories.organisation(9, facts=()), []),
        (lambda: db.session.add(Category(code="P-009", level=2, parent_id=1, name="新类目")), []),
    ],
)
def test_what_entries_show_is_noted_and_nothing_else(made, change, expected):
    with transaction(announce=False):
        change()
    assert noted() == expected


def test_a_match_is_no_change_of_the_catalogue(app, made):
    run_of(app, "停车难")
    assert noted() == []


def test_after_the_commit_the_index_has_caught_up(index, made):
    with transaction():
        rename(made[0], "消防共治")
    assert (named(index, "消防"), waiting()) == ([made[0]], 0)


def forget(entry_id):
    """Take an entry away with its history."""
    db.session.execute(delete(EntryStep).where(EntryStep.entry_id == entry_id))
    db.session.delete(db.session.get(Entry, entry_id))


@pytest.mark.parametrize(
    ("change", "text", "found"),
    [
        (lambda: setattr(db.session.get(Organisation, 2), "name", "示例·橘子社"), "橘子", [2]),
        (lambda: setattr(db.session.get(Category, 2), "name", "橘子管理"), "橘子", [1, 2, 3]),
        (lambda: forget(2), "停车", [1, 3]),
    ],
)
def test_a_change_reaches_the_documents_of_every_entry_it_touches(index, made, change, text, found):
    with transaction():
        change()
    assert named(index, text) == found


def test_a_document_says_where_it_serves_and_the_grade_that_holds_that_day(made):
    with transaction(announce=False):
        entry = db.session.get(Entry, made[0])
        factories.new_version(entry, areas=[STREET])
        factories.new_version(db.session.get(Entry, made[1]), areas=[DISTRICT])
        entry.state, entry.reason = EntryState.SUSPENDED, "grade_lapsed"
    first, second = indexing.documents(made[:2], on=day_of(NOW))
    assert first.areas == {STREET, NEIGHBOURHOOD}
    assert second.areas == {DISTRICT, STREET, OTHER_STREET, NEIGHBOURHOOD}
    assert (first.state, first.grade, first.field, first.quality) == ("suspended", "4A", "SH-04", 0.885)
    (later,) = indexing.documents(made[:1], on=date(2029, 11, 16))
    assert later.grade == ""


def test_check_names_what_is_missing_and_what_is_surplus(index, made):
    assert indexing.check(index).none
    index.drop(made[:1])
    index.put([factories.document(99, "不在库里")])
    difference = indexing.check(index)
    assert (difference.missing, difference.surplus, difference.waiting) == ({made[0]}, {99}, False)
    assert not difference.none


def test_check_tells_changes_waiting_from_a_broken_index(index, made, tmp_path):
    with transaction(announce=False):
        rename(made[0], "消防共治")
    assert (indexing.check(index).waiting, indexing.check(index).none) == (True, False)
    shutil.rmtree(tmp_path / "index")
    difference = indexing.check(index)
    assert (difference.missing, bool(difference.broken)) == (set(made), True)


def test_an_entry_gone_since_it_was_indexed_is_shown_to_nobody(app, index, made):
    index.put([factories.document(99, "停车停车停车")])
    assert sorted(entries(run_of(app, "停车"))) == made


def test_rebuilding_forgets_what_is_no_longer_there(index, made):
    index.put([factories.document(99, "停车")])
    told = []
    assert indexing.rebuild(index, now=NOW, progress=told.append) == 3
    assert (index.entry_ids(), told) == (set(made), [3])
