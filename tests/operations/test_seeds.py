import csv
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from directory import indexing
from directory.cli.seeds import FOLDER
from directory.db import db, transaction
from directory.errors import Forbidden
from directory.models.audit import AuditEvent
from directory.models.match import MatchLine
from directory.models.organisation import Organisation
from directory.models.outbox import Outbox
from directory.models.parameters import Parameters
from directory.models.service import Entry, EntryStep, Service, ServiceVersion
from directory.models.taxonomy import Category, Stamp
from directory.operations import parameters, seeds, standings
from directory.policy import OPERATOR, VISITOR
from directory.rules.calendar import day_of
from directory.rules.eligibility import Outcome, eligible
from tests.conftest import app_in


def load(folder=FOLDER, *, now, demo=True, by=OPERATOR):
    def read(name):
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    with transaction(announce=False):
        return seeds.load(folder, read=read, demo=demo, by=by, now=now)


@pytest.fixture
def copied(seeded_instance, tmp_path):
    """The seeded catalogue as a copy that a test may change."""
    shutil.copytree(seeded_instance, tmp_path / "copy")
    app = app_in(tmp_path / "copy")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def own_seeds(tmp_path):
    """A copy of seeds/ that a test may change."""
    return Path(shutil.copytree(FOLDER, tmp_path / "seeds"))


def outcomes(now):
    ids = db.session.scalars(select(Organisation.id))
    return standings.answers(ids, on=day_of(now), gates=parameters.in_force().gates)


def assert_every_gate_passes_and_fails(now):
    answers = outcomes(now)
    seen = {(a.gate, a.outcome) for said in answers.values() for a in said}
    gates = {gate for gate, _ in seen}
    assert len(gates) == 8
    assert [gate for gate in sorted(gates) if (gate, Outcome.PASS) not in seen] == []
    assert [gate for gate in sorted(gates) if (gate, Outcome.FAIL) not in seen] == []
    assert sum(eligible(said) for said in answers.values()) >= 100


def test_every_gate_passes_somewhere_and_fails_somewhere(catalogue, now):
    assert_every_gate_passes_and_fails(now)


def test_loading_twice_changes_nothing(copied, now):
    def everything():
        return {
            table.name: db.session.execute(select(func.count()).select_from(table)).scalar()
            for table in db.metadata.sorted_tables
        }

    before, stamp = everything(), db.session.scalar(select(Stamp.value))
    assert set(load(now=now).values()) == {0}
    assert (everything(), db.session.scalar(select(Stamp.value))) == (before, stamp)


def test_loading_again_restores_what_went_missing(copied, now):
    never_matched = ~select(MatchLine.id).where(MatchLine.service_id == Service.id).exists()
    gone = db.session.scalars(select(Service.id).where(never_matched).limit(3)).all()
    with transaction(announce=False):
        entries = select(Entry.id).where(Entry.service_id.in_(gone))
        db.session.execute(delete(EntryStep).where(EntryStep.entry_id.in_(entries)))
        db.session.execute(delete(Entry).where(Entry.service_id.in_(gone)))
        db.session.execute(delete(ServiceVersion).where(ServiceVersion.service_id.in_(gone)))
        db.session.execute(delete(Service).where(Service.id.in_(gone)))
    changed = load(now=now)
    assert {kind: number for kind, number in changed.items() if number} == {"services": 3}
    assert db.session.scalar(select(func.count(Outbox.id))) > 0


@pytest.mark.parametrize("day", [(2027, 7, 1), (2029, 11, 22), (2032, 2, 29)])
def test_a_demo_loaded_years_later_still_shows_gates_passed_and_failed(app, day):
    now = datetime(*day, 4, tzinfo=UTC)
    load(now=now)
    assert_every_gate_passes_and_fails(now)


def test_a_changed_category_is_updated_indexed_and_stamped(copied, own_seeds, now):
    file = own_seeds / "categories" / "SH-04.json"
    rows = json.loads(file.read_text("utf-8"))
    rows[0]["examples"].append("新来的一句例子，别处没有")
    file.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    stamp = db.session.scalar(select(Stamp.value).where(Stamp.name == indexing.TAXONOMY))
    changed = load(own_seeds, now=now)
    assert {kind: number for kind, number in changed.items() if number} == {"categories": 1}
    category = db.session.scalars(select(Category).filter_by(code=rows[0]["code"])).one()
    assert category.examples[-1] == "新来的一句例子，别处没有"
    assert db.session.scalar(select(Stamp.value).where(Stamp.name == indexing.TAXONOMY)) > stamp
    assert db.session.execute(select(Outbox.subject, Outbox.subject_id)).all() == [("category", category.id)]
    assert db.session.scalars(select(AuditEvent.reason)).all()[-1] == "categories 1"


def test_changed_numbers_become_a_new_version_and_the_old_one_stays(app, own_seeds, now):
    load(own_seeds, now=now, demo=False)
    file = own_seeds / "parameters.json"
    values = json.loads(file.read_text("utf-8"))
    values["gates"]["least_grade"] = "4A"
    file.write_text(json.dumps(values), "utf-8")
    assert load(own_seeds, now=now, demo=False)["parameters"] == 1
    assert db.session.scalar(select(func.count()).select_from(Parameters)) == 2
    assert (parameters.in_force().version, parameters.in_force().gates.least_grade) == (2, "4A")
    assert parameters.in_force(1).gates.least_grade == "3A"


def test_without_the_demo_there_are_services_to_ask_for_but_nobody_listed(app, now):
    changed = load(now=now, demo=False)
    assert changed["categories"] > 130
    assert db.session.scalar(select(func.count(Organisation.id))) == 0


def test_a_visitor_loads_nothing(app, now):
    with pytest.raises(Forbidden):
        load(now=now, by=VISITOR)
    assert db.session.scalar(select(func.count(Category.id))) == 0


def test_a_broken_seed_file_leaves_everything_as_it_was(app, own_seeds, now):
    (own_seeds / "lexicon.csv").write_text("category,word,weight,negative_context\nP-001,停车,2.5,\n", "utf-8")
    with pytest.raises(Exception, match="ck_lexicon_word_weight"):
        load(own_seeds, now=now)
    assert db.session.scalar(select(func.count(Category.id))) == 0
