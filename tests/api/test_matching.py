"""POST /api/v1/match and GET /api/v1/match/<run_id>."""

import json

import pytest

from directory.db import db
from directory.models.match import MatchRun
from directory.models.question import Question

PARKING = "楼下天天抢车位，有人拿地锁占位子"


@pytest.fixture
def ask(visitor):
    def match(**need):
        response = visitor.post("/api/v1/match", json=need)
        assert response.status_code == 200, response.text
        return response.json

    return match


def test_a_need_is_answered_in_the_shape_that_was_promised(ask):
    answer = ask(text=PARKING)
    assert {"run_id", "route", "categories", "matches", "excluded", "stale"} <= set(answer)
    assert set(answer["route"]) >= {"kind", "authority", "phone"}
    assert set(answer["categories"][0]) == {"code", "name", "probability", "words"}
    assert answer["categories"][0]["code"] == "P-001"
    assert answer["categories"][0]["name"] == "停车管理"
    assert answer["stale"] is False
    assert answer["matches"] + answer["excluded"]
    for match in answer["matches"]:
        assert {"service_id", "service", "organisation", "category", "score", "reasons"} <= set(match)
        assert all(set(reason) == {"criterion", "points", "weight", "facts"} for reason in match["reasons"])
    for excluded in answer["excluded"]:
        assert {"service_id", "organisation", "reasons"} <= set(excluded)
        assert excluded["reasons"]


def test_the_best_come_first_and_their_reasons_add_up(ask):
    matches = ask(text=PARKING)["matches"]
    scores = [match["score"] for match in matches]
    assert scores == sorted(scores, reverse=True)
    for match in matches:
        weights = sum(reason["weight"] for reason in match["reasons"])
        points = sum(reason["points"] * reason["weight"] for reason in match["reasons"])
        assert match["score"] == pytest.approx(points / weights, abs=1e-4)


def test_the_answer_is_kept(ask, visitor):
    answer = ask(text=PARKING, area="310105-05", groups=["老年人"], budget=20000)
    assert visitor.get(f"/api/v1/match/{answer['run_id']}").json == answer


def test_the_command_line_tells_the_same(ask, catalogue, visitor):
    told = catalogue.test_cli_runner().invoke(args=["match", PARKING, "--format", "json"])
    assert told.exit_code == 0, told.output
    said, answer = json.loads(told.output), ask(text=PARKING)
    assert {**said, "run_id": ""} == {**answer, "run_id": ""}
    assert visitor.get(f"/api/v1/match/{said['run_id']}").json == said


def test_a_chosen_category_is_taken_instead_of_the_guess(ask):
    answer = ask(text=PARKING, category="P-061")
    assert answer["sure"] is True
    assert answer["categories"][0]["code"] == "P-061"


def test_every_provider_serves_the_area_asked_for_or_is_excluded(ask, visitor):
    answer = ask(text=PARKING, area="310105-05-01")
    for match in answer["matches"]:
        service = visitor.get(f"/api/v1/services/{match['service_id']}").json
        assert {"310105", "310105-05", "310105-05-01"} & set(service["areas"])


def test_personal_data_is_masked_before_it_is_kept(ask):
    answer = ask(text="楼下抢车位，打13812345678找我，沪A12345老占着")
    run = db.session.query(MatchRun).filter_by(public_id=answer["run_id"]).one()
    assert "13812345678" not in run.question.text
    assert "沪A12345" not in run.question.text


@pytest.mark.parametrize(
    "text",
    [
        "樓道堆雜物",
        "ｐａｒｋｉｎｇ　停车",
        "louxia tingche",
        "no place to park at night",
        "楼下parking好难",
        "<script>alert('停车')</script>",
        "'; DROP TABLE need; -- 停车",
        "{{ config }}停车${7*7}",
        "停\u0000车\u001b[31m\u202e",
        "😀停车😀",
        "停",
        "停车" * 500,
    ],
)
def test_any_text_with_words_is_answered_and_kept(ask, visitor, text):
    answer = ask(text=text)
    assert visitor.get(f"/api/v1/match/{answer['run_id']}").json == answer


REFUSED = [
    ({}, "text", "required"),
    ({"text": ""}, "text", "length"),
    ({"text": "停" * 1001}, "text", "length"),
    ({"text": "停" * 10_000}, "text", "length"),
    ({"text": " \t\n"}, "text", "empty"),
    ({"text": "😀"}, "text", "empty"),
    ({"text": "\u0000\u0001"}, "text", "empty"),
    ({"text": "！！！"}, "text", "empty"),
    ({"text": None}, "text", "null"),
    ({"text": 5}, "text", "type"),
    ({"text": ["停车"]}, "text", "type"),
    ({"text": {"a": "停车"}}, "text", "type"),
    ({"text": "停车", "area": "110101"}, "area", "unknown"),
    ({"text": "停车", "area": "新华路"}, "area", "pattern"),
    ({"text": "停车", "area": 310105}, "area", "type"),
    ({"text": "停车", "category": "P-999"}, "category", "unknown"),
    ({"text": "停车", "category": "SH-04"}, "category", "unknown"),
    ({"text": "停车", "category": "'; --"}, "category", "pattern"),
    ({"text": "停车", "groups": ["火星人"]}, "groups.0", "choice"),
    ({"text": "停车", "groups": ["老年人"] * 14}, "groups", "length"),
    ({"text": "停车", "groups": "老年人"}, "groups", "type"),
    ({"text": "停车", "budget": -1}, "budget", "range"),
    ({"text": "停车", "budget": 10**12}, "budget", "range"),
    ({"text": "停车", "budget": "100"}, "budget", "type"),
    ({"text": "停车", "budget": 1.5}, "budget", "type"),
    ({"text": "停车", "budget": True}, "budget", "type"),
    ({"text": "停车", "phone": "1"}, "phone", "unknown_field"),
    ([], "", "type"),
    ("停车", "", "type"),
    (1.5, "", "type"),
]


@pytest.mark.parametrize(
    ("need", "field", "rule"), REFUSED, ids=[f"{f}-{r}-{i}" for i, (_, f, r) in enumerate(REFUSED)]
)
def test_what_cannot_be_matched_is_refused_by_field_and_rule(visitor, refused, need, field, rule):
    assert refused(visitor.post("/api/v1/match", json=need), 422) == [(field, rule)]


def test_null_is_no_need(visitor, refused):
    answer = visitor.post("/api/v1/match", data=b"null", content_type="application/json")
    assert refused(answer, 422) == [("", "type")]


def test_a_refused_need_leaves_nothing_behind(visitor, refused):
    before = db.session.query(Question).count()
    refused(visitor.post("/api/v1/match", json={"text": "停车", "area": "110101"}), 422)
    assert db.session.query(Question).count() == before


def test_what_was_given_is_cut_before_it_is_sent_back(visitor, refused):
    answer = visitor.post("/api/v1/match", json={"text": "停" * 10_000})
    assert refused(answer, 422) == [("text", "length")]
    assert answer.json["errors"][0]["value"] == "停" * 100


def test_a_thousand_faults_are_not_all_told(visitor, refused):
    assert len(refused(visitor.post("/api/v1/match", json={f"f{i}": 1 for i in range(1000)}), 422)) == 20


BODIES = [
    ("empty", b"", "malformed_json"),
    ("cut off", b'{"text": "a', "malformed_json"),
    ("not a number", b'{"text": "aa", "budget": NaN}', "malformed_json"),
    ("infinity", b'{"text": "aa", "budget": -Infinity}', "malformed_json"),
    ("too many digits", b'{"text": "aa", "budget": ' + b"9" * 5000 + b"}", "malformed_json"),
    ("deep arrays", b"[" * 100_000, "malformed_json"),
    ("deep objects", b'{"text":' * 20_000 + b"1" + b"}" * 20_000, "malformed_json"),
    ("half a character", b'{"text": "\\ud800"}', "malformed_json"),
    ("GB18030", '{"text": "停车"}'.encode("gb18030"), "malformed_json"),
    ("UTF-16", '{"text": "停车"}'.encode("utf-16"), "malformed_json"),
    ("two values", b'{"text": "aa"} {}', "malformed_json"),
    ("a form", b"text=aa", "malformed_json"),
]


@pytest.mark.parametrize(("body", "rule"), [b[1:] for b in BODIES], ids=[b[0] for b in BODIES])
def test_a_body_that_is_no_json_is_a_400(visitor, refused, body, rule):
    answer = visitor.post("/api/v1/match", data=body, content_type="application/json")
    assert refused(answer, 400) == [("", rule)]


@pytest.mark.parametrize(
    "content_type",
    [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"],
)
def test_another_content_type_is_a_415(visitor, refused, content_type):
    answer = visitor.post("/api/v1/match", data=b'{"text": "aa"}', content_type=content_type)
    assert refused(answer, 415) == [("", "content_type")]


def test_a_body_past_the_limit_is_a_413(visitor, refused):
    answer = visitor.post("/api/v1/match", data=b" " * (256 * 1024 + 1), content_type="application/json")
    assert refused(answer, 413) == [("", "body_size")]


@pytest.mark.parametrize("run_id", ["nothing", "%00", "x" * 3000, "' OR 1=1 --", "%ff", "😀"])
def test_a_run_that_does_not_exist_is_a_404(visitor, refused, run_id):
    assert refused(visitor.get(f"/api/v1/match/{run_id}"), 404) == []
