import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.models.audit import AuditEvent
from directory.models.taxonomy import Category
from directory.rules.roles import Role
from tests import factories
from tests.factories_rules import queries
from tests.views.conftest import sign_in, token
from tests.views.page import Page, said

HOME = "/government/categories"


@pytest.fixture
def officer(app, client):
    with transaction():
        factories.taxonomy()
        factories.entry(factories.organisation(1), "P-015")
        db.session.add(Category(code="SH-05", level=1, name="社区安全", position=1))
        sign_in(client, factories.account(Role.DISTRICT))
    return client


def values(page):
    """What the form on a page would send."""
    found = {e.get("name"): e.get("value") or "" for e in page.all("input", inside="panel-form") if e.get("name")}
    found = {n: v for n, v in found.items() if n != "others"}
    found |= {e.get("name"): (e.text or "").lstrip("\n") for e in page.all("textarea", inside="panel-form")}
    for select_ in page.all("select", inside="panel-form"):
        chosen = [o for o in select_.iter("option") if o.get("selected") is not None] or list(select_.iter("option"))[
            :1
        ]
        found[select_.get("name")] = chosen[0].get("value") if chosen else ""
    found["others"] = [
        e.get("value") for e in page.all("input") if e.get("name") == "others" and e.get("checked") is not None
    ]
    return found


def read(client, address):
    page = Page(client.get(address))
    assert page.status == 200
    return page


def send(client, address, page, **changed):
    return client.post(address, data=values(page) | {"csrf_token": token(client)} | changed)


def name_of(code):
    return db.session.scalar(select(Category.name).filter_by(code=code))


def test_the_tree_leads_to_every_category(officer):
    page = read(officer, HOME)
    assert page.link("停车管理", inside="tree-services") == f"{HOME}/P-001"
    assert [said(e) for e in page.all("a") if e.get("aria-current")] == ["服务分类"]


def test_a_change_is_looked_at_then_saved_with_its_reason(officer):
    page = read(officer, f"{HOME}/P-001")
    looked = Page(send(officer, f"{HOME}/P-001", page, name="停车共治", preview="1"))
    assert "停车管理" in said(looked.one("del"))
    assert said(looked.one("ins")) == "停车共治"
    assert name_of("P-001") == "停车管理"
    refused = Page(send(officer, f"{HOME}/P-001", looked, save="1"))
    assert (refused.status, len(refused.faults)) == (422, 1)
    done = send(officer, f"{HOME}/P-001", looked, save="1", reason="统一叫法")
    assert done.status_code == 303
    assert name_of("P-001") == "停车共治"


def test_a_form_sent_back_as_it_was_changes_nothing(officer):
    page = read(officer, f"{HOME}/P-024")
    assert "没有要保存的" in Page(send(officer, f"{HOME}/P-024", page, preview="1")).text
    send(officer, f"{HOME}/P-024", page, save="1", reason="没改")
    assert db.session.scalar(select(AuditEvent.id).filter(AuditEvent.event.like("category:%"))) is None


def test_a_field_can_be_renamed(officer):
    page = read(officer, f"{HOME}/SH-04")
    assert send(officer, f"{HOME}/SH-04", page, name="社区共治", save="1", reason="改名").status_code == 303
    assert name_of("SH-04") == "社区共治"


def test_a_new_category_is_made_once(officer):
    page = read(officer, f"{HOME}/new?field=SH-05")
    assert values(page)["field"] == "SH-05"
    sent = {"name": "充电管理", "reason": "新需求", "save": "1"}
    assert send(officer, f"{HOME}/new", page, **sent).location.endswith("/P-025")
    assert send(officer, f"{HOME}/new", page, **sent | {"name": "另一类"}).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"price_low": "九"}, "price_low"),
        ({"price_low": "9"}, "price_high"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(officer, wrong, field):
    page = read(officer, f"{HOME}/new")
    sent = {"name": "充电管理", "reason": "新需求", "description": "我写的"} | wrong
    refused = Page(send(officer, f"{HOME}/new", page, **sent))
    assert refused.status == 422
    assert refused.fault_beside(field)
    assert "我写的" in values(refused)["description"]


@pytest.mark.parametrize("solver", ["wizard", "", "provider' OR 1=1"])
def test_a_solver_there_is_not_is_refused(officer, solver):
    page = read(officer, f"{HOME}/P-001")
    assert send(officer, f"{HOME}/P-001", page, solver=solver, save="1", reason="x").status_code == 422


def test_merging_says_how_many_go_where_before_it_is_done(officer):
    address = f"{HOME}/P-015/merge"
    page = read(officer, address)
    looked = Page(send(officer, address, page, target="P-001", preview="1"))
    assert "1 项服务将归入“停车管理”。" in looked.text
    assert values(looked)["target"] == "P-001"
    assert send(officer, address, looked, save="1", reason="重复").status_code == 303
    public = Page(officer.get("/categories/P-015"))
    assert "不再使用" in public.text
    assert public.link("停车管理") == "/categories/P-001"
    assert "P-015" not in Page(officer.get("/categories")).text
    assert send(officer, address, looked, save="1", reason="再来").status_code == 409


def test_what_holds_services_says_it_cannot_be_retired_and_what_to_do(officer):
    page = read(officer, f"{HOME}/P-015/retire")
    assert "现在不能停用" in page.text
    assert page.link("并入另一类") == f"{HOME}/P-015/merge"


def test_an_empty_category_is_retired_and_listed_as_such(officer):
    page = read(officer, f"{HOME}/P-001/retire")
    assert send(officer, f"{HOME}/P-001/retire", page, save="1", reason="不再购买").status_code == 303
    assert "停车管理" in said(read(officer, HOME).one("table"))
    assert "已经停用" in read(officer, f"{HOME}/P-001").text


def test_a_category_is_moved(officer):
    page = read(officer, f"{HOME}/P-001/move")
    assert send(officer, f"{HOME}/P-001/move", page, target="SH-05", save="1", reason="归口").status_code == 303
    assert send(officer, f"{HOME}/P-001/move", page, target="P-015", save="1", reason="x").status_code == 422


def test_a_change_somebody_made_meanwhile_is_not_overwritten(officer):
    first, second = read(officer, f"{HOME}/P-001"), read(officer, f"{HOME}/P-001")
    send(officer, f"{HOME}/P-001", first, name="先改", save="1", reason="先")
    assert send(officer, f"{HOME}/P-001", second, name="后改", save="1", reason="后").status_code == 409
    assert name_of("P-001") == "先改"


@pytest.mark.parametrize("address", ["/P-999", "/P-001/abolish", "/P-999/merge", "/%00"])
def test_there_is_nothing_else(officer, address):
    assert officer.get(HOME + address).status_code == 404


def test_the_pages_take_few_queries(officer):
    with transaction():
        parent = db.session.scalar(select(Category.id).filter_by(code="SH-05"))
        for number in range(100, 160):
            db.session.add(Category(code=f"P-{number}", level=2, parent_id=parent, name=f"类{number}"))
    for address in (HOME, f"{HOME}/P-001", f"{HOME}/P-015/merge"):
        with queries() as seen:
            read(officer, address)
        assert len(seen) < 16, address


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PUBLIC, Role.OPERATOR, Role.DISTRICT}])
def test_nobody_but_the_district_comes_in(app, client, role):
    with transaction():
        factories.taxonomy()
        of = {"organisation_id": factories.organisation(1).id} if role in {Role.OWNER, Role.EDITOR} else {}
        sign_in(client, factories.account(role, **of))
    for address in (HOME, f"{HOME}/new", f"{HOME}/P-001", f"{HOME}/P-001/merge"):
        assert client.get(address).status_code == 403
        if address != HOME:
            assert client.post(address, data={"csrf_token": token(client)}).status_code == 403
