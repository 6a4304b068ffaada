import pytest
from sqlalchemy import select, update

from directory.db import db, transaction
from directory.engine import Engine, model_in_force
from directory.errors import Forbidden
from directory.models.learning import TrainedModel
from directory.models.match import MatchRun
from directory.models.parameters import Parameters
from directory.models.service import Entry
from directory.operations import confirmations, learning, matches
from directory.operations.learning import Trained
from directory.policy import OPERATOR, VISITOR
from search.matching.examples import Learning
from search.matching.learned import NOBODY
from search.query import Need
from tests import factories
from tests.factories import NOW, PARAMETERS, SAYINGS, STREET
from tests.operations.asking import ask, entries, replayed, run_of
from tests.operations.teaching import confirm_many, count, events, file_of, restart, taught_catalogue, train

ORANGES = [
    f"{where}的橘子树{what}" for where in ("门口", "楼下", "草坪", "河边") for what in ("倒了", "病了", "没人剪")
]
ORANGE_NEED = "停一停，橘子树倒了"  # the catalogue knows only how to park


@pytest.fixture
def taught(app):
    """A small catalogue that has learned from its own sentences."""
    taught_catalogue()
    train(app)
    return app


def first_guess(run):
    return run.routing["categories"][0]["code"]


def test_a_model_is_a_file_by_its_version_and_a_row_that_puts_it_in_force(app):
    taught_catalogue()
    confirm_many(ORANGES, "P-015")
    version, changed = train(app)
    assert changed
    assert model_in_force() == version
    assert file_of(app, version).exists()
    row = db.session.scalars(select(TrainedModel)).one()
    assert (row.needs, row.sayings) == (12, sum(map(len, SAYINGS.values())))
    assert row.trust == pytest.approx(12 / (12 + Learning().half_trust))
    assert events("model:train") == ["12 needs, 15 sayings"]


def test_the_same_needs_give_the_same_model_and_nothing_is_put_in_force_again(taught):
    version = model_in_force()
    assert train(taught) == (version, False)
    assert count(TrainedModel) == 1
    assert len(events("model:train")) == 1


def test_a_worker_that_was_there_before_answers_by_a_new_model_at_its_next_question(taught):
    before = run_of(taught, ORANGE_NEED)
    assert first_guess(before) == "P-001"
    confirm_many(ORANGES, "P-015")
    version, changed = train(taught)
    after = run_of(taught, ORANGE_NEED)
    assert changed
    assert before.basis["model"] != version == after.basis["model"]
    assert first_guess(after) == "P-015"


def test_trained_but_not_put_in_force_a_model_changes_nothing(taught):
    version = model_in_force()
    confirm_many(ORANGES, "P-015")
    learning.train(taught.extensions["engine"].models, by=OPERATOR)
    assert run_of(taught, ORANGE_NEED).basis["model"] == version


def test_an_old_model_can_come_back(taught):
    version = model_in_force()
    needs = confirm_many(ORANGES, "P-015")
    train(taught)
    with transaction():
        confirmations.withdraw(source="12345", needs=needs, reason="误填", by=OPERATOR, now=NOW)
    assert train(taught) == (version, True)
    assert run_of(taught, ORANGE_NEED).basis["model"] == version


def test_who_solved_such_needs_before_comes_first(app):
    """Three parking services alike but for what was confirmed of the third."""
    *_, third = taught_catalogue()
    organisation = db.session.get(Entry, third).service.organisation_id
    before = run_of(app, "门口没地方停车")
    confirm_many([f"{n}号楼没地方停车" for n in range(40)], organisation_id=organisation)
    train(app)
    after = run_of(app, "门口没地方停车")
    assert after.lines[0].entry_id == third
    assert "affinity" in {reason["criterion"] for reason in after.lines[0].reasons}
    assert "affinity" not in {reason["criterion"] for reason in before.lines[0].reasons}


def test_a_proven_service_is_looked_at_even_when_others_fill_the_list(app):
    *_, last = taught_catalogue(6)
    with transaction():
        limits = PARAMETERS["limits"] | {"candidates": 2}
        db.session.add(Parameters(version=2, since=NOW, values=PARAMETERS | {"limits": limits}))
        db.session.get(Entry, last).assessed = 1
    assert (len(entries(run_of(app, "停车共治"))), last in entries(run_of(app, "停车共治"))) == (2, False)
    organisation = db.session.get(Entry, last).service.organisation_id
    confirm_many([f"{n}号楼没地方停车" for n in range(5)], organisation_id=organisation)
    train(app)
    assert last in entries(run_of(app, "停车共治"))


def test_a_run_made_before_retraining_is_repeated_by_the_model_it_was_made_with(taught):
    run = run_of(taught, ORANGE_NEED, area=STREET)
    confirm_many(ORANGES, "P-015")
    train(taught)
    assert replayed(taught, run) == []
    restart(taught)
    assert replayed(taught, run) == []


def test_a_run_made_before_anything_was_learned_is_repeated_without(app):
    taught_catalogue()
    run = run_of(app, ORANGE_NEED)
    assert run.basis["model"] is None
    confirm_many(ORANGES, "P-015")
    train(app)
    assert replayed(app, run) == []


def test_a_repetition_whose_model_is_gone_says_so(taught):
    run = run_of(taught, ORANGE_NEED)
    file_of(taught, run.basis["model"]).unlink()
    restart(taught)
    assert replayed(taught, run)[0] == f"model: {run.basis['model']} → None"


DAMAGES = {
    "deleted": lambda file: file.unlink(),
    "corrupted": lambda file: file.write_bytes(b"no model"),
    "cut off": lambda file: file.write_bytes(file.read_bytes()[:-100]),
}


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_without_its_model_an_answer_comes_from_the_catalogue_alone_and_says_so(taught, caplog, damage):
    version = model_in_force()
    DAMAGES[damage](file_of(taught, version))
    assert not learning.readable(taught.extensions["engine"].models)
    restart(taught)
    run = run_of(taught, "停车难")
    assert (run.basis["model"], run.basis["lost"]) == (None, version)
    assert len(entries(run)) == 3
    assert first_guess(run) == "P-001"
    assert f"model {version}" in caplog.text
    assert replayed(taught, run) == []


def test_with_its_model_an_answer_lost_nothing(taught):
    run = run_of(taught, "停车难")
    assert (run.basis["model"], run.basis["lost"]) == (model_in_force(), None)
    assert learning.readable(taught.extensions["engine"].models)


def test_training_again_mends_a_lost_model_also_for_workers_that_missed_it(taught):
    version = model_in_force()
    file_of(taught, version).unlink()
    restart(taught)
    assert run_of(taught, "停车难").basis["lost"] == version
    assert train(taught) == (version, False)
    assert run_of(taught, "停车难").basis["model"] == version


def test_where_nothing_was_trained_nothing_is_missing(app):
    taught_catalogue()
    assert learning.readable(app.extensions["engine"].models)
    assert run_of(app, "停车难").basis["lost"] is None


def weights(how=None):
    return [(each.category, each.weight) for each in learning.confirmed(how or Learning())]


def test_what_one_source_says_unchecked_of_one_service_counts_as_ten_needs_at_most(app):
    factories.catalogue()
    confirm_many([f"{n}号消防栓坏了" for n in range(200)], "P-015", source=STREET, checked=False)
    assert weights() == [("P-015", 10 / 200)] * 200


def test_the_limit_is_of_each_source_and_service_and_spares_what_was_checked(app):
    factories.catalogue()
    confirm_many(["甲", "乙", "丙", "丁"], "P-015", source=STREET, checked=False)
    confirm_many(["甲", "乙"], "P-001", source=STREET, checked=False)
    confirm_many(["甲"], "P-015", source="visitor", checked=False)
    confirm_many(["甲", "乙", "丙", "丁"], "P-015", source="archive")
    share = [("P-015", 0.5)] * 4 + [("P-001", 1.0)] * 2 + [("P-015", 1.0)] * 5
    assert weights(Learning(most_of_one=2.0)) == share


def test_an_example_says_field_solver_and_organisation_and_nothing_that_was_withdrawn(app):
    factories.catalogue(1)
    organisation = db.session.scalars(select(Entry)).one().service.organisation_id
    confirm_many(["车没处停"], route="property", organisation_id=organisation)
    confirm_many(["砖头没人清"], "P-015")
    confirm_many(["乱说的"], withdrawn_at=NOW, reason="误填")
    first, second = learning.confirmed(Learning())
    assert (first.text, first.category, first.field, first.route) == ("车没处停", "P-001", "SH-04", "property")
    assert (first.organisation, second.organisation, second.route) == (organisation, NOBODY, "")


def confirm_as_visitor(app, texts, category):
    """As many times somebody of one street says that what they asked is something else."""
    for text in texts:
        public_id = ask(app, text, area=STREET)
        with transaction():
            run = matches.get(public_id, by=VISITOR)
            confirmations.confirm(run, category=category, route=None, by=VISITOR, now=NOW)


def test_false_confirmations_are_bounded_and_once_withdrawn_leave_no_trace(taught):
    clean = model_in_force()
    sentences = [text for text in SAYINGS["P-024"] for _ in range(8)]
    confirm_as_visitor(taught, sentences, "P-001")
    poisoned, changed = train(taught)
    assert (changed, poisoned != clean) == (True, True)
    assert sum(weight for _, weight in weights()) == pytest.approx(Learning().most_of_one)
    assert db.session.scalars(select(TrainedModel.trust).order_by(TrainedModel.id.desc())).first() < 0.05
    with transaction():
        assert confirmations.withdraw(source=STREET, reason="乱填", by=OPERATOR, now=NOW) == len(sentences)
    assert train(taught) == (clean, True)


def test_models_that_neither_answer_nor_answered_are_forgotten(taught):
    folder = taught.extensions["engine"].models
    answered = model_in_force()
    run = run_of(taught, "停车难")
    confirm_many(["橘子树倒了"], "P-015")
    idle, _ = train(taught)
    confirm_many(["橘子树病了"], "P-015")
    latest, _ = train(taught)
    (folder / ".unfinished.npz").write_bytes(b"half")
    assert learning.forget_unused(folder) == [idle]
    assert sorted(file.name for file in folder.glob("[!.]*")) == sorted(f"{v}.npz" for v in (answered, latest))
    assert learning.forget_unused(folder) == []
    assert replayed(taught, run) == []
    with transaction():
        db.session.execute(update(MatchRun).values(basis=run.basis | {"model": None}))
    assert learning.forget_unused(folder) == [answered]


def test_where_no_model_was_ever_made_none_is_forgotten(app, tmp_path):
    assert learning.forget_unused(tmp_path / "nowhere") == []


def test_only_an_operator_trains(taught):
    with pytest.raises(Forbidden):
        learning.train(taught.extensions["engine"].models, by=VISITOR)
    with pytest.raises(Forbidden):
        learning.put_in_force(Trained("0" * 16, 0, 0, 0.0), by=VISITOR, now=NOW)


def test_two_workers_with_one_model_answer_alike(taught):
    engine = taught.extensions["engine"]
    other = Engine(engine.index, engine.models)
    replies = [matches.draft(Need("停车难"), by=VISITOR, now=NOW, engine=each).answers for each in (engine, other)]
    assert replies[0] == replies[1]
