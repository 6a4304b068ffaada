"""`directory match train`, `learn` and `withdraw`."""

import re

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.engine import model_in_force
from directory.models.learning import ConfirmedNeed
from tests import factories
from tests.cli.calling import call
from tests.operations.asking import ask
from tests.operations.teaching import count, events, taught_catalogue, train

HEADER = "id,text,category,route,organisation,confirmed_on\n"


@pytest.fixture
def instance(app, tmp_path):
    """A small catalogue that has learned nothing yet."""
    taught_catalogue()
    db.session.rollback()
    return tmp_path


def file(instance, *rows, header=HEADER):
    path = instance / "needs.csv"
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return str(path)


GOOD = (
    "A-1,橘子树倒了,P-015,provider,,2026-03-01",
    f"A-2,没地方停车,P-001,第三方,{factories.code(1)},",
)


def test_training_tells_the_model_what_it_learned_from_and_how_long_it_took(instance):
    result = call(instance, "match", "train")
    assert result.exit_code == 0
    assert re.fullmatch(r"model [0-9a-f]{16}: 0 confirmed needs, 15 sayings, \d+\.\d s\n", result.stdout)
    assert result.stdout.split()[1] == f"{model_in_force()}:"


def test_training_again_on_the_same_says_that_nothing_changed(instance):
    call(instance, "match", "train")
    result = call(instance, "match", "train")
    assert (result.exit_code, result.stdout.splitlines()[1:]) == (0, ["it was in force already"])
    assert len(events("model:train")) == 1


def test_training_removes_the_models_that_gave_no_answer_and_says_so(app, instance):
    used, _ = train(app)
    ask(app, "停车难")
    call(instance, "match", "learn", file(instance, GOOD[0]), "--source", "12345")
    idle = call(instance, "match", "train").stdout.split()[1].rstrip(":")
    call(instance, "match", "learn", file(instance, GOOD[1]), "--source", "12345")
    result = call(instance, "match", "train")
    assert f"removed model {idle}: no answer was given by it" in result.stdout.splitlines()
    db.session.rollback()
    assert {path.stem for path in (instance / "models").glob("*.npz")} == {used, model_in_force()}


def test_training_without_parameters_names_the_way_out(app, tmp_path):
    result = call(tmp_path, "match", "train")
    assert result.exit_code == 2
    assert "run `directory seed` first" in result.stderr


def test_needs_are_taken_and_a_worker_answers_by_them_once_they_are_learned(app, instance):
    result = call(instance, "match", "learn", file(instance, *GOOD), "--source", "12345")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "2 new, 0 changed, 0 as they were; train to learn from them\n"
    assert "2 confirmed needs" in call(instance, "match", "train").stdout
    answer = call(instance, "match", "没地方停车", "--format", "json")
    assert f'"model": "{model_in_force()}"' in answer.stdout


def test_the_same_file_again_changes_nothing(instance):
    call(instance, "match", "learn", file(instance, *GOOD), "--source", "12345")
    result = call(instance, "match", "learn", file(instance, *GOOD), "--source", "12345")
    assert result.stdout.startswith("0 new, 0 changed, 2 as they were")


BAD = ("A-3,,P-999,provider,,", "A-4,停车,P-001,provider,,昨天", "A-5,停车")


def test_rows_at_fault_are_named_by_line_and_the_others_taken(instance):
    result = call(instance, "match", "learn", file(instance, GOOD[0], *BAD, GOOD[1]), "--source", "12345")
    assert result.exit_code == 0
    assert result.stdout.startswith("2 new")
    told = result.stderr.splitlines()
    assert told[-1] == "4 faults"
    assert sorted(line.split(": ")[0] for line in told[:-1]) == ["line 3", "line 3", "line 4", "line 5"]
    assert "line 3: category P-999: 目录里没有这个类目" in told
    assert "line 4: confirmed_on 昨天: 日期要写成 2026-11-23" in told


@pytest.mark.parametrize("bad", BAD)
def test_strictly_one_row_at_fault_and_nothing_is_taken(instance, bad):
    result = call(instance, "match", "learn", file(instance, *GOOD, bad), "--source", "12345", "--strict")
    assert result.exit_code == 1
    assert result.stdout.startswith("0 new, 0 changed, 0 as they were")
    assert result.stderr.startswith("line 4: ")
    assert count(ConfirmedNeed) == 0


def test_strictly_a_file_without_fault_is_taken(instance):
    result = call(instance, "match", "learn", file(instance, *GOOD), "--source", "12345", "--strict")
    assert (result.exit_code, count(ConfirmedNeed)) == (0, 2)


@pytest.mark.parametrize(
    ("header", "said"),
    [("id,text\n", "no column category"), ("", "empty"), (f"colour,{HEADER}", "colour is not known")],
)
def test_a_file_of_another_shape_is_refused_in_one_line(instance, header, said):
    result = call(instance, "match", "learn", file(instance, header=header), "--source", "12345")
    assert result.exit_code == 2
    assert result.stderr.startswith("directory: needs.csv: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_told_of(instance):
    result = call(instance, "match", "learn", str(instance / "nowhere.csv"), "--source", "12345")
    assert result.exit_code == 2
    assert "No such file" in result.stderr


@pytest.mark.parametrize("words", [("learn", "x.csv"), ("learn", "--source", "x"), ("withdraw", "x"), ("withdraw",)])
def test_who_says_too_little_is_told_what_is_missing(instance, words):
    result = call(instance, "match", *words)
    assert result.exit_code == 2
    assert "Missing" in result.stderr


def test_a_source_has_a_name(instance):
    result = call(instance, "match", "learn", file(instance, *GOOD), "--source", " ")
    assert result.exit_code == 2
    assert result.stderr == "directory: say who kept these needs\n"
    assert count(ConfirmedNeed) == 0


def test_numbers_in_a_file_are_masked_before_anything_is_stored(instance):
    row = "A-9,没地方停车，打13812345678,P-001,,,"
    assert call(instance, "match", "learn", file(instance, row), "--source", "x").exit_code == 0
    (instance / "needs.csv").unlink()
    call(instance, "match", "train")
    db.session.rollback()
    assert [need.text for need in db.session.scalars(select(ConfirmedNeed))] == ["没地方停车，打［手机号］"]
    assert b"13812345678" not in b"".join(path.read_bytes() for path in instance.rglob("*") if path.is_file())


def test_all_that_a_source_confirmed_is_taken_back_and_forgotten_by_training(instance):
    clean = call(instance, "match", "train").stdout.split()[1]
    call(instance, "match", "learn", file(instance, *GOOD), "--source", "12345")
    assert call(instance, "match", "train").stdout.split()[1] != clean
    result = call(instance, "match", "withdraw", "12345", "--reason", "填错了类目")
    assert (result.exit_code, result.stdout) == (0, "2 needs withdrawn; train to forget them\n")
    assert events("need:withdraw") == ["填错了类目"]
    assert call(instance, "match", "train").stdout.split()[1] == clean
    assert call(instance, "audit", "verify").exit_code == 0


def test_of_a_source_that_said_nothing_nothing_is_taken_back(instance):
    result = call(instance, "match", "withdraw", "nobody", "--reason", "x")
    assert (result.exit_code, result.stdout) == (0, "0 needs withdrawn; train to forget them\n")


def test_an_empty_reason_is_refused(instance):
    with transaction():
        factories.confirmed("没地方停车")
    result = call(instance, "match", "withdraw", "12345", "--reason", " ")
    assert result.exit_code == 2
    assert result.stderr == "directory: this step says why\n"
    assert count(ConfirmedNeed, withdrawn_at=None) == 1


def test_an_answer_of_a_lost_model_says_which(app, instance):
    version, _ = train(app)
    (instance / "models" / f"{version}.npz").unlink()
    told = call(instance, "match", "没地方停车", "--format", "json").stdout
    assert f'"lost": "{version}"' in told
    assert '"model": null' in told
