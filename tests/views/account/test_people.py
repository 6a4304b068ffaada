"""Asking people in, closing accounts, claims and notices, as a browser does it."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select

from directory import letters as written
from directory.db import db, transaction
from directory.models.account import Account, Claim, Enrolment
from directory.models.notice import Notice
from directory.operations import notices
from directory.rules.roles import Role
from directory.wording.notices import NOTICES
from tests import factories
from tests.views.account.coming_in import letters, send
from tests.views.conftest import sign_in
from tests.views.page import Page, said


@pytest.fixture
def people(app):
    """One account a role, by role."""
    with transaction():
        factories.taxonomy()
        ours = factories.organisation(1)
        made = {role: factories.account(role) for role in (Role.DISTRICT, Role.LEAD, Role.ASSESSOR, Role.AUDITOR)}
        made[Role.OWNER] = factories.account(Role.OWNER, organisation_id=ours.id)
        made[Role.EDITOR] = factories.account(Role.EDITOR, organisation_id=ours.id)
        factories.organisation(2)
    return made


def once(client, address):
    return next(e.get("value") for e in Page(client.get(address)).all("input") if e.get("name") == "once")


def test_an_invitation_goes_by_mail_and_a_form_sent_twice_sends_one(app, client, people):
    sign_in(client, people[Role.DISTRICT])
    data = {"email": "new@example.org", "role": "street", "area": factories.STREET}
    data["once"] = once(client, "/account/people/invite")
    assert send(client, "/account/people/invite", **data).status_code == 303
    assert send(client, "/account/people/invite", **data | {"email": "second@example.org"}).status_code == 409
    (letter,) = letters(app)
    address = re.search(r"http://127.0.0.1:5000(/account/enrol/\S+)", letter).group(1)
    assert Page(app.test_client().get(address)).title == "开通账号"
    assert "new@example.org" in Page(client.get("/account/people")).text
    enrolment = db.session.scalars(select(Enrolment)).one()
    assert send(client, f"/account/people/invitations/{enrolment.id}/withdraw").status_code == 303
    assert app.test_client().get(address).status_code == 404


@pytest.mark.parametrize(
    ("role", "data", "status"),
    [
        (Role.LEAD, {"role": "assessor"}, 303),
        (Role.LEAD, {"role": "district"}, 403),
        (Role.OWNER, {"role": "editor"}, 303),
        (Role.OWNER, {"role": "auditor"}, 403),
        (Role.DISTRICT, {"role": "street", "area": ""}, 422),
        (Role.DISTRICT, {"role": "owner"}, 422),
        (Role.DISTRICT, {"role": "nothing"}, 422),
        (Role.DISTRICT, {"role": "operator"}, 403),
        (Role.DISTRICT, {"email": "x\nBcc: y@example.org", "role": "auditor"}, 422),
        (Role.AUDITOR, {"role": "assessor"}, 403),
        (Role.EDITOR, {"role": "editor"}, 403),
    ],
)
def test_each_invites_whom_they_may(client, people, role, data, status):
    sign_in(client, people[role])
    answer = send(client, "/account/people/invite", **{"email": "new@example.org", "once": f"form {role}"} | data)
    assert answer.status_code == status
    assert (db.session.scalar(select(Enrolment.id)) is not None) is (status == 303)


def test_closing_asks_why_and_can_be_undone(client, people):
    editor = people[Role.EDITOR]
    sign_in(client, people[Role.OWNER])
    page = Page(client.get("/account/people"))
    address = page.link("停用")
    assert address == f"/account/people/{editor.id}/close"
    assert "请写明原因" in Page(send(client, address, reason=" ")).fault_beside("reason")
    assert send(client, address, reason="离职").status_code == 303
    assert send(client, address, reason="离职").status_code == 409
    assert not db.session.get(Account, editor.id, populate_existing=True).active
    assert send(client, f"/account/people/{editor.id}/reopen", reason="回来").status_code == 303
    for other in (people[Role.DISTRICT], people[Role.LEAD]):
        assert client.get(f"/account/people/{other.id}/close").status_code == 403
        assert send(client, f"/account/people/{other.id}/close", reason="x").status_code == 403
    assert client.get("/account/people/999/close").status_code == 404


def test_a_claim_from_the_form_to_the_invitation(app, client, people):
    visitor = app.test_client()
    data = {"uscc": factories.code(2), "name": "沈某", "email": "shen@example.org", "phone": "021-55550000"}
    data["once"] = once(visitor, "/account/claim")
    for wrong, field, words in (
        ({"uscc": factories.code(9)}, "uscc", "没有代码为"),
        ({"uscc": factories.code(1)}, "uscc", "已经有人在维护"),
        ({"uscc": "123"}, "uscc", "18 位"),
        ({"name": "长" * 99}, "name", "最多 40 个字"),
        ({"phone": "no"}, "phone", "不像电话号码"),
        ({"uscc": "长" * 20000}, "uscc", "18 位"),
    ):
        page = Page(send(visitor, "/account/claim", **data | wrong))
        assert page.status == 422
        assert words in page.fault_beside(field)
    assert send(visitor, "/account/claim", **data).status_code == 303
    assert send(visitor, "/account/claim", **data).status_code == 409
    sign_in(client, people[Role.DISTRICT])
    page = Page(client.get("/account/claims"))
    address = page.link("核实")
    assert "021-55550000" in Page(client.get(address)).text
    assert send(client, f"{address}/confirm").status_code == 303
    assert send(client, f"{address}/confirm").status_code == 409
    assert [text for text in letters(app) if "/account/enrol/" in text]
    enrolment = db.session.scalars(select(Enrolment)).one()
    assert (enrolment.role, enrolment.email) == (Role.OWNER, "shen@example.org")


def test_a_refused_claim_is_answered_with_its_reason(app, client, people):
    with transaction():
        claim = Claim(organisation_id=2, name="沈某", email="shen@example.org", created_at=factories.NOW)
        db.session.add(claim)
    sign_in(client, people[Role.DISTRICT])
    assert "请写明原因" in Page(send(client, f"/account/claims/{claim.id}/refuse", reason="")).fault_beside("reason")
    assert send(client, f"/account/claims/{claim.id}/refuse", reason="电话核实不上").status_code == 303
    assert "电话核实不上" in letters(app)[-1]


@pytest.mark.parametrize("role", [Role.LEAD, Role.AUDITOR, Role.OWNER])
def test_claims_are_for_the_district(client, people, role):
    sign_in(client, people[role])
    assert client.get("/account/claims").status_code == 403


def tell(account, kind="profile_due", times=1, **facts):
    with transaction():
        for _ in range(times):
            notices.tell([account.id], kind, link="/about", now=datetime.now(UTC), **facts)


def test_a_notice_is_read_by_following_it(client, people):
    tell(people[Role.OWNER])
    sign_in(client, people[Role.OWNER])
    page = Page(client.get("/account/notices"))
    assert said(page.one(kind="badge-count")).startswith("1")
    answer = client.get(page.link("请确认机构资料"))
    assert answer.headers["Location"] == "/about"
    page = Page(client.get("/account/notices"))
    assert page.all(kind="badge-count") == []
    assert page.all(kind="notices-new") == []


def test_notices_of_others_are_not_for_reading(client, people):
    tell(people[Role.OWNER])
    notice = db.session.scalars(select(Notice.id)).one()
    sign_in(client, people[Role.EDITOR])
    assert client.get(f"/account/notices/{notice}").status_code == 403
    assert client.get("/account/notices/999").status_code == 404
    assert "还没有通知" in Page(client.get("/account/notices")).text
    db.session.rollback()
    assert db.session.scalars(select(Notice.read_at)).one() is None


def test_unread_come_first_and_all_are_read_at_once(client, people):
    owner = people[Role.OWNER]
    tell(owner, times=25)
    sign_in(client, owner)
    first = Page(client.get("/account/notices"))
    assert len(first.all("li", inside="notices")) == 20
    client.get(f"/account/notices/{db.session.scalars(select(Notice.id).order_by(Notice.id.desc())).first()}")
    page = Page(client.get("/account/notices?page=2"))
    assert len(page.all(kind="notices-new")) == 4
    assert len(page.all("li", inside="notices")) == 5
    assert send(client, "/account/notices/read").status_code == 303
    assert Page(client.get("/account/notices")).all(kind="notices-new") == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_has_its_words_with_or_without_facts(client, people, language):
    owner = people[Role.OWNER]
    client.set_cookie("language", language)
    for kind in [*NOTICES, "something_new"]:
        tell(owner, kind)
        tell(
            owner,
            kind,
            service="“助餐”",
            organisation="示例·社",
            reason="grade_lapsed",
            until="2026-12-01",
            gate="grade",
        )
        tell(owner, kind, reason="100% 不行 %(service)s %s", until="soon", number="2026-1", fact="4A", note="<b>")
    sign_in(client, owner)
    for number in range(1, 6):
        page = Page(client.get(f"/account/notices?page={number}"))
        assert page.status == 200
        assert all(said(e) for e in page.all("a", inside="notices"))


def test_notices_are_mailed_once_after_the_commit_to_who_wants_mail(app, people):
    with transaction():
        db.session.get(Account, people[Role.EDITOR].id).mails = False
    with transaction():
        for role in (Role.OWNER, Role.EDITOR):
            notices.tell([people[role].id], "profile_due", link="/organisation", now=datetime.now(UTC))
    (letter,) = letters(app)
    assert re.search(r"http://127.0.0.1:5000/account/notices/\d+", letter)
    assert written.deliver(now=datetime.now(UTC)) == 0
    assert len(letters(app)) == 1


def test_a_mailbox_that_cannot_be_written_fails_no_deed_and_the_mail_waits(app, people, caplog):
    folder = app.extensions["post"].folder
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file stands where the folder should be")
    tell(people[Role.OWNER])
    assert "after-commit action failed" in caplog.text
    assert db.session.scalars(select(Notice.mailed_at)).one() is None
    folder.unlink()
    assert written.deliver(now=datetime.now(UTC)) == 1
    assert len(letters(app)) == 1


def test_the_pages_ask_as_often_for_many_as_for_few(client, people):
    district = people[Role.DISTRICT]
    sign_in(client, district)

    def asked(address):
        db.session.remove()
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        assert client.get(address).status_code == 200
        event.remove(db.engine, "before_cursor_execute", note)
        return len([statement for statement in statements if statement.startswith("SELECT")])

    addresses = ("/account/people", "/account/claims", "/account/notices")
    few = [asked(address) for address in addresses]
    with transaction():
        for number in range(3, 30):
            made = factories.organisation(number)
            factories.account(Role.OWNER, organisation_id=made.id)
            said_ = {"name": "沈", "email": "s@example.org", "created_at": factories.NOW}
            db.session.add(Claim(organisation_id=made.id, **said_))
            notices.tell([district.id], "claim_filed", link="/account/claims", now=factories.NOW)
    assert [asked(address) for address in addresses] == few
    assert max(few) < 12


def test_the_operator_invites_the_first_officer(app, runner):
    with transaction():
        factories.taxonomy()
    result = runner.invoke(args=["account", "invite", "First@Example.org", "--role", "district"])
    assert result.exit_code == 0, result.output
    address = result.output.strip().removeprefix("http://127.0.0.1:5000")
    assert "区级经办" in Page(app.test_client().get(address)).text
    with transaction():
        account = factories.account(Role.LEAD, email="lead@example.org")
        account.tf_totp_secret = "of a lost phone"  # noqa: S105 - of a test
    assert runner.invoke(args=["account", "drop-code", "lead@example.org", "--reason", "手机丢了"]).exit_code == 0
    assert runner.invoke(args=["account", "close", "LEAD@example.org", "--reason", "离职"]).exit_code == 0
    db.session.expire_all()
    assert (account.active, account.tf_totp_secret) == (False, None)
