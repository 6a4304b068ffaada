from datetime import timedelta

import pytest

from directory.db import db, transaction
from directory.models.invitation import Invitation
from directory.models.service import Entry
from directory.rules.lifecycle import EntryState
from directory.rules.work import InvitationState, NeedState
from tests.factories import NOW
from tests.operations.choosing import DEADLINE
from tests.views.choosing.conftest import Street, once
from tests.views.page import said

UNTIL = {"deadline": "2026-11-30", "hour": "18:00"}


@pytest.fixture
def form(street: Street):
    """Three on the shortlist, one of them outside the answer, and the form to ask them."""
    street.keep(0, 1, 4)
    clerk = street.clerk
    page = clerk.get(street.address("invite"))
    return clerk, page


def test_the_usual_deadline_stands_there(form):
    _, page = form
    values = {e.get("name"): e.get("value") for e in page.all("input")}
    assert (values["deadline"], values["hour"][:5]) == ("2026-11-30", "18:00")


def test_those_ticked_are_asked_until_then(street: Street, form):
    clerk, page = form
    sent = {
        **UNTIL,
        **once(page),
        "entries": [str(street.ids[0]), str(street.ids[4])],
        f"outside_{street.ids[4]}": "熟悉",
    }
    answer = clerk.post(street.address("invite"), **sent)
    assert answer.status == 200
    assert "已邀请 2 家" in answer.text
    assert "方案封着，2026年11月30日 18:00启封" in answer.text
    assert street.need.state is NeedState.SHORTLISTED
    assert clerk.status(street.address("invite"), **sent) == 409  # sent again
    assert db.session.query(Invitation).count() == 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"entries": []}, "请先勾选要邀请的机构"),
        ({"entries": ["999999"]}, "请先勾选要邀请的机构"),
        ({"deadline": "morgen"}, "请写成 2026-11-23 这样的日期"),
        ({"hour": "25:61"}, "请写成 18:00 这样的时间"),
        ({"deadline": "2026-11-23", "hour": "12:30"}, "至少留 1 小时"),
        ({"deadline": "2027-03-01"}, "60 天以内"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(street: Street, form, changed, words):
    clerk, page = form
    sent = {**UNTIL, **once(page), "entries": [str(street.ids[0])], **changed}
    answer = clerk.post(street.address("invite"), **sent)
    assert answer.status == 422
    assert words in " ".join(answer.faults)
    assert street.need.state is NeedState.OPEN


def test_who_is_outside_the_answer_needs_a_reason(street: Street, form):
    clerk, page = form
    answer = clerk.post(street.address("invite"), **UNTIL, **once(page), entries=[str(street.ids[4])])
    assert "请写明为什么邀请它" in answer.fault_beside(f"outside_{street.ids[4]}")


def test_one_suspended_meanwhile_is_refused_by_name(street: Street, form):
    clerk, page = form
    with transaction():
        entry = db.session.get_one(Entry, street.ids[0])
        entry.state, entry.reason = EntryState.SUSPENDED, "penalty"
    answer = clerk.post(street.address("invite"), **UNTIL, **once(page), entries=[str(street.ids[0])])
    assert answer.status == 409
    assert "近年有重大处罚" in answer.text
    assert street.need.state is NeedState.OPEN


def test_more_are_asked_with_the_same_deadline(street: Street):
    street.ask(2)
    street.keep(0, 2)
    clerk = street.clerk
    page = clerk.get(street.address("invite"))
    offered = [e.get("value") for e in page.all("input") if e.get("name") == "entries"]
    assert offered == [str(street.ids[2])]
    assert [e for e in page.all("input") if e.get("name") == "deadline"] == []
    clerk.post(street.address("invite"), **once(page), entries=offered)
    assert (street.need.round, db.session.query(Invitation).count()) == (1, 3)


def test_the_deadline_moves_later_only(street: Street):
    street.ask()
    clerk = street.clerk
    page = clerk.get(street.address("deadline"))
    early = clerk.post(street.address("deadline"), **once(page), deadline="2026-11-29", hour="18:00")
    assert (early.status, "只能往后延" in " ".join(early.faults)) == (422, True)
    later = clerk.post(street.address("deadline"), **once(page), deadline="2026-12-05", hour="18:00")
    assert "2026年12月5日 18:00启封" in later.text
    assert street.need.deadline > DEADLINE


def test_a_round_is_called_off_with_a_reason(street: Street):
    street.ask()
    clerk = street.clerk
    page = clerk.get(street.address("recall"))
    silent = clerk.post(street.address("recall"), **once(page), reason=" ")
    assert silent.status == 422
    done = clerk.post(street.address("recall"), **once(page), reason="换一种做法")
    assert "这一轮已经结束" in done.text
    assert street.need.state is NeedState.OPEN
    assert street.invitation(0).state is InvitationState.RECALLED
    assert "换一种做法" in clerk.get(street.address("proposals")).text
    assert "换一种做法" in street.owner(0).get(street.answer(0)).text


def test_what_is_open_to_read_takes_nobody_else_and_no_more_time(street: Street, at):
    street.ask(2)
    street.propose(1000, 1200)
    clerk = street.clerk
    for page in ("invite", "deadline"):
        answer = clerk.get(street.address(page))
        assert answer.status == 409
        assert "不能再加机构" in answer.text
    with at(NOW + timedelta(days=8)):
        assert street.clerk.status(street.address("deadline"), deadline="2026-12-20", hour="18:00") == 409


def test_the_part_on_the_page_of_a_need_says_what_is_next(app, street: Street):
    def part():
        with app.test_request_context():
            return app.jinja_env.get_template("choosing/part.html").render(need=street.need)

    assert "挑几家比一比" in part()
    street.ask()
    assert "2026年11月30日 12:00截止" in part()
    assert said(street.clerk.get(street.address("proposals")).one("h1")) == "邀约和方案"
