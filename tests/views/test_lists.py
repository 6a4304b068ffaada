import io
import os
import time
import zipfile

import pytest
from flask import g
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.exchange import waiting
from directory.forms.lists import LARGEST
from directory.models.organisation import Fact, Organisation
from directory.rules.roles import Role
from tests import factories
from tests.factories import code
from tests.views.conftest import sign_in, token
from tests.views.page import Page

HEADER = "统一社会信用代码,事实,内容,起,止,来源\n"
GOOD = f"{code(1)},评估等级,4A,2024-11-16,2029-11-15,公告\n"
BAD = f"{code(1)},评估等级,9A,2023-11-16,2029-11-15,公告\n"


@pytest.fixture
def officer(app, client):
    """A client signed in as a district officer; an organisation without facts is known."""
    with transaction():
        factories.taxonomy()
        factories.organisation(1, facts=())
        sign_in(client, factories.account(Role.DISTRICT))
    return client


def send(client, text, *, kind="facts", name="list.csv", **changed):
    data = text.encode() if isinstance(text, str) else text
    form = {"csrf_token": token(client), "kind": kind, "file": (io.BytesIO(data), name)} | changed
    return client.post("/government/lists", data=form, content_type="multipart/form-data")


def look(client, text, **more):
    sent = send(client, text, **more)
    assert sent.status_code == 303, Page(sent).faults
    return sent.location, Page(client.get(sent.location))


def take(client, address, page, **changed):
    once = next(e.get("value") for e in page.all("input") if e.get("name") == "once")
    return client.post(address, data={"csrf_token": token(client), "once": once} | changed)


def facts():
    return db.session.scalar(select(func.count(Fact.id)))


def test_a_list_is_looked_at_before_it_is_taken(officer):
    address, page = look(officer, HEADER + GOOD + BAD)
    assert "新增 1 行，更改 0 行，0 行没有变化，1 行有问题" in page.text
    assert "评估等级只能是 1A、2A、3A、4A、5A" in page.text
    assert facts() == 0
    done = take(officer, address, page)
    assert done.status_code == 303
    assert facts() == 1
    assert "新增 1 行" in Page(officer.get(done.location)).text


def test_the_same_form_twice_acts_once(officer):
    address, page = look(officer, HEADER + GOOD)
    take(officer, address, page)
    again = take(officer, address, page)
    assert again.status_code == 404  # what was taken waits no more
    assert facts() == 1


def test_a_list_sent_again_and_its_old_form_replayed_is_refused(officer):
    address, page = look(officer, HEADER + GOOD)
    take(officer, address, page)
    assert look(officer, HEADER + GOOD)[0] == address
    assert take(officer, address, page).status_code == 409


def test_strict_takes_none_and_says_how_many_are_wrong(officer):
    address, page = look(officer, HEADER + GOOD + BAD)
    refused = Page(take(officer, address, page, strict="y"))
    assert refused.status == 422
    assert refused.faults == ["有 1 行有问题，所以一行也没收。改好再来，或者去掉这个勾。"]
    assert facts() == 0
    assert take(officer, address, refused).status_code == 303


def test_refused_rows_can_be_downloaded_and_hold_no_formula(officer):
    address, _ = look(officer, HEADER + BAD.replace("9A", "=1+1"))
    table = officer.get(f"{address}/refused")
    assert table.mimetype == "text/csv"
    assert "'=1+1" in table.data.decode("utf-8-sig")


def test_a_list_of_organisations_comes_in_too(officer):
    text = "统一社会信用代码,机构名称\n" + f"{code(2)},示例·新社\n"
    address, page = look(officer, text, kind="organisations")
    take(officer, address, page)
    assert db.session.scalar(select(Organisation.name).filter_by(uscc=code(2))) == "示例·新社"


@pytest.mark.parametrize("kind", ["organisations", "facts"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_templates_are_there_and_can_be_sent_back(officer, kind, ending):
    template = officer.get(f"/government/lists/template?kind={kind}&format={ending}")
    assert template.headers["Content-Disposition"] == f"attachment; filename={kind}.{ending}"
    _, page = look(officer, template.data, kind=kind, name=f"x.{ending}")
    assert "没有什么可收的" in page.text


@pytest.mark.parametrize("query", ["", "?kind=../../etc", "?kind=facts&format=exe"])
def test_there_is_no_other_template(officer, query):
    assert officer.get(f"/government/lists/template{query}").status_code == 404


def bomb():
    """A small file that unpacks to more than is read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (201 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "请选一个文件"),
        (b"\xd0\xcf\x11\xe0 old", "旧格式"),
        (b"PK\x03\x04 broken", "损坏"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "读不出文字"),
        ("机构,事实\n".encode(), "缺少这些列：统一社会信用代码、起、来源"),
        ((HEADER.strip() + ",手机\n").encode(), "不认识这些列：手机"),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason_and_kept_nowhere(officer, app, data, said):
    page = Page(send(officer, data))
    assert page.status == 422
    assert said in page.fault_beside("file")
    assert not app.config["WAITING_LISTS"].exists()


def test_a_file_that_unpacks_to_hundreds_of_megabytes_is_refused(officer):
    assert "太大" in Page(send(officer, bomb())).fault_beside("file")


def send_large(client, data):
    """By hand: the test client would leave a file open for so much."""
    fields = {"csrf_token": token(client), "kind": "facts"}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    head = '--x\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = "".join([*parts, head]).encode() + data + b"\r\n--x--\r\n"
    more = {"content_type": "multipart/form-data; boundary=x", "content_length": len(body)}
    return client.post("/government/lists", input_stream=io.BytesIO(body), **more)


def test_a_file_over_five_megabytes_is_refused_here_and_a_smaller_one_not(officer):
    padding = "长" * 3_000
    many = HEADER + "".join(GOOD.replace("公告", f"{n}{padding}") for n in range(LARGEST // 9150))
    assert 4_500_000 < len(many.encode()) < LARGEST
    assert send_large(officer, many.encode()).status_code == 303
    assert "超过 5 MB" in Page(send_large(officer, b"x" * (LARGEST + 1))).fault_beside("file")
    assert send_large(officer, b"x" * (LARGEST + 200_000)).status_code == 413


def test_other_pages_still_take_no_large_forms(officer):
    data = {"csrf_token": token(officer), "text": "长" * 300_000}
    assert officer.post("/match", data=data).status_code == 413


def test_without_a_kind_nothing_is_read(officer):
    page = Page(send(officer, HEADER + GOOD, kind="passwords"))
    assert page.status == 422
    assert page.faults


def test_another_officers_list_is_not_mine_and_no_name_leaves_the_folder(officer, app):
    address, _ = look(officer, HEADER + GOOD)
    with transaction():
        other = factories.account(Role.DISTRICT)
    second = app.test_client()
    sign_in(second, other)
    g.pop("_login_user")  # the test's own context outlives its requests
    assert second.get(address).status_code == 404
    for name in ("facts-../../directory.db", "facts-" + "0" * 32, "..%2f..%2fdirectory.db", "facts-" + "g" * 32):
        assert officer.get(f"/government/lists/{name}").status_code == 404


def test_what_waited_a_day_is_thrown_away(app, tmp_path):
    name = waiting.keep(tmp_path / "w", b"old", kind="facts", owner=1)
    old = tmp_path / "w" / f"1-{name}"
    os.utime(old, (time.time() - waiting.KEPT_SECONDS - 9,) * 2)
    waiting.keep(tmp_path / "w", b"new", kind="facts", owner=1)
    assert not old.exists()


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PUBLIC, Role.OPERATOR, Role.DISTRICT}])
def test_nobody_but_the_district_sees_or_sends_lists(app, client, role):
    with transaction():
        factories.taxonomy()
        of = {"organisation_id": factories.organisation(1).id} if role in {Role.OWNER, Role.EDITOR} else {}
        sign_in(client, factories.account(role, **of))
    for answer in (client.get("/government/lists"), send(client, HEADER), client.get("/government/lists/facts-0")):
        assert answer.status_code == 403


def test_a_visitor_is_shown_where_to_sign_in(client, app):
    with transaction():
        factories.taxonomy()
    answer = client.get("/government/lists")
    assert (answer.status_code, answer.location) == (302, "/account/sign-in?next=/government/lists")
    assert send(client, HEADER).status_code == 302


def test_a_list_of_four_thousand_rows_shows_the_first_and_counts_all(officer):
    many = HEADER + "".join(f"{code(1)},荣誉,荣誉{n},2024-01-01,,公告\n" for n in range(4_000))
    page = Page(officer.get(send_large(officer, many.encode()).location))
    assert "新增 4000 行" in page.text
    assert len(page.all("tr", inside="table")) == 51


def test_a_disk_that_takes_no_file_is_said_beside_the_field(app, officer, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_bytes(b"in the way")
    app.config["WAITING_LISTS"] = blocked
    page = Page(send(officer, HEADER + GOOD))
    assert page.status == 422
    assert "没有存下来" in page.fault_beside("file")
