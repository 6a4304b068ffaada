from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Forbidden
from directory.models.audit import AuditEvent
from directory.operations import profiles
from directory.operations.changes import Stale, Wrong
from directory.operations.profiles import Profile
from directory.policy import VISITOR
from directory.rules.roles import Role
from tests import factories
from tests.factories import NOW, STREET

SAID = Profile("我们请居民坐下来商量。", "邻里社", "天山路 1 号", "021-52001234", "https://example.org/a", STREET)


@pytest.fixture
def home(app):
    factories.taxonomy()
    return factories.organisation()


@pytest.fixture
def editor(home):
    return factories.actor(Role.EDITOR, organisation_id=home.id)


def last_event():
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)).first()


def save(home, editor, said=SAID, **changed):
    said = replace(said, **changed)
    return profiles.edit(home, said, seen=profiles.seen(home), by=editor, now=NOW)


def test_a_profile_changes_at_once_and_the_record_keeps_old_and_new(home, editor):
    save(home, editor)
    assert save(home, editor, phone="(021) 5200 5678 转 8")
    assert home.phone == "(021) 5200 5678 转 8"
    event = last_event()
    assert (event.event, event.thing) == ("organisation:edit", f"Organisation:{home.id}")
    assert event.reason == "phone: 021-52001234 → (021) 5200 5678 转 8"
    assert event.actor == f"editor:{editor.id}"


def test_saving_what_stands_is_no_deed(home, editor):
    save(home, editor)
    before = last_event().id
    assert not save(home, editor)
    assert last_event().id == before


@pytest.mark.parametrize(
    "phone",
    [
        "13800138000",
        "138-0013-8000",
        "１３８００１３８０００",
        "+86 138 0013 8000",
        "021-52001234/13800138000",
        "1-3-8-0-0-1-3-8-0-0-0",
    ],
)
def test_a_persons_mobile_is_no_office_line(home, editor, phone):
    with pytest.raises(Wrong) as refused:
        save(home, editor, phone=phone)
    assert (refused.value.field, refused.value.rule) == ("phone", "mobile")


@pytest.mark.parametrize("phone", ["", "12345", "021-52001234、021-52001235", "400 800 1234", "(021)52345678"])
def test_an_office_line_may_read_so(home, editor, phone):
    save(home, editor, phone=phone)
    assert home.phone == phone


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"phone": "找王阿姨"}, "phone", "shape"),
        ({"website": "javascript:alert(1)"}, "website", "shape"),
        ({"website": "example.org"}, "website", "shape"),
        ({"website": "https://user@example.org"}, "website", "shape"),
        ({"area_code": "999"}, "area_code", "unknown"),
        ({"short_name": "长" * 401}, "short_name", "too_long"),
        ({"summary": "长" * 10_001}, "summary", "too_long"),
        ({"address": "长" * 5000}, "address", "too_long"),
    ],
)
def test_what_cannot_be_used_is_named(home, editor, changed, field, rule):
    with pytest.raises(Wrong) as refused:
        save(home, editor, **changed)
    assert [(fault.field, fault.rule) for fault in refused.value.faults] == [(field, rule)]


def test_every_fault_is_told_at_once(home, editor):
    with pytest.raises(Wrong) as refused:
        save(home, editor, phone="13800138000", website="x", area_code="999")
    assert [fault.field for fault in refused.value.faults] == ["phone", "website", "area_code"]


def test_personal_data_in_free_text_is_blotted_out(home, editor):
    save(home, editor, summary="找小李 13800138000")
    assert home.summary == "找小李 ［手机号］"


def test_an_area_that_is_no_longer_known_may_stay(home, editor):
    home.area_code = "old-street"
    db.session.flush()
    save(home, editor, area_code="old-street")
    assert home.area_code == "old-street"


def test_of_two_who_edit_at_once_the_second_is_told_what_he_would_write_over(home, editor):
    shown = profiles.seen(home)
    profiles.edit(home, SAID, seen=shown, by=editor, now=NOW)
    with pytest.raises(Stale) as late:
        profiles.edit(home, replace(SAID, phone="021-52009999"), seen=shown, by=editor, now=NOW)
    assert [(c.field, c.before, c.after) for c in late.value.changes] == [("phone", "021-52001234", "021-52009999")]
    assert home.phone == "021-52001234"


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.AUDITOR, Role.LEAD, Role.STREET])
def test_nobody_else_edits_or_confirms(home, role):
    other = factories.actor(role)
    with pytest.raises(Forbidden):
        profiles.edit(home, SAID, seen="", by=other, now=NOW)
    with pytest.raises(Forbidden):
        profiles.confirm(home, by=other, now=NOW)
    with pytest.raises(Forbidden):
        profiles.own(by=other)


def test_another_organisations_owner_does_neither(home):
    stranger = factories.actor(Role.OWNER, organisation_id=factories.organisation(2).id)
    for deed in (lambda: save(home, stranger), lambda: profiles.confirm(home, by=stranger, now=NOW)):
        with pytest.raises(Forbidden):
            deed()
    with pytest.raises(Forbidden):
        profiles.own(by=VISITOR)


def test_confirming_says_by_when_to_do_it_again(home, editor):
    home.confirmed_on = date(2026, 5, 1)
    assert profiles.held(home, on=date(2026, 11, 23)).overdue
    assert profiles.confirm(home, by=editor, now=NOW) == date(2027, 5, 23)
    assert home.confirmed_on == date(2026, 11, 23)
    assert last_event().reason == "confirmed_on: 2026-05-01 → 2026-11-23"
    before = last_event().id
    profiles.confirm(home, by=editor, now=NOW)
    assert last_event().id == before


def test_a_confirmation_is_of_the_districts_day(home, editor):
    profiles.confirm(home, by=editor, now=NOW.replace(hour=16))
    assert home.confirmed_on == date(2026, 11, 24)
    profiles.confirm(home, by=editor, now=NOW + timedelta(days=38, hours=12))
    assert home.confirmed_on == date(2027, 1, 1)
