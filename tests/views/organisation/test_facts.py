import io
import zipfile

import pytest
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.models.claimed import ClaimedFact
from directory.models.evidence import Evidence
from directory.models.organisation import Fact
from directory.rules import files
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ClaimedState
from directory.rules.roles import Role
from tests import factories_applications as made_of
from tests.factories_applications import JPEG, PDF, PNG

NEW = "/organisation/facts/new"
GRADE = {"kind": "grade", "value": "5A", "since": "2026-09-01", "until": "2031-08-31", "source": "等级证书（示例）"}


def propose(desk, content=PDF, name="证书.pdf", said=None, **changed):
    said = {**(said or GRADE), **changed}
    said.setdefault("once", desk.hidden(f"{NEW}?kind={said['kind']}", "once"))
    sent = {"csrf_token": desk.token(), **said}
    if content is not None:
        sent["file"] = (io.BytesIO(content), name)
    return desk.post(NEW, **sent)


def claims():
    db.session.rollback()
    return list(db.session.scalars(select(ClaimedFact).order_by(ClaimedFact.id)))


@pytest.mark.parametrize(
    ("content", "name", "type_"),
    [(PDF, "证书.pdf", "application/pdf"), (JPEG, "a.jpg", "image/jpeg"), (PNG, "b.png", "image/png")],
    ids=["pdf", "jpeg", "png"],
)
def test_a_fact_is_proposed_with_its_file_and_the_file_comes_back(editor, content, name, type_):
    page = propose(editor, content, name)
    assert (page.status, "已提交" in page.text) == (200, True)
    (claimed,) = claims()
    response = editor.open(page.link(name))
    assert (response.data, response.mimetype) == (content, type_)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Cache-Control"] == "private, no-store"
    assert claimed.evidence.name == name


@pytest.mark.parametrize(
    ("said", "value", "since", "until"),
    [
        ({"kind": "annual_check", "value": "passed", "since": "2025"}, "passed", "2025-01-01", "2025-12-31"),
        ({"kind": "staff", "value": "7", "since": "2026-03-01"}, "7", "2026-03-01", ""),
        ({"kind": "honour", "value": "先进（示例）", "since": "2024-02-29"}, "先进（示例）", "2024-02-29", ""),
        ({"kind": "penalty", "value": "minor", "since": "2024-02-29"}, "minor", "2024-02-29", ""),
        ({"kind": "registration", "since": "1999-05-04"}, "", "1999-05-04", ""),
    ],
)
def test_every_kind_has_a_form_of_its_own(owner, said, value, since, until):
    propose(owner, said=said, source="文件（示例）")
    (claimed,) = claims()
    assert (claimed.kind, claimed.value, str(claimed.since), str(claimed.until or "")) == (
        said["kind"],
        value,
        since,
        until,
    )


def zipped():
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        made.writestr("x.pdf", PDF)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (None, "", "请选择证明材料"),
        (b"", "空.pdf", "是空的"),
        (b"<!doctype html><script>alert(1)</script>", "证书.pdf", "不是 PDF"),
        (zipped(), "证书.pdf", "不是 PDF"),
        (PDF[:-10], "证书.pdf", "不完整"),
        (PNG[:40], "证书.png", "不完整"),
        (PDF + bytes(files.LARGEST + 1 - len(PDF)), "大.pdf", "10 MB"),
        (PDF + bytes(11 * 2**20), "更大.pdf", "10 MB"),
    ],
    ids=["none", "empty", "html", "zip", "cut pdf", "cut png", "over 10 MB", "11 MB"],
)
def test_a_file_that_proves_nothing_is_refused_and_what_was_typed_stays(editor, app, content, name, words):
    page = propose(editor, content, name)
    assert page.status == 422
    assert words in page.fault_beside("file")
    assert [e.get("value") for e in page.all("input") if e.get("name") == "source"] == ["等级证书（示例）"]
    assert claims() == []
    assert db.session.scalar(select(func.count(Evidence.id))) == 0
    folder = app.extensions["evidence_folder"]
    assert not folder.exists() or [path for path in folder.rglob("*") if path.is_file()] == []


def test_the_same_form_can_be_sent_again_after_it_was_refused(editor):
    once = editor.hidden(f"{NEW}?kind=grade", "once")
    assert propose(editor, b"<html>", once=once).status == 422
    assert propose(editor, once=once).status == 200
    assert len(claims()) == 1


def test_far_too_large_a_body_is_not_read(editor, client):
    page = propose(editor, PDF + bytes(25 * 2**20))
    assert page.status == 413
    assert "最多 10 MB" in page.text
    visitor = client.post(NEW, data={"file": (io.BytesIO(bytes(300 * 1024)), "a.pdf")})
    assert visitor.status_code == 413  # who is not signed in sends no more than with any form


def test_other_forms_keep_their_limit(editor):
    assert editor.status("/organisation/profile", summary="长" * 200_000) == 413


@pytest.mark.parametrize("name", ["../../../etc/passwd", "..\\..\\x.html", "/etc/passwd"])
def test_tricks_in_a_files_name_come_to_nothing(editor, app, name):
    page = propose(editor, PDF, name)
    assert page.status == 200
    (claimed,) = claims()
    assert not set(claimed.evidence.name) & set("/\\\r\n")
    assert claimed.evidence.name.endswith(".pdf")
    response = editor.open(f"/evidence/{claimed.evidence_id}")
    assert response.data == PDF
    inside = [p for p in app.extensions["evidence_folder"].rglob("*") if p.is_file()]
    assert [p.name for p in inside] == [claimed.evidence.digest]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"value": "6A"}, "value"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "明年"}, "until"),
        ({"since": "2026-02-30"}, "since"),
        ({"since": ""}, "since"),
        ({"source": ""}, "source"),
        ({"source": "长" * 5000}, "source"),
        ({"supersedes": "999"}, "supersedes"),
    ],
)
def test_a_wrong_value_is_named(editor, changed, field):
    page = propose(editor, **changed)
    assert page.status == 422
    assert len(page.faults) == 1
    assert field in {str(a.get("href")).removeprefix("#") for a in page.all("a", inside="error-summary")}
    assert claims() == []


@pytest.mark.parametrize("kind", ["abnormal_list", "evaluator", "x", "", "<b>"])
def test_what_is_not_its_to_say_has_no_form(editor, kind):
    assert editor.get(f"{NEW}?kind={kind}").status == (200 if kind == "" else 422)
    assert editor.post(NEW, kind=kind).status == 422


def test_a_form_sent_twice_proposes_once(editor):
    once = editor.hidden(f"{NEW}?kind=staff", "once")
    said = {"kind": "staff", "value": "7", "since": "2026-03-01", "source": "社保（示例）", "once": once}
    assert propose(editor, said=said).status == 200
    assert propose(editor, said=said, value="8").status == 409
    assert len(claims()) == 1


def test_a_fact_that_stands_can_be_put_right(editor, home):
    grade = db.session.scalars(select(Fact.id).filter_by(organisation_id=home.id, kind=FactKind.GRADE)).one()
    propose(editor, supersedes=str(grade))
    assert claims()[0].supersedes_id == grade


def test_what_waits_is_withdrawn_and_decisions_are_shown_with_their_reason(editor, home, now):
    with transaction():
        waiting = made_of.claimed(home).id
        made_of.claimed(home, value="3A", state=ClaimedState.REFUSED, reason="证书看不清", decided_at=now)
    page = editor.get("/organisation/facts")
    assert "证书看不清" in page.text
    assert len([b for b in page.all("button") if "撤回" in "".join(b.itertext())]) == 1
    assert "已撤回" in editor.post(f"/organisation/facts/{waiting}/withdraw").text
    assert editor.post(f"/organisation/facts/{waiting}/withdraw").status == 409


def test_evidence_is_for_those_who_may_see_it(editor, seat, stranger, client, home):
    propose(editor)
    address = f"/evidence/{claims()[0].evidence_id}"
    assert client.get(address).status_code == 302
    for role in (Role.DISTRICT, Role.STREET, Role.AUDITOR):
        assert seat(role).open(address).status_code == 200
    assessor = seat(Role.ASSESSOR)
    for desk in (stranger, assessor, seat(Role.LEAD), seat(Role.NEIGHBOURHOOD)):
        assert desk.open(address).status_code == 403
    assert editor.open("/evidence/999").status_code == 404
    assert editor.open(f"/evidence/{2**64}").status_code == 404
