import json

import pytest
from sqlalchemy import update

from directory.db import db, transaction
from directory.models.match import MatchLine
from directory.models.service import Entry
from tests import factories
from tests.cli.calling import call


@pytest.fixture
def instance(app, tmp_path):
    """Three parking services, and one whose organisation has no grade."""
    factories.catalogue()
    with transaction():
        ungraded = [fact for fact in factories.GOOD_STANDING if fact[0] != "grade"]
        factories.entry(factories.organisation(4, ungraded), name="停车共治第4号")
    return tmp_path


def asked(instance, *words):
    result = call(instance, "match", *words, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_answer_in_json_has_the_shape_that_was_promised(instance):
    told = asked(instance, "停车难", "--area", factories.STREET)
    assert {"run_id", "route", "categories", "matches", "excluded", "stale"} <= set(told)
    assert set(told["route"]) >= {"kind", "authority", "phone"}
    assert all({"code", "name", "probability", "words"} <= set(guess) for guess in told["categories"])
    for match in told["matches"]:
        assert {"service_id", "service", "organisation", "category", "score", "reasons"} <= set(match)
        assert all({"criterion", "points", "weight", "facts"} == set(reason) for reason in match["reasons"])
    assert all({"service_id", "organisation", "reasons"} <= set(item) for item in told["excluded"])
    assert (len(told["matches"]), len(told["excluded"]), told["stale"]) == (3, 1, False)
    assert told["excluded"][0]["reasons"][0]["code"] == "no_grade"


def test_an_answer_in_words_names_run_route_providers_and_who_was_left_out(instance):
    result = call(instance, "match", "停车难")
    assert result.exit_code == 0
    assert result.stdout.startswith("run ")
    assert "route: provider" in result.stdout
    assert "示例·邻里1社 · 停车共治第1号" in result.stdout
    assert "–  示例·邻里4社: no_grade" in result.stdout


def test_a_chosen_category_and_a_budget_count(instance):
    told = asked(instance, "帮帮我们", "--category", "P-001", "--budget", "500")
    assert [guess["code"] for guess in told["categories"]] == ["P-001"]
    (price,) = [reason for reason in told["matches"][0]["reasons"] if reason["criterion"] == "price"]
    assert price["facts"] == {"price_low": "1000", "budget": "500"}


def test_options_may_stand_before_the_text(instance):
    assert call(instance, "match", "--format", "json", "停车难").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("",), "the need has no words"),
        (("🙂",), "the need has no words"),
        (("停" * 10_000,), "at most 1000 characters"),
        (("停车难", "--area", "310105-99"), "no area 310105-99"),
        (("停车难", "--category", "P-999"), "no category P-999"),
        (("replay", "nowhere"), "no match run 'nowhere'"),
    ],
)
def test_what_cannot_be_answered_is_told_in_one_line_with_status_2(instance, words, said):
    result = call(instance, "match", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("directory: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize(
    "words", [(), ("停车", "--budget", "-1"), ("停车", "--budget", "x"), ("停车", "--format", "xml")]
)
def test_a_wrong_call_is_explained(instance, words):
    result = call(instance, "match", *words)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_without_seeds_the_way_out_is_said(app, tmp_path):
    result = call(tmp_path, "match", "停车难")
    assert result.exit_code == 2
    assert "run `directory seed` first" in result.stderr


def test_a_replay_says_that_nothing_changed(instance):
    run = asked(instance, "停车难")["run_id"]
    result = call(instance, "match", "replay", run)
    assert (result.exit_code, result.stdout) == (0, "the same answer\n")


def test_a_replay_says_what_changed_with_status_1(instance):
    run = asked(instance, "停车难")["run_id"]
    with transaction():
        factories.new_version(db.session.get(Entry, 1), name="停车共治新编")
    result = call(instance, "match", "replay", run)
    assert result.exit_code == 1
    assert "entry 1: " in result.stdout
    assert "→" in result.stdout


def test_a_replay_of_a_tampered_run_says_so(instance):
    run = asked(instance, "停车难")["run_id"]
    with transaction():
        db.session.execute(update(MatchLine).where(MatchLine.rank == 1).values(score=0.01))
    result = call(instance, "match", "replay", run)
    assert result.exit_code == 1
    assert result.stdout.startswith("the stored run was changed after it was written\n")


def test_personal_data_comes_back_masked(instance):
    public_id = asked(instance, "停车难，打13812345678找我")["run_id"]
    assert b"13812345678" not in b"".join(f.read_bytes() for f in instance.rglob("*") if f.is_file())
    assert call(instance, "match", "replay", public_id).exit_code == 0
