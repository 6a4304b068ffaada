import json
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from directory import indexing
from directory.cli.seeds import FOLDER, rows_of, train_and_use
from directory.db import db, transaction
from directory.engine import profiles
from directory.errors import Conflict, Forbidden, Invalid, NotFound
from directory.models.audit import AuditEvent
from directory.models.learning import ConfirmedNeed
from directory.models.service import Entry, Service
from directory.models.taxonomy import Category, LexiconWord, Saying
from directory.operations import catalogue, classification, confirmations, matches, seeds
from directory.operations.category_accounts import CategoryAccount, account, check, stamp
from directory.policy import OPERATOR, VISITOR
from directory.rules.lifecycle import EntryState
from directory.rules.roles import Role
from directory.rules.work import NeedState
from search.query import Need, Query
from tests import factories, factories_work
from tests.factories import NOW
from tests.factories_rules import announced

WHY = "和区里新的目录对齐"


@pytest.fixture
def officer(app):
    with transaction():
        factories.taxonomy()
        db.session.add(Category(code="SH-05", level=1, name="社区安全", position=1))
        return factories.actor(Role.DISTRICT)


def change(code, step, *args, by, reason=WHY, seen=None, **more):
    with transaction():
        category = classification.get(code, by=by, locked=True)
        return step(category, *args, seen=seen or stamp(category), reason=reason, by=by, now=NOW, **more)


def category(code):
    db.session.expire_all()
    return catalogue.category(code)


def events():
    rows = db.session.execute(select(AuditEvent.event, AuditEvent.thing, AuditEvent.reason).order_by(AuditEvent.id))
    return [tuple(row) for row in rows if row.event.startswith("category:")]


def test_a_new_category_gets_the_next_code_and_stands_in_the_tree(officer):
    with transaction():
        made = classification.add("SH-05", CategoryAccount("电动车充电管理"), reason=WHY, by=officer, now=NOW).code
    assert made == "P-025"
    assert [c.category.code for c in catalogue.children(catalogue.category("SH-05"))] == ["P-025"]
    assert "P-025" in {profile.code for profile in profiles()}
    assert events() == [("category:add", "Category:P-025", f"{WHY} (电动车充电管理)")]


def test_an_edit_changes_what_is_said_names_it_and_keeps_it_from_the_seeds(officer):
    said = replace(account(category("P-001")), name="停车共治", keywords=("停车",), deliverables=("一份停车公约",))
    assert change("P-001", classification.edit, said, by=officer) == ["name", "keywords", "deliverables"]
    assert (category("P-001").name, category("P-001").edited) == ("停车共治", True)
    assert account(category("P-001")) == said
    assert "name: 停车管理 → 停车共治" in events()[0][2]


def test_saying_the_same_is_no_deed(officer):
    assert change("P-001", classification.edit, account(category("P-001")), by=officer) == []
    assert events() == []


@pytest.mark.parametrize(
    ("said", "field", "rule"),
    [
        ({"name": ""}, "name", "empty"),
        ({"name": "长" * 41}, "name", "too_long"),
        ({"name": "建筑垃圾清运"}, "name", "taken"),
        ({"description": "长" * 501}, "description", "too_long"),
        ({"keywords": tuple(map(str, range(61)))}, "keywords", "too_many"),
        ({"examples": ("长" * 201,)}, "examples", "too_long"),
        ({"price_low": 5, "price_high": 4}, "price_high", "range"),
        ({"price_low": -1}, "price_high", "range"),
        ({"price_high": 10**12}, "price_high", "range"),
        ({"route": ()}, "route", "unknown"),
        ({"route": ("provider", "provider")}, "route", "unknown"),
        ({"route": ("magic",)}, "route", "unknown"),
    ],
)
def test_what_cannot_be_said_is_refused_by_its_field(officer, said, field, rule):
    with pytest.raises(Invalid) as refused:
        change("P-001", classification.edit, replace(account(category("P-001")), **said), by=officer)
    assert (refused.value.field, refused.value.rule) == (field, rule)
    assert not category("P-001").edited


@pytest.mark.parametrize(("reason", "rule"), [("", "empty"), ("  ", "empty"), ("长" * 201, "too_long")])
def test_every_change_says_why(officer, reason, rule):
    for step, args in (
        (classification.edit, [CategoryAccount("新名")]),
        (classification.move, ["SH-05"]),
        (classification.merge, ["P-015"]),
        (classification.retire, []),
    ):
        with pytest.raises(Invalid) as refused:
            change("P-001", step, *args, by=officer, reason=reason)
        assert (refused.value.field, refused.value.rule) == ("reason", rule)


def test_every_category_of_the_seeds_could_be_edited(app):
    for file in sorted((FOLDER / "categories").glob("*.json")):
        for row in json.loads(file.read_text("utf-8")):
            standard = row["standard"]
            made = Category(**{key: row[key] for key in ("code", "name", "name_en", "description", "keywords")})
            for key in ("examples", "route", "authority", "phone", "hand_off"):
                setattr(made, key, row[key])
            made.standard = standard
            made.price_unit, made.price_low = standard["price_unit"], standard["price_low"]
            made.price_high, made.level = standard["price_high"], 2
            with db.session.no_autoflush:
                check(account(made), parent=None, but=None)


def test_two_who_change_one_category_at_once(officer):
    seen = stamp(category("P-001"))
    change("P-001", classification.edit, CategoryAccount("先改"), by=officer, seen=seen)
    with pytest.raises(Conflict):
        change("P-001", classification.edit, CategoryAccount("后改"), by=officer, seen=seen)
    with pytest.raises(Conflict):
        change("P-001", classification.retire, by=officer, seen=seen)
    assert category("P-001").name == "先改"


def test_a_moved_category_is_found_under_its_new_field(officer, app):
    with transaction():
        factories.entry(factories.organisation(1))
    change("P-001", classification.move, "SH-05", by=officer)
    index = app.extensions["engine"].index
    assert index.find(Query(where={"field": frozenset({"SH-05"})})).total == 1
    with pytest.raises(Invalid):
        change("P-001", classification.move, "SH-05", by=officer)
    with pytest.raises(Invalid):
        change("P-001", classification.move, "P-015", by=officer)


def test_merging_hands_over_services_words_sentences_and_needs(officer, app):
    with transaction():
        factories.sayings()
        listed = factories.entry(factories.organisation(1), "P-015").id
        gone = factories.entry(factories.organisation(2), "P-015", state=EntryState.EXITED, reason="expired").id
        factories.confirmed("碎砖头没人清", "P-015")
        target = db.session.scalars(select(Category).filter_by(code="P-001")).one()
        db.session.add(LexiconWord(word="碎砖头", category_id=target.id, weight=0.3))
        source = db.session.scalars(select(Category).filter_by(code="P-015")).one()
        db.session.add(LexiconWord(word="水泥袋", category_id=source.id, weight=0.5))
        db.session.add(Saying(text="没地方停车", category_id=source.id, route="provider"))
        db.session.scalars(select(Category).filter_by(code="P-024")).one().around = ["P-015", "P-001"]
    moved = change("P-015", classification.merge, "P-001", by=officer)
    assert (moved.listed, moved.exited, moved.needs, moved.services) == (1, 1, 1, 2)
    now, old = category("P-001"), category("P-015")
    assert old.retired_at == NOW
    assert old.merged_into_id == now.id
    assert {db.session.get(Entry, i).service.category_id for i in (listed, gone)} == {now.id}
    words = dict(db.session.execute(select(LexiconWord.word, LexiconWord.weight).filter_by(category_id=now.id)).all())
    assert words == {"碎砖头": 0.3, "水泥袋": 0.5}
    assert db.session.scalar(select(func.count(Saying.id)).filter_by(category_id=now.id)) == 10
    assert db.session.scalar(select(func.count(Saying.id)).filter_by(category_id=old.id)) == 0
    assert db.session.scalars(select(ConfirmedNeed.category_id)).one() == now.id
    assert category("P-024").around == ["P-001"]
    assert app.extensions["engine"].index.find(Query(where={"category": frozenset({"P-001"})})).total == 2
    assert indexing.check(app.extensions["engine"].index).none
    assert events()[0][0] == "category:merge"


def test_a_merge_follows_a_merge(officer):
    change("P-015", classification.merge, "P-001", by=officer)
    change("P-001", classification.merge, "P-024", by=officer)
    last = category("P-024").id
    assert category("P-015").merged_into_id == category("P-001").merged_into_id == last
    assert classification.current() == {"P-001": last, "P-015": last, "P-024": last}


@pytest.mark.parametrize(("into", "error"), [("P-001", Invalid), ("SH-04", Invalid), ("P-999", NotFound)])
def test_a_category_is_merged_into_another_category_only(officer, into, error):
    with pytest.raises(error):
        change("P-001", classification.merge, into, by=officer)
    with pytest.raises(Invalid):
        change("SH-04", classification.merge, "P-001", by=officer)


def test_nothing_is_merged_into_a_retired_one_or_retired_twice(officer):
    change("P-015", classification.retire, by=officer)
    for step, code, args in (
        (classification.merge, "P-001", ["P-015"]),
        (classification.retire, "P-015", []),
        (classification.move, "P-015", ["SH-05"]),
    ):
        with pytest.raises(Conflict):
            change(code, step, *args, by=officer)


@pytest.mark.parametrize("held", ["listed", "suspended", "applying", "looking", "asked", "working"])
def test_what_still_holds_something_is_not_retired(officer, held):
    with transaction():
        made = factories.organisation(1)
        if held == "applying":
            application = announced(made, until=NOW.date())
            db.session.execute(Entry.__table__.update().values(state="exited", reason="expired"))
            assert application.id
        elif held in {"looking", "asked"}:
            factories_work.need(state=NeedState.OPEN if held == "looking" else NeedState.SHORTLISTED)
        elif held == "working":
            factories_work.engagement(factories.entry(made))
            db.session.execute(Entry.__table__.update().values(state="exited", reason="expired"))
        else:
            how = {} if held == "listed" else {"state": EntryState.SUSPENDED, "reason": "grade"}
            factories.entry(made, **how)
    with pytest.raises(Conflict):
        change("P-001", classification.retire, by=officer)


def test_what_nobody_met_does_not_keep_a_category_and_is_counted(officer):
    with transaction():
        for state in (NeedState.UNMET, NeedState.UNMET, NeedState.CLOSED, NeedState.WITHDRAWN):
            factories_work.need(state=state, reason="other")
    held = classification.effect(category("P-001"), by=officer)
    assert (held.looking, held.unmet, held.working, held.bars) == (0, 2, 0, False)
    change("P-001", classification.retire, by=officer)
    assert category("P-001").retired_at == NOW


def test_a_retired_category_is_proposed_to_nobody_though_the_model_knows_it(officer, app):
    with transaction():
        factories.sayings()
        for number in range(12):
            factories.confirmed(f"碎砖头堆在楼下没人清 {number}", "P-015")
    train_and_use(now=NOW)
    router = matches.draft(Need("碎砖头没人清"), by=VISITOR, now=NOW, engine=app.extensions["engine"])
    assert router.answers[0][1].routing["suggested"] == "P-015"
    change("P-015", classification.retire, by=officer)
    again = matches.draft(Need("碎砖头没人清"), by=VISITOR, now=NOW, engine=app.extensions["engine"])
    routing = again.answers[0][1].routing
    assert "P-015" not in {routing["suggested"], *(guess["code"] for guess in routing["categories"])}
    assert "P-015" not in {c.category.code for branch in catalogue.tree() for c in branch.services}
    with pytest.raises(Invalid):
        matches.draft(Need("碎砖头"), by=VISITOR, now=NOW, engine=app.extensions["engine"], category="P-015")


def test_an_answer_that_chose_a_category_since_retired_says_so_when_repeated(officer, app):
    engine = app.extensions["engine"]
    with transaction():
        run = matches.ask(Need("碎砖头"), by=VISITOR, now=NOW, engine=engine, category="P-015").public_id
    change("P-015", classification.retire, by=officer)
    assert matches.replay(matches.get(run, by=VISITOR), engine=engine) == ["category P-015 was retired"]


def test_a_need_confirmed_for_a_merged_category_counts_for_its_successor(officer, app):
    with transaction():
        run = matches.ask(Need("碎砖头没人清"), by=VISITOR, now=NOW, engine=app.extensions["engine"]).public_id
    change("P-015", classification.merge, "P-001", by=officer)
    with transaction():
        said = confirmations.confirm(matches.get(run, by=VISITOR), category="P-015", route=None, by=VISITOR, now=NOW)
        assert said.category_id == category("P-001").id


def test_the_seeds_leave_what_a_person_changed(app):
    def load():
        with transaction(announce=False):
            return seeds.load(FOLDER, read=rows_of, demo=False, by=OPERATOR, now=NOW)

    load()
    with transaction():
        officer = factories.actor(Role.DISTRICT)
    change("P-001", classification.edit, replace(account(category("P-001")), name="停车共治"), by=officer)
    change("P-002", classification.merge, "P-001", by=officer)
    change("P-003", classification.retire, by=officer)
    again = load()
    assert {again["categories"], again["words"], again["sayings"]} == {0}
    assert category("P-001").name == "停车共治"
    assert category("P-002").merged_into_id == category("P-001").id
    gone = select(func.count(LexiconWord.id)).join(LexiconWord.category).where(Category.code == "P-002")
    assert db.session.scalar(gone) == 0


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.PUBLIC, Role.OPERATOR, Role.DISTRICT}])
def test_nobody_but_the_district_keeps_the_classification(officer, role):
    with transaction():
        of = {"organisation_id": factories.organisation(1).id} if role in {Role.OWNER, Role.EDITOR} else {}
        by = factories.actor(role, **of)
    with pytest.raises(Forbidden):
        change("P-001", classification.retire, by=by)
    with pytest.raises(Forbidden):
        classification.add("SH-04", CategoryAccount("x"), reason=WHY, by=by, now=NOW)
    assert db.session.scalar(select(func.count(Service.id))) == 0
