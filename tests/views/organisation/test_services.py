import pytest
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.models.service import Service, ServiceVersion
from directory.models.taxonomy import Category
from directory.rules.lifecycle import VersionState
from tests import factories
from tests import factories_applications as made_of
from tests.factories import NOW, STREET

NEW = "/organisation/services/new"
SAID = {
    "category": "P-001",
    "name": "夜间停车协商",
    "description": "请居民坐下来商量。",
    "areas": [STREET],
    "groups": ["全体居民"],
    "price_low": "800",
    "price_high": "1,500 元",
    "price_unit": "每项目",
}


@pytest.fixture
def listed(home):
    """The address of a service that stands in the catalogue."""
    with transaction():
        return f"/organisation/services/{factories.entry(home).service_id}"


def begin(desk, **changed):
    return desk.post(NEW, **{**SAID, "once": desk.hidden(NEW, "once"), **changed})


def edit(desk, address, **changed):
    seen = desk.hidden(f"{address}/edit", "seen")
    return desk.post(f"{address}/edit", **{**SAID, "seen": seen, **changed})


def versions():
    db.session.rollback()
    query = select(ServiceVersion).order_by(ServiceVersion.service_id, ServiceVersion.number)
    return [(v.number, v.name, v.state.value) for v in db.session.scalars(query)]


def test_a_new_service_is_a_draft_of_its_own_organisation(editor):
    page = begin(editor)
    assert (page.status, page.title) == (200, "夜间停车协商")
    assert "申请入录" in page.text
    assert versions() == [(1, "夜间停车协商", "draft")]
    version = db.session.scalars(select(ServiceVersion)).one()
    assert (version.price_low, version.price_high, version.areas) == (800, 1500, [STREET])


def test_a_draft_is_nowhere_public(editor, client):
    begin(editor)
    service_id = db.session.scalars(select(Service.id)).one()
    assert client.get(f"/services/{service_id}").status_code == 404
    assert "夜间停车协商" not in client.get("/search?q=停车").text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 5000}, "name"),
        ({"description": ""}, "description"),
        ({"description": "长" * 10_001}, "description"),
        ({"areas": []}, "areas"),
        ({"areas": ["310105-99"]}, "areas"),
        ({"groups": ["外星人"]}, "groups"),
        ({"price_low": "很多"}, "price_low"),
        ({"price_low": "2000"}, "price_high"),
        ({"price_high": ""}, "price_high"),
        ({"price_low": "999999999"}, "price_low"),
        ({"category": ""}, "category"),
        ({"category": "SH-04"}, "category"),
        ({"category": "P-015"}, "category"),  # retired below
        ({"price_unit": "长" * 60}, "price_unit"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(editor, changed, field):
    with transaction():
        db.session.scalars(select(Category).filter_by(code="P-015")).one().retired_at = NOW
    page = begin(editor, **changed)
    assert page.status == 422
    assert f"#{field}" in [a.get("href") for a in page.all("a", inside="error-summary")]
    assert versions() == []


def test_a_form_sent_twice_begins_one_service(editor):
    once = editor.hidden(NEW, "once")
    assert begin(editor, once=once).status == 200
    assert begin(editor, once=once).status == 409
    for forged in ("", "x" * 65):
        assert begin(editor, once=forged).status == 409
    assert db.session.scalar(select(func.count(Service.id))) == 1


def test_the_public_version_stays_until_a_change_is_approved(editor, listed, client):
    public = listed.removeprefix("/organisation")
    page = edit(editor, listed, name="停车共治新办法")
    assert ["".join(d.itertext()) for d in page.all("del")][:1] == ["停车共治"]
    assert "停车共治新办法" in "".join(page.all("ins")[0].itertext())
    assert "停车共治新办法" in editor.get(f"{listed}/send").text
    assert "已送审" in editor.post(f"{listed}/send").text
    assert "停车共治新办法" not in client.get(public).text
    assert versions() == [(1, "停车共治", "approved"), (2, "停车共治新办法", "waiting")]


def test_what_waits_cannot_be_edited_but_taken_back(editor, listed):
    seen = editor.hidden(f"{listed}/edit", "seen")
    edit(editor, listed, name="新办法")
    editor.post(f"{listed}/send")
    assert editor.get(f"{listed}/edit").status == 409
    assert editor.post(f"{listed}/edit", **{**SAID, "seen": seen}).status == 409
    assert editor.post(f"{listed}/send").status == 409
    assert "修改内容" not in editor.get(listed).text
    assert "已撤回送审" in editor.post(f"{listed}/recall").text
    assert editor.post(f"{listed}/recall").status == 409
    assert edit(editor, listed, name="更新的办法").status == 200
    assert versions()[-1] == (2, "更新的办法", "draft")


def test_the_reason_of_a_return_is_shown(editor, home, listed):
    with transaction():
        service = db.session.get_one(Service, int(listed.rsplit("/", 1)[-1]))
        made_of.pending(service, name="新办法", state=VersionState.RETURNED, reason="请写明时间")
    assert "请写明时间" in editor.get(listed).text
    assert "请写明时间" in editor.get("/organisation").text


def test_of_two_who_edit_at_once_the_second_sees_what_the_first_wrote(editor, owner, listed):
    seen = editor.hidden(f"{listed}/edit", "seen")
    edit(owner, listed, name="负责人写的")
    page = editor.post(f"{listed}/edit", **{**SAID, "seen": seen, "name": "编辑写的"})
    assert page.status == 409
    assert "负责人写的" in ["".join(d.itertext()) for d in page.all("del")]
    assert versions()[-1] == (2, "负责人写的", "draft")


def test_the_category_of_an_approved_service_is_not_asked(editor, listed):
    assert not [e for e in editor.get(f"{listed}/edit").all("select") if e.get("name") == "category"]
    edit(editor, listed, category="P-015")
    assert db.session.scalars(select(Category.code).join(Service, Service.category_id == Category.id)).one() == "P-001"


@pytest.mark.parametrize(("given", "kept"), [("0", 0), ("12", 12), ("", None), (" 3 ", 3)])
def test_free_capacity_is_public_at_once(editor, listed, given, kept):
    page = editor.post(f"{listed}/capacity", capacity=given)
    assert page.status == 200
    db.session.rollback()
    assert db.session.scalars(select(Service.capacity)).one() == kept


@pytest.mark.parametrize("given", ["-1", "1.5", "很多", "1e5", "9999999999", "٣"])
def test_a_wrong_capacity_is_refused(editor, listed, given):
    page = editor.post(f"{listed}/capacity", capacity=given)
    assert page.status == 422
    assert page.fault_beside("capacity")
    assert db.session.scalars(select(Service.capacity)).one() == 3


def test_nothing_is_sent_where_nothing_changed(editor, listed):
    assert editor.get(f"{listed}/send").status == 409
    assert editor.post(f"{listed}/send").status == 409
    assert (
        "没有变"
        in edit(
            editor,
            listed,
            name="停车共治",
            description=db_description(),
            price_low="1000",
            price_high="2000",
            groups=[],
        ).text
    )


def db_description():
    return db.session.scalars(select(ServiceVersion.description)).one()
