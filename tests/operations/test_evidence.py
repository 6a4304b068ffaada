import hashlib

import pytest
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid, NotFound
from directory.models.evidence import Evidence
from directory.operations import evidence
from directory.policy import VISITOR
from directory.rules.lifecycle import ApplicationState, SheetState
from directory.rules.roles import Role
from tests import factories
from tests import factories_applications as made_of
from tests.factories import NOW, OTHER_STREET, STREET
from tests.factories_applications import JPEG, PDF, PNG


@pytest.fixture
def home(app):
    factories.taxonomy()
    return factories.organisation(area_code=STREET)


@pytest.fixture
def owner(home):
    return factories.actor(Role.OWNER, organisation_id=home.id)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "evidence"


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(("content", "kind"), [(PDF, "pdf"), (JPEG, "jpeg"), (PNG, "png")])
def test_a_file_is_kept_under_its_digest_and_read_back(home, owner, folder, content, kind):
    kept = evidence.keep(content, "等级证书.exe", home, folder=folder, by=owner, now=NOW)
    assert (kept.kind, kept.size, kept.digest) == (kind, len(content), hashlib.sha256(content).hexdigest())
    assert evidence.read(kept, folder=folder) == content
    assert [path.name for path in files_in(folder)] == [kept.digest]


@pytest.mark.parametrize(
    ("given", "kept_as"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\windows\\..\\证书.html", "证书.pdf"),
        ("证书.pdf.html", "证书.pdf.pdf"),
        ("a\r\nX-Evil: 1.pdf", "a X-Evil: 1.pdf"),
        ("小王13800138000.pdf", "小王［手机号］.pdf"),
        ("", "evidence.pdf"),
        ("...", "evidence.pdf"),
        (".htaccess", "evidence.pdf"),
        ("长" * 5000 + ".pdf", "长" * 120 + ".pdf"),
        ("a\0b\u202egpj.pdf", "abgpj.pdf"),
    ],
)
def test_a_name_leads_nowhere_and_ends_as_the_content_is(home, owner, folder, given, kept_as):
    kept = evidence.keep(PDF, given, home, folder=folder, by=owner, now=NOW)
    assert kept.name == kept_as
    assert files_in(folder.parent / "evidence") == [evidence.place(folder, kept.digest)]


def test_what_is_no_such_file_leaves_nothing(home, owner, folder):
    with pytest.raises(Invalid):
        evidence.keep(b"<script>", "a.pdf", home, folder=folder, by=owner, now=NOW)
    assert files_in(folder) == []
    assert db.session.scalar(select(func.count(Evidence.id))) == 0


def test_nothing_leads_to_the_file_of_a_transaction_that_failed(home, owner, folder):
    db.session.commit()

    def fail():
        with transaction():
            evidence.keep(PDF, "a.pdf", home, folder=folder, by=owner, now=NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert db.session.scalar(select(func.count(Evidence.id))) == 0


def test_a_folder_that_cannot_be_written_is_said_and_leaves_nothing(home, owner, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_bytes(b"in the way")
    with pytest.raises(Invalid) as refused:
        evidence.keep(PDF, "a.pdf", home, folder=blocked, by=owner, now=NOW)
    assert (refused.value.field, refused.value.rule) == ("file", "not_stored")
    assert blocked.read_bytes() == b"in the way"


def test_a_file_that_was_changed_on_disk_is_not_handed_out(home, owner, folder):
    kept = evidence.keep(PDF, "a.pdf", home, folder=folder, by=owner, now=NOW)
    evidence.place(folder, kept.digest).write_bytes(PDF + b"!")
    with pytest.raises(NotFound):
        evidence.read(kept, folder=folder)
    evidence.place(folder, kept.digest).unlink()
    with pytest.raises(NotFound):
        evidence.read(kept, folder=folder)


def test_only_those_who_may_read_the_record_see_its_files(home, owner):
    kept = made_of.evidence(home)
    editor = factories.actor(Role.EDITOR, organisation_id=home.id)
    allowed = (owner, editor, *map(factories.actor, (Role.STREET, Role.DISTRICT, Role.AUDITOR)))
    assert [evidence.get(kept.id, by=actor) for actor in allowed] == [kept] * 5
    other = factories.organisation(2)
    refused = (
        VISITOR,
        factories.actor(Role.OWNER, organisation_id=other.id),
        factories.actor(Role.STREET, area_code=OTHER_STREET),
        *map(factories.actor, (Role.NEIGHBOURHOOD, Role.ASSESSOR, Role.LEAD)),
    )
    for actor in refused:
        with pytest.raises(Forbidden):
            evidence.get(kept.id, by=actor)
    with pytest.raises(NotFound):
        evidence.get(99, by=owner)


def test_an_assessor_sees_them_while_the_sheet_is_open(home):
    kept = made_of.evidence(home)
    assessor = factories.actor(Role.ASSESSOR)
    elsewhere = made_of.application(made_of.offer(factories.organisation(2)))
    made_of.sheet(elsewhere, assessor.id)
    application = made_of.application(made_of.offer(home), state=ApplicationState.ASSESSING)
    sheet = made_of.sheet(application, assessor.id, SheetState.ASSIGNED)
    with pytest.raises(Forbidden):  # not before conflicts were declared
        evidence.get(kept.id, by=assessor)
    sheet.state, sheet.declared_at = SheetState.OPEN, NOW
    db.session.flush()
    assert evidence.get(kept.id, by=assessor) is kept
    with pytest.raises(Forbidden):
        evidence.get(kept.id, by=factories.actor(Role.ASSESSOR))
    application.state = ApplicationState.WITHDRAWN  # the sheet stays open for good, what it was for is over
    db.session.flush()
    with pytest.raises(Forbidden):
        evidence.get(kept.id, by=assessor)


def test_files_are_listed_for_those_who_may_open_them_only(home, owner):
    older, newer = made_of.evidence(home), made_of.evidence(home)
    made_of.evidence(factories.organisation(2))
    assert list(evidence.open_to(owner, home).values()) == [newer, older]
    assert evidence.open_to(factories.actor(Role.LEAD), home) == {}


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("见证明材料 7 号第 3 页", [("见", None), ("证明材料 7 号", "seven"), ("第 3 页", None)]),
        ("证明材料7号；证明材料 7 号", [("证明材料7号", "seven"), ("；", None), ("证明材料 7 号", "seven")]),
        ("证明材料 8 号", [("证明材料 8 号", None)]),
        ("证明材料 77 号", [("证明材料 77 号", None)]),
        (f"证明材料 {'9' * 5000} 号", [(f"证明材料 {'9' * 5000} 号", None)]),
        ("材料第 3 页", [("材料第 3 页", None)]),
        ("", []),
    ],
)
def test_a_text_is_cut_where_it_names_a_known_file(text, cut):
    assert evidence.pieces(text, {7: "seven"}) == cut


def test_a_reference_is_found_again_in_the_text_that_holds_it(home):
    kept = made_of.evidence(home)
    assert evidence.pieces(evidence.reference(kept), {kept.id: kept}) == [(evidence.reference(kept), kept)]
