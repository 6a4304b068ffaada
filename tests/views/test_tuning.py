import pytest

from directory.db import transaction
from directory.operations import parameters
from directory.rules.roles import Role
from tests import factories
from tests.views.conftest import sign_in, token
from tests.views.page import Page, said

HOME = "/government/parameters"


@pytest.fixture
def officer(app, client):
    factories.catalogue(3)
    with transaction():
        sign_in(client, factories.account(Role.DISTRICT))
    return client


def values(page):
    found = {e.get("name"): e.get("value") or "" for e in page.all("input", inside="panel-form")}
    for select in page.all("select", inside="panel-form"):
        found[select.get("name")] = next(o.get("value") for o in select.iter("option") if o.get("selected") is not None)
    return found


def send(client, page, **changed):
    sent = {name.replace("__", "-"): value for name, value in changed.items()}
    return client.post(HOME, data=values(page) | {"csrf_token": token(client)} | sent)


def test_a_change_is_looked_at_with_its_effect_then_saved(officer):
    page = Page(officer.get(HOME))
    looked = Page(send(officer, page, gates__least_staff="7", preview="1"))
    assert "这次改动会暂停 3 项、恢复 0 项" in looked.text
    assert "示例·邻里1社" in looked.text
    assert (said(looked.one("del")), said(looked.one("ins"))) == ("2", "7")
    assert parameters.in_force().version == 1
    done = send(officer, looked, save="1", reason="只留有实力的")
    assert done.status_code == 303
    assert parameters.in_force().gates.least_staff == 7
    versions = Page(officer.get(done.location)).text
    assert "只留有实力的" in versions
    assert "最少专职人数" in versions


def test_the_numbers_of_work_and_its_reviews_are_set_on_the_same_page(officer):
    page = Page(officer.get(HOME))
    assert values(page)["contracting-shares"] == "30、40、30"
    changed = {"contracting__shares": "20、80", "reputation__least_reviews": "4", "periods__answer_days": "10"}
    looked = Page(send(officer, page, **changed, preview="1"))
    assert [said(e) for e in looked.all("ins")] == ["10", "20、80", "4"]
    assert send(officer, looked, save="1", reason="小项目分两步付").status_code == 303
    rules = parameters.in_force()
    assert (rules.contracting.shares, rules.reputation.least_reviews, rules.periods.answer_days) == ((20, 80), 4, 10)


def test_the_form_as_it_was_shown_changes_nothing(officer):
    page = Page(officer.get(HOME))
    assert "没有要保存的" in Page(send(officer, page, preview="1")).text
    assert send(officer, page, save="1", reason="没改").status_code == 422


@pytest.mark.parametrize(
    ("name", "value", "said_"),
    [
        ("gates__least_staff", "many", "“最少专职人数”要写整数，“many”不是。"),
        ("gates__least_staff", "1000", "“最少专职人数”不能是 1000，应当从 0 到 100。"),
        ("limits__confidence", "2", "“直接推荐要有的把握（0 到 1）”不能是 2，应当从 0 到 1。"),
        ("gates__least_grade", "9A", "“最低评估等级”只能从列表里选。"),
        (
            "contracting__shares",
            "30、40",
            "“各步付款占百分之几（几个数，用顿号隔开，合计 100）”加起来要正好是 100，现在是 70。",
        ),
        ("reputation__half_life_years", "0", "“评价过几年分量减半”不能是 0，应当从 0.25 到 50。"),
        ("reputation__least_reviews", "0", "“满几条评价才显示评分”不能是 0，应当从 1 到 100。"),
        ("periods__sealed_days", "两周", "“评价最多密封几天”要写整数，“两周”不是。"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(officer, name, value, said_):
    refused = Page(send(officer, Page(officer.get(HOME)), save="1", reason="x", **{name: value}))
    assert refused.status == 422
    assert refused.fault_beside(name.replace("__", "-")).endswith(said_)
    assert "".join(refused.faults) == said_
    if "grade" not in name:
        assert values(refused)[name.replace("__", "-")] == value


def test_saving_without_a_reason_is_refused(officer):
    refused = Page(send(officer, Page(officer.get(HOME)), gates__least_staff="3", save="1"))
    assert (refused.status, bool(refused.fault_beside("reason"))) == (422, True)


def test_who_comes_second_gets_told_and_nothing_is_overwritten(officer):
    first, second = Page(officer.get(HOME)), Page(officer.get(HOME))
    assert send(officer, first, gates__least_staff="3", save="1", reason="一").status_code == 303
    assert send(officer, second, gates__least_staff="4", save="1", reason="二").status_code == 409
    assert send(officer, first, gates__least_staff="3", save="1", reason="一").status_code == 409
    assert parameters.in_force().gates.least_staff == 3


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PUBLIC, Role.OPERATOR, Role.DISTRICT}])
def test_nobody_but_the_district_comes_in(app, client, role):
    factories.catalogue(1)
    with transaction():
        of = {"organisation_id": 1} if role in {Role.OWNER, Role.EDITOR} else {}
        sign_in(client, factories.account(role, **of))
    assert client.get(HOME).status_code == client.get(f"{HOME}/versions").status_code == 403
    assert client.post(HOME, data={"csrf_token": token(client)}).status_code == 403
