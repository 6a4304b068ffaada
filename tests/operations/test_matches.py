import sqlite3
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select, update

from directory.db import db, transaction
from directory.errors import NotFound
from directory.models.audit import AuditEvent
from directory.models.match import MatchLine, MatchRun
from directory.models.organisation import Organisation
from directory.models.parameters import Parameters
from directory.models.question import Question
from directory.models.service import Entry, Service
from directory.models.taxonomy import LexiconWord
from directory.operations import matches
from directory.policy import OPERATOR, VISITOR
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import EntryState
from search.query import Need
from tests import factories
from tests.factories import GOOD_STANDING, NEIGHBOURHOOD, NOW
from tests.operations.asking import ask, entries, replayed, run_of


def test_an_answer_is_stored_with_all_that_is_needed_to_defend_it(catalogue):
    run = run_of(
        catalogue, "楼道里堆满了建筑垃圾", area="310105-05", budget=Decimal(5000), groups=frozenset({"老年人"})
    )
    assert matches.intact(run)
    assert (run.on, run.stale) == (date(2026, 11, 23), False)
    asked = run.question
    assert (asked.text, asked.area_code, asked.budget) == (
        "楼道里堆满了建筑垃圾",
        "310105-05",
        5000,
    )
    assert set(run.basis) == {"parameters", "lexicon", "model", "lost", "generation"}
    assert run.basis["generation"] == catalogue.extensions["engine"].index.generation
    assert entries(run)
    assert entries(run, excluded=True)


def test_matches_stand_by_rank_with_reasons_and_scores_that_fall(catalogue):
    run = run_of(catalogue, "老人中午没地方吃饭")
    ranked = [line for line in run.lines if line.rank]
    assert [line.rank for line in ranked] == list(range(1, len(ranked) + 1))
    assert [line.score for line in ranked] == sorted((line.score for line in ranked), reverse=True)
    assert all({"criterion", "points", "weight", "facts"} == set(r) for line in ranked for r in line.reasons)
    assert run.routing["categories"][0]["words"]


def test_the_deed_is_in_the_audit_of_the_same_transaction(app):
    factories.catalogue()
    public_id = ask(app, "停车难")
    noted = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "match:ask")).one()
    assert (noted.actor, noted.thing) == ("public", f"MatchRun:{public_id}")


def test_an_answer_that_fails_leaves_nothing_behind(app):
    factories.catalogue()

    def fails():
        with transaction():
            matches.ask(Need("停车难"), by=OPERATOR, now=NOW, engine=app.extensions["engine"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    for table in (MatchRun, MatchLine, Question, AuditEvent):
        assert db.session.scalar(select(func.count(table.id))) == 0


def test_a_run_nobody_made_is_not_found(app):
    with pytest.raises(NotFound, match="nowhere"):
        matches.get("nowhere", by=VISITOR)


PERSONAL = {
    "13812345678": "［手机号］",
    "310105194910010012": "［证件号］",
    "沪A12345": "［车牌］",
    "a.b@example.cn": "［邮箱］",
    "021-62345678": "［电话］",
    "1288弄5号302室": "＊＊＊",
}


def test_personal_data_is_masked_before_anything_is_stored(app, tmp_path):
    factories.catalogue()
    public_id = ask(app, f"停车难，{'，'.join(PERSONAL)}，找我")
    db.session.remove()
    db.engine.dispose()
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert public_id.encode() in stored
    for said, label in PERSONAL.items():
        assert said.encode() not in stored
        assert label.encode() in stored
    assert b"12345678" not in stored


def test_a_run_repeated_gives_the_same_answer(catalogue):
    for text in ("楼道里堆满了建筑垃圾", "老人中午没地方吃饭", "楼上违法建筑", "邻居吵架"):
        assert replayed(catalogue, run_of(catalogue, text, area="310105-06-01")) == []


def test_a_choice_of_category_is_repeated_too(catalogue):
    run = run_of(catalogue, "帮帮我们", "P-001", budget=Decimal(800), groups=frozenset({"老年人", "儿童"}))
    assert run.routing["chosen"] == "P-001"
    assert replayed(catalogue, run) == []


@pytest.fixture
def parked(app):
    """A run over six parking services, one of them excluded, and its entries by id."""
    factories.catalogue(5)
    with transaction():
        lapsed = [f for f in GOOD_STANDING if f[0] is not FactKind.GRADE]
        factories.entry(factories.organisation(6, lapsed), name="停车共治第6号")
    run = run_of(app, "停车难")
    assert (len(entries(run)), len(entries(run, excluded=True))) == (5, 1)
    return run


def test_work_on_somebody_elses_service_changes_no_answer(app, parked):
    with transaction():
        factories.entry(factories.organisation(7), "P-015", "装修碎料清运", description="装修碎料半天拉走。")
    assert replayed(app, parked) == []


def test_a_profile_written_again_unchanged_changes_no_answer(app, parked):
    with transaction():
        for organisation in db.session.scalars(select(Organisation)):
            organisation.summary = "换了一句介绍"
    assert replayed(app, parked) == []


def test_newer_parameters_do_not_change_an_old_run(app, parked):
    with transaction():
        values = factories.PARAMETERS | {"weights": {"text": 1.0}}
        db.session.add(Parameters(version=2, since=NOW, values=values))
    assert replayed(app, parked) == []
    assert run_of(app, "停车难").basis["parameters"] == 2


def test_a_new_version_is_named(app, parked):
    first = db.session.get(Entry, entries(parked)[0])
    before = first.version_id
    with transaction():
        version = factories.new_version(db.session.get(Entry, first.id), price_low=9, price_high=9).id
    (change,) = [c for c in replayed(app, parked) if c.startswith(f"entry {first.id}:")]
    assert f"version {before} →" in change
    assert change.endswith(f"version {version}")


def test_a_lost_grade_is_named(app, parked):
    lost = entries(parked)[0]
    with transaction():
        organisation = db.session.get(Entry, lost).service.organisation
        (old,) = [f for f in organisation.facts if f.kind is FactKind.GRADE]
        new = factories.fact(organisation, FactKind.GRADE, "2A", date(2026, 1, 1))
        old.superseded_by_id = new.id
    changes = replayed(app, parked)
    assert any(c.startswith(f"entry {lost}: rank 1") and "→ excluded (grade_too_low)" in c for c in changes)


def test_another_reason_for_an_exclusion_is_named(app, parked):
    (left_out,) = entries(parked, excluded=True)
    with transaction():
        organisation = db.session.get(Entry, left_out).service.organisation
        factories.fact(organisation, FactKind.PENALTY, "major", date(2026, 1, 1))
    (change,) = replayed(app, parked)
    assert "excluded (no_grade), " in change
    assert "→ excluded (no_grade, recent_penalty)" in change


def test_an_exit_from_the_catalogue_is_named(app, parked):
    gone = entries(parked)[2]
    with transaction():
        entry = db.session.get(Entry, gone)
        entry.state, entry.reason = EntryState.EXITED, "expired"
    assert any(c.startswith(f"entry {gone}:") and c.endswith("→ absent") for c in replayed(app, parked))


def test_a_changed_lexicon_is_named(app, parked):
    with transaction():
        category = db.session.scalars(select(LexiconWord.category_id)).first()
        db.session.add(LexiconWord(word="碎瓦片", category_id=category, weight=0.5))
    assert [c.split(":")[0] for c in replayed(app, parked)] == ["lexicon"]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (MatchRun, {"stale": True}),
        (MatchRun, {"on": date(2026, 11, 22)}),
        (MatchRun, {"routing": {"chosen": None, "route": "self", "categories": [], "around": []}}),
        (Question, {"text": "停车难上加难"}),
        (Question, {"budget": 7}),
        (MatchLine, {"score": 0.5}),
        (MatchLine, {"reasons": []}),
        (MatchLine, {"organisation_id": 99}),
        (MatchLine, {"category": "P-015"}),
    ],
)
def test_a_run_changed_behind_our_back_is_noticed(app, parked, table, values):
    rows = update(table).values(**values)
    with transaction():
        db.session.execute(rows.where(MatchLine.rank == 1) if table is MatchLine else rows)
    assert replayed(app, parked)[0] == "the stored run was changed after it was written"


def test_a_line_taken_out_behind_our_back_is_noticed(app, parked):
    with transaction():
        db.session.delete(parked.lines[-1])
    assert "the stored run was changed after it was written" in replayed(app, parked)


@contextmanager
def queries():
    """The statements sent while it lasts, without those that begin or end a transaction."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def asked_with(app, text, **need):
    with transaction(), queries() as seen:
        matches.ask(Need(text, **need), by=VISITOR, now=NOW, engine=app.extensions["engine"])
    return seen


def test_a_match_needs_few_queries_however_many_the_candidates(app):
    factories.catalogue(2)
    ask(app, "停车难")
    few = asked_with(app, "停车难", area=NEIGHBOURHOOD)
    with transaction():
        for number in range(3, 103):
            factories.entry(factories.organisation(number))
    many = asked_with(app, "停车难", area=NEIGHBOURHOOD)
    assert len(entries(db.session.scalars(select(MatchRun).order_by(MatchRun.id.desc())).first())) == 20
    assert db.session.scalar(select(func.count(Service.id))) == 102
    assert len(few) == len(many) <= 12, "\n".join(many)


def test_a_match_in_the_whole_catalogue_needs_few_queries(catalogue):
    ask(catalogue, "停车难")
    seen = asked_with(catalogue, "楼上违法建筑", area="310105-06-01")
    assert len(seen) <= 12, "\n".join(seen)
    assert not [statement for statement in seen if statement.startswith(("UPDATE", "DELETE"))]


def test_an_answer_is_worked_out_while_somebody_else_writes(app, tmp_path):
    (entry,) = factories.catalogue(1)
    db.session.rollback()
    writer = sqlite3.connect(tmp_path / "directory.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    drafted = matches.draft(Need("停车难"), by=VISITOR, now=NOW, engine=app.extensions["engine"])
    writer.execute("ROLLBACK")
    with transaction():
        run = matches.freeze(drafted, by=VISITOR)
    assert entries(run) == [entry]
    assert matches.intact(run)
