from dataclasses import replace

import pytest
from sqlalchemy import select

from directory.db import db
from directory.errors import Conflict, Forbidden, Invalid, NotFound
from directory.models.audit import AuditEvent
from directory.models.notice import Notice
from directory.models.service import Entry, Service
from directory.models.taxonomy import Category
from directory.operations import offers
from directory.operations.changes import Stale, Wrong
from directory.operations.offerings import Offering
from directory.rules.lifecycle import ApplicationState, EntryState, NotAllowed, VersionState
from directory.rules.roles import Role
from tests import factories
from tests import factories_applications as made_of
from tests.factories import NEIGHBOURHOOD, NOW, OTHER_STREET, STREET

SAID = Offering("夜间停车协商", "请居民坐下来商量。", [STREET], ["全体居民"], 800, 1500, "每项目")


@pytest.fixture
def home(app):
    factories.taxonomy()
    return factories.organisation()


@pytest.fixture
def editor(home):
    return factories.actor(Role.EDITOR, organisation_id=home.id)


@pytest.fixture
def entry(home):
    return factories.entry(home)


def kept(service, by):
    return offers.one(service.id, by=by)


def as_said(version, **changed):
    return replace(Offering(**{name: getattr(version, name) for name in offers.FIELDS}), **changed)


def edit(service, by, **changed):
    base = kept(service, by).open or kept(service, by).shown
    return offers.edit(service, as_said(base, **changed), seen=offers.seen(base), by=by, now=NOW)


def events(service):
    thing = f"Service:{service.id}"
    return list(db.session.scalars(select(AuditEvent.event).where(AuditEvent.thing == thing).order_by(AuditEvent.id)))


def test_a_new_service_begins_as_a_draft_that_nobody_else_sees(home, editor):
    version = offers.begin(home, "P-001", SAID, by=editor, now=NOW)
    assert (version.number, version.state, version.approved_at) == (1, VersionState.DRAFT, None)
    assert version.service.organisation_id == home.id
    assert db.session.scalar(select(Entry.id)) is None
    assert events(version.service) == ["service:begin"]


def test_services_of_its_own_are_numbered_whatever_was_imported(home, editor):
    db.session.add(
        Service(
            organisation_id=home.id, category_id=db.session.scalars(select(Category.id)).first(), external_id="own-2"
        )
    )
    db.session.flush()
    numbers = [offers.begin(home, "P-001", SAID, by=editor, now=NOW).service.external_id for _ in range(2)]
    assert numbers == ["own-3", "own-4"]


@pytest.mark.parametrize(("code", "rule"), [("X-1", "unknown"), ("SH-04", "level"), ("P-015", "retired")])
def test_a_category_must_be_a_service_that_is_not_retired(home, editor, code, rule):
    db.session.scalars(select(Category).filter_by(code="P-015")).one().retired_at = NOW
    with pytest.raises(Invalid) as refused:
        offers.begin(home, code, SAID, by=editor, now=NOW)
    assert (refused.value.field, refused.value.rule) == ("category", rule)


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "长" * 5000}, "name", "too_long"),
        ({"description": " "}, "description", "required"),
        ({"description": "长" * 10_001}, "description", "too_long"),
        ({"areas": []}, "areas", "required"),
        ({"areas": ["310105-99"]}, "areas", "unknown"),
        ({"groups": ["外星人"]}, "groups", "unknown"),
        ({"price_low": 2000}, "price_high", "price_order"),
        ({"price_low": None}, "price_low", "required"),
        ({"price_low": -1}, "price_low", "range"),
        ({"price_unit": "长" * 41}, "price_unit", "too_long"),
    ],
)
def test_a_service_is_written_by_the_rules_of_an_import(home, editor, changed, field, rule):
    with pytest.raises(Wrong) as refused:
        offers.begin(home, "P-001", replace(SAID, **changed), by=editor, now=NOW)
    assert [(fault.field, fault.rule) for fault in refused.value.faults] == [(field, rule)]


def test_personal_data_is_blotted_out(home, editor):
    version = offers.begin(home, "P-001", replace(SAID, description="打 13800138000 找老李"), by=editor, now=NOW)
    assert version.description == "打 ［手机号］ 找老李"


def test_the_public_version_stays_while_a_change_is_drafted_and_waits(entry, editor):
    public = entry.version
    edit(entry.service, editor, name="停车共治（新）", price_high=3000)
    offers.send(entry.service, by=editor, now=NOW)
    held = kept(entry.service, editor)
    assert (held.approved, entry.version) == (public, public)
    assert (held.open.number, held.open.state) == (2, VersionState.WAITING)
    differing = [(c.field, c.before, c.after) for c in held.changes if c.before != c.after]
    assert differing == [("name", "停车共治", "停车共治（新）"), ("price_high", 2000, 3000)]
    assert events(entry.service) == ["service:edit", "service:send"]


def test_government_is_told_of_a_change_sent(entry, editor):
    district = factories.account(Role.DISTRICT)
    edit(entry.service, editor, name="新名")
    offers.send(entry.service, by=editor, now=NOW)
    assert [(n.account_id, n.kind) for n in db.session.scalars(select(Notice))] == [(district.id, "version_waiting")]


def test_what_waits_is_not_edited_but_taken_back_first(entry, editor):
    edit(entry.service, editor, name="新名")
    offers.send(entry.service, by=editor, now=NOW)
    with pytest.raises(NotAllowed) as refused:
        edit(entry.service, editor, name="更新的名")
    assert refused.value.state == "waiting"
    with pytest.raises(NotAllowed):
        offers.send(entry.service, by=editor, now=NOW)
    offers.recall(entry.service, by=editor, now=NOW)
    assert edit(entry.service, editor, name="更新的名")
    assert kept(entry.service, editor).open.name == "更新的名"


def test_a_returned_change_is_mended_and_sent_again(entry, editor):
    edit(entry.service, editor, name="新名")
    version = kept(entry.service, editor).open
    version.state, version.reason = VersionState.RETURNED, "名称不清楚"
    edit(entry.service, editor, name="清楚的名")
    offers.send(entry.service, by=editor, now=NOW)
    assert (version.state, version.reason, version.number) == (VersionState.WAITING, "", 2)


def test_a_draft_is_edited_in_place_and_no_change_makes_no_version(entry, editor):
    assert not edit(entry.service, editor)
    assert kept(entry.service, editor).open is None
    edit(entry.service, editor, name="一")
    edit(entry.service, editor, name="二")
    assert [v.number for v in kept(entry.service, editor).service.versions] == [1, 2]


def test_another_order_of_the_same_areas_is_no_change(home, editor):
    entry = factories.entry(home, areas=[OTHER_STREET, NEIGHBOURHOOD])
    assert not edit(entry.service, editor, areas=[NEIGHBOURHOOD, OTHER_STREET])


def test_a_change_that_changes_nothing_is_not_sent(entry, editor):
    made_of.pending(entry.service)
    with pytest.raises(Invalid) as refused:
        offers.send(entry.service, by=editor, now=NOW)
    assert refused.value.rule == "unchanged"


def test_nothing_is_sent_or_recalled_where_there_is_nothing(entry, editor):
    for deed in (offers.send, offers.recall):
        with pytest.raises(Conflict):
            deed(entry.service, by=editor, now=NOW)


def test_a_service_outside_the_catalogue_goes_by_an_application(home, editor):
    version = made_of.offer(home)
    with pytest.raises(Conflict):
        offers.send(version.service, by=editor, now=NOW)
    gone = factories.entry(home, state=EntryState.EXITED, reason="removed")
    made_of.pending(gone.service, name="新名")
    with pytest.raises(Conflict):
        offers.send(gone.service, by=editor, now=NOW)


def test_a_version_that_an_application_goes_with_is_neither_sent_nor_recalled_apart(entry, editor):
    version = made_of.pending(entry.service, name="新名")
    made_of.application(version)
    with pytest.raises(Conflict):
        offers.send(entry.service, by=editor, now=NOW)
    version.state = VersionState.WAITING
    with pytest.raises(Conflict):
        offers.recall(entry.service, by=editor, now=NOW)
    assert version.state is VersionState.WAITING


def test_of_two_who_edit_at_once_the_second_is_told(entry, editor):
    shown = offers.seen(entry.version)
    first = as_said(entry.version, name="甲的")
    offers.edit(entry.service, first, seen=shown, by=editor, now=NOW)
    with pytest.raises(Stale) as late:
        offers.edit(entry.service, replace(first, name="乙的"), seen=shown, by=editor, now=NOW)
    assert [(c.field, c.before, c.after) for c in late.value.changes] == [("name", "甲的", "乙的")]


def test_the_category_moves_only_before_anything_was_approved(home, entry, editor):
    draft = made_of.offer(home)
    said = as_said(draft)
    offers.edit(draft.service, said, category_code="P-015", seen=offers.seen(draft), by=editor, now=NOW)
    assert draft.service.category.code == "P-015"
    with pytest.raises(Conflict):
        offers.edit(
            entry.service,
            as_said(entry.version),
            category_code="P-015",
            seen=offers.seen(entry.version),
            by=editor,
            now=NOW,
        )
    made_of.application(draft, state=ApplicationState.RETURNED)
    with pytest.raises(Conflict):
        offers.edit(draft.service, said, category_code="P-001", seen=offers.seen(draft), by=editor, now=NOW)


def test_free_capacity_changes_at_once_and_is_recorded(entry, editor):
    assert offers.set_capacity(entry.service, 0, by=editor, now=NOW)
    assert not offers.set_capacity(entry.service, 0, by=editor, now=NOW)
    assert (entry.service.capacity, events(entry.service)) == (0, ["service:capacity"])
    for wrong in (-1, 10**9):
        with pytest.raises(Invalid):
            offers.set_capacity(entry.service, wrong, by=editor, now=NOW)


def test_another_organisations_service_is_out_of_reach(entry):
    stranger = factories.actor(Role.OWNER, organisation_id=factories.organisation(2).id)
    for deed in (
        lambda: offers.one(entry.service_id, by=stranger),
        lambda: offers.kept(entry.service.organisation, by=stranger),
        lambda: offers.begin(entry.service.organisation, "P-001", SAID, by=stranger, now=NOW),
        lambda: offers.edit(entry.service, SAID, seen="", by=stranger, now=NOW),
        lambda: offers.send(entry.service, by=stranger, now=NOW),
        lambda: offers.recall(entry.service, by=stranger, now=NOW),
        lambda: offers.set_capacity(entry.service, 1, by=stranger, now=NOW),
    ):
        with pytest.raises(Forbidden):
            deed()
    with pytest.raises(NotFound):
        offers.get(9999, by=stranger)


def test_only_so_many_services_are_kept(home, editor, monkeypatch):
    monkeypatch.setattr(offers, "MOST_SERVICES", 1)
    offers.begin(home, "P-001", SAID, by=editor, now=NOW)
    with pytest.raises(Conflict):
        offers.begin(home, "P-001", SAID, by=editor, now=NOW)
