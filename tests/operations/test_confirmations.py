from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from directory.db import db, transaction
from directory.errors import Forbidden, Invalid
from directory.models.learning import ConfirmedNeed
from directory.models.organisation import Organisation
from directory.operations import confirmations, matches
from directory.operations.confirmations import ConfirmedRow
from directory.operations.records import Origin
from directory.policy import OPERATOR, VISITOR
from directory.rules.routes import Route
from tests import factories
from tests.factories import NEIGHBOURHOOD, NOW
from tests.operations.asking import ask
from tests.operations.teaching import confirm_many, count, events, taught_catalogue

LATER = NOW.replace(hour=9)


@pytest.fixture
def asked(app):
    """The public ids of a visitor's and a neighbourhood's question."""
    factories.catalogue()
    return ask(app, "停车难，打13812345678找我"), ask(app, "停车难", area=NEIGHBOURHOOD)


def confirm(public_id, category="P-001", route=None, by=VISITOR, now=NOW):
    with transaction():
        run = matches.get(public_id, by=by)
        return confirmations.confirm(run, category=category, route=route, by=by, now=now).id


def in_force():
    query = select(ConfirmedNeed).where(ConfirmedNeed.withdrawn_at.is_(None)).order_by(ConfirmedNeed.id)
    return list(db.session.scalars(query))


def test_what_a_person_says_about_their_need_is_kept(asked):
    confirm(asked[0], "P-015", "property")
    (said,) = in_force()
    assert (said.text, said.category.code, said.route) == ("停车难，打［手机号］找我", "P-015", Route.PROPERTY)
    assert (said.suggested, said.checked, said.organisation_id) == ("P-001", False, None)
    assert (said.external_id, said.confirmed_at) == (asked[0], NOW)
    assert events("need:confirm") == ["P-015"]


def test_the_source_is_the_area_a_need_is_from_and_otherwise_any_visitor(asked):
    for public_id in asked:
        confirm(public_id)
    assert [need.source for need in in_force()] == ["visitor", NEIGHBOURHOOD]


def test_said_twice_it_counts_once(asked):
    first = confirm(asked[0], route="provider")
    assert confirm(asked[0], route="provider", now=LATER) == first
    assert count(ConfirmedNeed) == 1
    assert events("need:confirm") == ["P-001"]


@pytest.mark.parametrize("other", [("P-015", "provider"), ("P-001", "property"), ("P-001", None)])
def test_the_last_word_counts_and_the_one_before_is_kept_as_withdrawn(asked, other):
    first = confirm(asked[0], "P-001", "provider")
    second = confirm(asked[0], *other, now=LATER)
    assert [need.id for need in in_force()] == [second]
    before = db.session.get(ConfirmedNeed, first)
    assert (before.category.code, before.withdrawn_at, before.reason) == ("P-001", LATER, "said otherwise")
    assert len(events("need:confirm")) == 2


def test_who_goes_back_to_the_first_word_is_taken_at_it(asked):
    for category in ("P-001", "P-015", "P-001"):
        confirm(asked[0], category)
    assert [need.category.code for need in in_force()] == ["P-001"]
    assert count(ConfirmedNeed) == 3


def test_what_was_confirmed_about_a_run_can_be_asked_for(asked):
    confirm(asked[1], "P-015")
    told = [confirmations.of(matches.get(public_id, by=VISITOR)) for public_id in asked]
    assert [need and need.category.code for need in told] == [None, "P-015"]


@pytest.mark.parametrize(
    ("category", "route", "field"),
    [
        ("P-999", None, "category"),
        ("SH-04", None, "category"),
        ("", None, "category"),
        ("P-001", "nobody", "route"),
        ("P-001", "", "route"),
    ],
)
def test_what_is_not_in_the_catalogue_cannot_be_confirmed(asked, category, route, field):
    with pytest.raises(Invalid) as refused:
        confirm(asked[0], category, route)
    assert (refused.value.field, refused.value.rule) == (field, "unknown")
    assert (count(ConfirmedNeed), events("need:confirm")) == (0, [])


def test_each_of_several_problems_is_confirmed_for_itself(app):
    taught_catalogue()
    first = ask(app, "晚上没地方停车。楼道里堆满建筑垃圾")
    with transaction():
        parts = matches.siblings(matches.get(first, by=VISITOR))
        said = [(run.public_id, run.question.text) for run in parts]
    for (public_id, _), category in zip(said, ("P-001", "P-015"), strict=True):
        confirm(public_id, category)
    assert [(need.text, need.category.code) for need in in_force()] == [
        ("晚上没地方停车", "P-001"),
        ("楼道里堆满建筑垃圾", "P-015"),
    ]


def row(number=1, **changed):
    values = {"text": f"第{number}次没地方停车", "category": "P-001", "route": "provider", "organisation": ""}
    values |= {"confirmed_at": None, "origin": Origin("needs.csv", number + 1)}
    return ConfirmedRow(**({"external_id": f"n{number}"} | values | changed))


def take(*rows, source="12345", strict=False, by=OPERATOR, now=NOW):
    with transaction():
        return confirmations.take(rows, source=source, strict=strict, by=by, now=now)


def numbers(taken):
    return taken.added, taken.changed, taken.unchanged


def faults(taken):
    return [(fault.origin.line, fault.field, fault.rule) for fault in taken.faults]


@pytest.fixture
def known(app):
    """A small catalogue; the code of an organisation in it."""
    factories.catalogue(1)
    return factories.code(1)


def test_what_an_office_kept_is_taken_as_checked(known):
    day = datetime(2026, 3, 1, tzinfo=UTC)
    taken = take(row(1, text=" 停车难，打13812345678 ", organisation=known, confirmed_at=day), row(2, route=""))
    assert (numbers(taken), taken.faults) == ((2, 0, 0), ())
    first, second = in_force()
    assert (first.text, first.route, first.confirmed_at) == ("停车难，打［手机号］", Route.PROVIDER, day)
    assert first.organisation_id == db.session.scalars(select(Organisation.id).filter_by(uscc=known)).one()
    assert (second.route, second.organisation_id, second.confirmed_at) == (None, None, NOW)
    assert {(need.source, need.checked, need.suggested) for need in (first, second)} == {("12345", True, "")}
    assert events("need:import") == ["2 new, 0 changed"]


def test_the_same_file_again_changes_nothing_and_is_not_a_deed(known):
    take(row(1), row(2, organisation=known))
    assert numbers(take(row(1), row(2, organisation=known), now=LATER)) == (0, 0, 2)
    assert count(ConfirmedNeed) == 2
    assert len(events("need:import")) == 1


@pytest.mark.parametrize(
    "changed", [{"text": "另一句话"}, {"category": "P-015"}, {"route": "property"}, {"route": ""}, {"organisation": ""}]
)
def test_a_changed_row_takes_the_place_of_the_one_before(known, changed):
    take(row(1, organisation=known), row(2))
    taken = take(row(1, **({"organisation": known} | changed)), row(2), row(3), now=LATER)
    assert numbers(taken) == (1, 1, 1)
    assert sorted(need.external_id for need in in_force()) == ["n1", "n2", "n3"]
    assert count(ConfirmedNeed, withdrawn_at=LATER, reason="said otherwise") == 1


def test_a_row_left_out_of_a_later_file_stays(known):
    take(row(1), row(2))
    take(row(2))
    assert len(in_force()) == 2


def test_two_offices_may_call_different_needs_by_one_name(known):
    take(row(1))
    assert numbers(take(row(1, category="P-015"), source="archive")) == (1, 0, 0)
    assert len(in_force()) == 2


@pytest.mark.parametrize("source", ["", "  "])
def test_an_import_says_who_kept_its_needs(known, source):
    with pytest.raises(Invalid, match="say who"):
        take(row(1), source=source)


WRONG = [
    ({"external_id": ""}, "id", "required"),
    ({"text": ""}, "text", "required"),
    ({"text": "，。！🙂"}, "text", "required"),
    ({"text": "停" * 1001}, "text", "too_long"),
    ({"category": "P-999"}, "category", "unknown"),
    ({"category": "SH-04"}, "category", "unknown"),
    ({"category": ""}, "category", "unknown"),
    ({"route": "nobody"}, "route", "unknown"),
    ({"organisation": "91310105MA1FW00000"}, "organisation", "unknown"),
]


@pytest.mark.parametrize(("changed", "field", "rule"), WRONG)
def test_a_row_at_fault_is_named_by_its_line_and_costs_no_other(known, changed, field, rule):
    taken = take(row(1), row(2, **changed), row(3))
    assert faults(taken) == [(3, field, rule)]
    assert [need.external_id for need in in_force()] == ["n1", "n3"]
    assert numbers(taken) == (2, 0, 0)


def test_one_name_for_two_rows_is_a_fault_of_the_second(known):
    taken = take(row(1), row(2, external_id="n1"))
    assert faults(taken) == [(3, "id", "twice")]
    assert [need.text for need in in_force()] == [row(1).text]


def test_a_row_may_have_several_faults(known):
    assert faults(take(row(1, text="", category="", route="x"))) == [
        (2, "text", "required"),
        (2, "category", "unknown"),
        (2, "route", "unknown"),
    ]


def test_strictly_one_fault_and_nothing_is_taken(known):
    taken = take(row(1), row(2, category="P-999"), strict=True)
    assert (numbers(taken), faults(taken)) == ((0, 0, 0), [(3, "category", "unknown")])
    assert (count(ConfirmedNeed), events("need:import")) == (0, [])
    assert numbers(take(row(1), row(2), strict=True)) == (2, 0, 0)


def withdraw(source="12345", needs=None, reason="乱填的", by=OPERATOR, now=LATER):
    with transaction():
        return confirmations.withdraw(source=source, needs=needs, reason=reason, by=by, now=now)


@pytest.fixture
def three(known):
    """Three needs of one source and one of another; the ids of the three."""
    confirm_many(["别处说的"], source="visitor", checked=False)
    return confirm_many(["车位不够", "车没处停", "乱停车"])


def test_all_that_a_source_said_can_be_taken_back(three):
    assert withdraw(reason="  乱填的 ") == 3
    assert [need.source for need in in_force()] == ["visitor"]
    assert count(ConfirmedNeed, withdrawn_at=LATER, reason="乱填的") == 3
    assert events("need:withdraw") == ["乱填的"]


def test_some_of_what_a_source_said_can_be_taken_back(three):
    assert withdraw(needs=three[:2]) == 2
    assert [need.text for need in in_force()] == ["别处说的", "乱停车"]


def test_no_source_loses_what_another_said(three):
    assert withdraw(source="visitor", needs=three) == 0
    assert len(in_force()) == 4


def test_what_was_taken_back_is_not_taken_back_again(three):
    withdraw()
    assert withdraw(reason="又一次", now=NOW) == 0
    assert count(ConfirmedNeed, withdrawn_at=LATER) == 3
    assert events("need:withdraw") == ["乱填的"]


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_is_taken_back(three, reason):
    with pytest.raises(Invalid, match="says why"):
        withdraw(reason=reason)
    assert len(in_force()) == 4


def test_what_was_taken_back_may_be_said_again(known):
    take(row(1))
    withdraw()
    assert numbers(take(row(1))) == (1, 0, 0)
    assert len(in_force()) == 1


@pytest.mark.parametrize("deed", [take, withdraw])
def test_only_an_operator_imports_and_takes_back(three, deed):
    with pytest.raises(Forbidden):
        deed(by=VISITOR)
    assert len(in_force()) == 4
