"""A word that misleads is corrected: the effect is shown first, is the one that comes, and outlives the seeds."""

import pytest
from sqlalchemy import select

from directory import audit
from directory.cli.seeds import FOLDER, rows_of
from directory.db import db, transaction
from directory.errors import Forbidden, Invalid
from directory.models.audit import AuditEvent
from directory.models.learning import ConfirmedNeed
from directory.models.taxonomy import Category, LexiconWord
from directory.operations import learning, lexicon, parameters, seeds
from directory.policy import OPERATOR, VISITOR, Actor
from directory.rules.roles import Role
from tests import factories
from tests.operations.confirming import confirmed, many

CENTRE = Actor(None, Role.LEAD)

MISLED = "碎砖头占了一个车位"
RIGHT = "碎砖头堆在车位上，请来清运"


@pytest.fixture
def engine(app):
    return app.extensions["engine"]


@pytest.fixture
def misled(app):
    """Confirmed needs in which 碎砖头 speaks for clearing rubble: three wrongly so, two rightly; and others."""
    with transaction():
        factories.taxonomy()
        many(3, "P-001", "P-015", text=MISLED)
        many(2, "P-015", "P-015", text=RIGHT)
        many(2, "P-001", "P-001", text="停车难")
        confirmed("P-015", "P-015", text="碎砖头没人清")


@pytest.fixture(params=["cold", "trained"])
def answering(request, misled, engine):
    if request.param == "trained":
        trained = learning.train(engine.models, by=OPERATOR)
        with transaction():
            learning.put_in_force(trained, by=OPERATOR, now=factories.NOW)


def firsts(engine):
    """Need id → whether its first guess is right, as the whole router has it."""
    router, _ = engine.router(parameters.in_force().views)
    rows = db.session.execute(select(ConfirmedNeed.id, ConfirmedNeed.text, Category.code).join(ConfirmedNeed.category))
    return {key: router.route(text).suggested == code for key, text, code in rows}


def saved(entry, now, **changed):
    with transaction():
        return lexicon.edit(entry, **({"reason": "误导", "by": CENTRE, "now": now} | changed))


def test_a_context_turns_guesses_right_and_others_wrong(misled, engine):
    effect = lexicon.effect(lexicon.entry("碎砖头", "P-015", 0.9, "车位"), engine=engine, by=CENTRE)
    assert (effect.needs, effect.holding, effect.right, effect.mends, effect.spoils) == (8, 6, 3, 3, 2)
    assert [(c.text, c.confirmed, c.before, c.after) for c in effect.mended] == 3 * [
        (MISLED, "P-001", "P-015", "P-001")
    ]
    assert {(c.text, c.before, c.after) for c in effect.spoiled} == {(RIGHT, "P-015", "P-001")}


@pytest.mark.parametrize(
    "change",
    [
        ("碎砖头", "P-015", 0.9, "车位"),
        ("碎砖头", "P-015", 0.05, ""),
        ("车位", "P-001", 1.0, ""),
        ("占了", "P-001", 1.0, "垃圾"),
        ("碎砖头占", "P-024", 1.0, ""),
    ],
)
def test_what_is_shown_before_is_what_comes_after(answering, engine, now, change):
    entry = lexicon.entry(*change)
    effect = lexicon.effect(entry, engine=engine, by=CENTRE)
    before = firsts(engine)
    assert engine.router(parameters.in_force().views)[0].lexicon.version == lexicon_version(engine)
    saved(entry, now)
    after = firsts(engine)
    assert {case.need_id for case in effect.mended} == {n for n in before if after[n] and not before[n]}
    assert {case.need_id for case in effect.spoiled} == {n for n in before if before[n] and not after[n]}
    assert effect.mends + effect.spoils == sum(before[n] != after[n] for n in before)


def lexicon_version(engine):
    """Showing an effect leaves the router that answers as it is."""
    from directory.engine import lexicon as stored  # noqa: PLC0415 - the name is taken here

    return stored().version


def test_only_some_examples_are_shown_but_all_are_counted(misled, engine):
    with transaction():
        many(20, "P-001", "P-015", text=MISLED)
    effect = lexicon.effect(lexicon.entry("碎砖头", "P-015", 0.9, "车位"), engine=engine, by=CENTRE)
    assert (effect.mends, len(effect.mended)) == (23, 10)


def test_withdrawn_needs_show_no_effect(misled, engine, now):
    with transaction():
        for need in db.session.scalars(select(ConfirmedNeed)):
            need.withdrawn_at, need.reason = now, "nonsense"
    effect = lexicon.effect(lexicon.entry("碎砖头", "P-015", 0.05), engine=engine, by=CENTRE)
    assert (effect.needs, effect.holding, effect.mends, effect.spoils) == (0, 0, 0, 0)


def test_an_edit_is_one_deed_with_its_reason_and_what_it_changed(misled, now):
    saved(lexicon.entry("碎砖头", "P-015", 0.5, "车位 绿地"), now, reason=" 误导，打 13812345678 问过 ")
    deed = db.session.scalars(select(AuditEvent).where(AuditEvent.event == "lexicon:edit")).one()
    assert deed.thing == "LexiconWord:碎砖头/P-015"
    assert deed.actor == "lead"
    assert deed.reason == "误导，打 ［手机号］ 问过 (0.9 → 0.5 unless 车位|绿地)"
    assert list(audit.broken()) == []


def test_the_word_stays_one_however_it_is_written(misled, now):
    saved(lexicon.entry("ＫＴＶ", "P-024", 0.5), now)
    saved(lexicon.entry("ktv", "P-024", 0.7), now)
    saved(lexicon.entry("碎磚頭", "P-015", 0.4), now)
    assert [(e.word, e.weight, e.edited) for e in lexicon.entries("Ktv", by=CENTRE)] == [("ktv", 0.7, True)]
    assert [(e.word, e.weight) for e in lexicon.entries("碎砖头", by=CENTRE)] == [("碎砖头", 0.4)]
    assert lexicon.entries("没有的词", by=CENTRE) == []


def test_an_edited_word_outlives_the_seeds_and_the_others_follow_them(app, now):
    def load():
        with transaction(announce=False):
            return seeds.load(FOLDER, read=rows_of, demo=False, by=OPERATOR, now=now)

    load()
    saved(lexicon.entry("停车", "P-001", 0.05, "楼下"), now)
    saved(lexicon.entry("停车", "P-015", 0.3), now)
    with transaction(announce=False):
        other = db.session.scalars(select(LexiconWord).where(LexiconWord.word == "停车费")).first()
        other.weight = 0.11
    assert load()["words"] == 1
    kept = {entry.category.code: (entry.weight, entry.unless) for entry in lexicon.entries("停车", by=CENTRE)}
    assert kept == {"P-001": (0.05, ["楼下"]), "P-015": (0.3, [])}
    assert other.weight != 0.11


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        (("", "P-001", 0.5), "word", "too_short"),
        (("车", "P-001", 0.5), "word", "too_short"),
        (("。。。", "P-001", 0.5), "word", "too_short"),
        (("停\0车", "P-001", 0.5), "word", "too_short"),
        (("停" * 10_000, "P-001", 0.5), "word", "too_long"),
        (("停车", "P-999", 0.5), "category", "unknown"),
        (("停车", "SH-04", 0.5), "category", "unknown"),
        (("停车", "", 0.5), "category", "unknown"),
        (("停车", "P-001", 0.04), "weight", "range"),
        (("停车", "P-001", 1.01), "weight", "range"),
        (("停车", "P-001", float("nan")), "weight", "range"),
        (("停车", "P-001", float("inf")), "weight", "range"),
        (("停车", "P-001", 0.5, "商场、停"), "unless", "inside"),
        (("停车", "P-001", 0.5, "商" * 21), "unless", "too_long"),
        (("停车", "P-001", 0.5, "、".join(f"商场{n}" for n in range(31))), "unless", "too_many"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(misled, change, field, rule):
    with pytest.raises(Invalid) as refused:
        lexicon.entry(*change)
    assert (refused.value.field, refused.value.rule) == (field, rule)


def test_contexts_are_told_apart_by_whatever_people_put_between(misled):
    entry = lexicon.entry("停车", "P-001", 0.5, " 商场、隔壁|学校，  医院\n商场；")
    assert entry.unless == ("商场", "隔壁", "学校", "医院")


@pytest.mark.parametrize(("reason", "rule"), [("", "empty"), (" \n", "empty"), ("长" * 201, "too_long")])
def test_nothing_is_saved_without_a_reason(misled, now, reason, rule):
    with pytest.raises(Invalid) as refused:
        saved(lexicon.entry("碎砖头", "P-015", 0.5), now, reason=reason)
    assert (refused.value.field, refused.value.rule) == ("reason", rule)
    assert lexicon.entries("碎砖头", by=CENTRE)[0].weight == 0.9


def test_a_visitor_changes_no_word_and_sees_none(misled, engine, now):
    entry = lexicon.entry("碎砖头", "P-015", 0.5)
    for deed in (
        lambda: saved(entry, now, by=VISITOR),
        lambda: lexicon.effect(entry, engine=engine, by=VISITOR),
        lambda: lexicon.entries("碎砖头", by=VISITOR),
    ):
        with pytest.raises(Forbidden):
            deed()
