from datetime import date
from functools import partial

import pytest
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.errors import Forbidden
from directory.exchange import lists as reading
from directory.models.audit import AuditEvent
from directory.models.organisation import Fact, Organisation, OrganisationKind
from directory.operations import fact_lists, lists
from directory.operations.imports import Change
from directory.operations.lists import Refused
from directory.policy import OPERATOR
from directory.rules.eligibility import FactKind
from directory.rules.roles import Role
from tests import factories
from tests.factories import NOW, STREET, code
from tests.factories_rules import queries

FACTS = "uscc,kind,value,since,until,source\n"
ORGANISATIONS = "uscc,organisation,kind,area,address,phone,website,summary\n"


def take_facts(text, *, strict=False, by=OPERATOR):
    rows, faults = reading.facts((FACTS + text).encode(), "facts.csv")
    with transaction(announce=False):
        return fact_lists.take_facts(rows, faults, strict=strict, by=by, now=NOW)


def take_organisations(text, *, strict=False, by=OPERATOR):
    rows, faults = reading.organisations((ORGANISATIONS + text).encode(), "organisations.csv")
    with transaction(announce=False):
        return lists.take_organisations(rows, faults, strict=strict, by=by, now=NOW)


@pytest.fixture
def known(app):
    """The id of an organisation without facts."""
    with transaction():
        factories.taxonomy()
        return factories.organisation(1, facts=()).id


def told(report):
    return [(fault.origin.line, fault.field, fault.rule) for fault in report.faults]


def facts(**where):
    return list(db.session.scalars(select(Fact).filter_by(**where).order_by(Fact.id)))


GRADE = f"{code(1)},grade,4A,2024-11-16,2029-11-15,2024 年公告\n"


def test_facts_are_recorded_with_who_and_when(known):
    report = take_facts(GRADE + f"{code(1)},annual_check,合格,2025,,年检公告\n")
    assert report.counts == {Change.NEW: 2}
    grade, check = facts()
    assert (grade.kind, grade.value, grade.until) == (FactKind.GRADE, "4A", date(2029, 11, 15))
    assert (check.since, check.until) == (date(2025, 1, 1), date(2025, 12, 31))
    assert {(f.recorded_at, f.recorded_by) for f in (grade, check)} == {(NOW, "operator")}
    (event,) = db.session.scalars(select(AuditEvent).filter_by(event="list:import"))
    assert event.reason == "new 2, changed 0, unchanged 0; refused 0"


def test_the_same_list_again_changes_nothing_and_notes_nothing(known):
    take_facts(GRADE)
    report = take_facts(GRADE)
    assert report.counts == {Change.UNCHANGED: 1}
    assert len(facts()) == 1
    assert db.session.scalar(select(func.count(AuditEvent.id))) == 1


def test_a_correction_supersedes_and_what_it_corrects_stays(known):
    take_facts(GRADE)
    report = take_facts(GRADE.replace(",4A,", ",3A,"))
    assert [(row.change, row.what) for row in report.taken] == [
        (Change.CHANGED, "4A 2024-11-16 至 2029-11-15 2024 年公告 → 3A 2024-11-16 至 2029-11-15 2024 年公告")
    ]
    wrong, right = facts()
    assert (wrong.value, wrong.superseded_by_id) == ("4A", right.id)
    assert (right.value, right.superseded_by_id) == ("3A", None)
    assert take_facts(GRADE.replace(",4A,", ",3A,")).counts == {Change.UNCHANGED: 1}


def test_a_day_of_registration_is_corrected_though_it_is_another_day(known):
    take_facts(f"{code(1)},registration,,2015-05-04,,登记证书\n")
    take_facts(f"{code(1)},registration,,2015-04-05,,登记证书\n")
    assert [(f.since, f.superseded_by_id is None) for f in facts()] == [
        (date(2015, 5, 4), False),
        (date(2015, 4, 5), True),
    ]


def test_who_left_a_list_is_a_correction_of_the_listing(known):
    take_facts(f"{code(1)},abnormal_list,登记住所无法联系,2026-01-01,,公告\n")
    take_facts(f"{code(1)},abnormal_list,登记住所无法联系,2026-01-01,2026-03-01,公告\n")
    assert [f.until for f in facts(superseded_by_id=None)] == [date(2026, 3, 1)]


def test_two_grades_of_different_days_both_stand(known):
    take_facts(GRADE + f"{code(1)},grade,3A,2019-11-16,2024-11-15,2019 年公告\n")
    assert len(facts(superseded_by_id=None)) == 2


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (f"{code(2)},grade,4A,2024-11-16,2029-11-15,公告", ("uscc", "dangling")),
        ("123,grade,4A,2024-11-16,2029-11-15,公告", ("uscc", "uscc_length")),
        (f"{code(1)[:17]}I,grade,4A,2024-11-16,2029-11-15,公告", ("uscc", "uscc_alphabet")),
        (f"{code(1)},grade,6A,2024-11-16,2029-11-15,公告", ("value", "unknown")),
        (f"{code(1)},grade,4A,2024-11-16,,公告", ("until", "required")),
        (f"{code(1)},grade,4A,2024-11-16,2023-11-15,公告", ("until", "order")),
        (f"{code(1)},grade,4A,2030-11-16,2035-11-15,公告", ("since", "future")),
        (f"{code(1)},grade,4A,1900-11-16,2035-11-15,公告", ("since", "too_early")),
        (f"{code(1)},staff,6,2026-11-24,,年报", ("since", "future")),
        (f"{code(1)},annual_check,合格,2026,,公告", ("since", "year_not_over")),
        (f"{code(1)},grade,4A,2024-11-16,2029-11-15,", ("source", "required")),
        (f"{code(1)},grade,4A,2024-11-16,2029-11-15,{'长' * 401}", ("source", "too_long")),
        (f"{code(1)},annual_check,优秀,2025,,公告", ("value", "unknown")),
        (f"{code(1)},annual_check,合格,2026-06-30,,公告", ("since", "year")),
        (f"{code(1)},penalty,小,2025-01-01,,公告", ("value", "unknown")),
        (f"{code(1)},staff,六,2025-01-01,,年报", ("value", "number")),
        (f"{code(1)},staff,-1,2025-01-01,,年报", ("value", "number")),
        (f"{code(1)},staff,{'9' * 30},2025-01-01,,年报", ("value", "number")),
        (f"{code(1)},registration,是,2015-01-01,,证书", ("value", "superfluous")),
        (f"{code(1)},registration,,2015-01-01,2016-01-01,证书", ("until", "superfluous")),
        (f"{code(1)},honour,,2015-01-01,,证书", ("value", "required")),
    ],
)
def test_a_bad_row_is_refused_by_line_column_and_rule_and_the_good_one_is_taken(known, row, fault):
    report = take_facts(GRADE.replace("2024-11-16", "2023-11-16") + row + "\n")
    assert told(report) == [(3, *fault)]
    assert len(facts()) == 1
    assert all("\u4e00" <= fault.message[0] <= "\u9fff" or fault.message[0] in "“第" for fault in report.faults)


def test_strict_takes_none_if_one_is_bad(known):
    with pytest.raises(Refused) as refused:
        take_facts(GRADE + GRADE.replace(",4A,", ",6A,").replace("2024-11-16", "2024-11-17"), strict=True)
    assert refused.value.report.refused == 1
    assert facts() == []
    assert db.session.scalar(select(func.count(AuditEvent.id))) == 0


def test_a_fact_said_twice_in_one_file_is_taken_once(known):
    report = take_facts(GRADE + GRADE.replace(",4A,", ",3A,"))
    assert told(report) == [(3, "since", "duplicate")]
    assert "第 2 行" in report.faults[0].message
    assert [f.value for f in facts()] == ["4A"]


def test_personal_data_in_free_text_is_masked(known):
    take_facts(f"{code(1)},honour,优秀,2024-01-01,,问张三 13812345678\n")
    assert "13812345678" not in facts()[0].source


def test_organisations_come_in_and_again_unchanged(app):
    with transaction():
        factories.taxonomy()
    text = f"{code(1)},示例·暖檐社,社会团体,天山路街道,某路 1 号,021-5555-0001,https://example.org,做饭。\n"
    assert take_organisations(text).counts == {Change.NEW: 1}
    made = db.session.scalars(select(Organisation)).one()
    assert (made.source, made.kind, made.area_code) == ("list", OrganisationKind.ASSOCIATION, STREET)
    assert made.is_demo
    assert take_organisations(text).counts == {Change.UNCHANGED: 1}


def test_what_a_list_says_nothing_of_stays_and_what_differs_is_named(known):
    name = db.session.get(Organisation, known).name
    take_organisations(f"{code(1)},{name},,,某路 1 号,021-5555-0001,,\n")
    report = take_organisations(f"{code(1)},{name},,,某路 2 号,,,\n")
    assert [(row.change, row.what) for row in report.taken] == [(Change.CHANGED, "地址")]
    assert db.session.get(Organisation, known).phone == "021-5555-0001"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (",社,,,,,,", ("uscc", "required")),
        (f"{code(2)[:17]}X,社,,,,,,", ("uscc", "uscc_check")),
        (f"{code(2)},,,,,,,", ("organisation", "required")),
        (f"{code(2)},{'社' * 201},,,,,,", ("organisation", "too_long")),
        (f"{code(2)},社,,火星街道,,,,", ("area", "unknown")),
        (f"{code(2)},社,,,,13812345678,,", ("phone", "mobile")),
        (f"{code(2)},社,,,,,javascript:alert(1),", ("website", "address")),
        (f"{code(1)},别的社,,,,,,", ("organisation", "contradiction")),
        (f"{code(3)},社,,,,,,", ("uscc", "duplicate")),
    ],
)
def test_a_bad_organisation_is_refused_and_the_good_one_is_taken(known, row, fault):
    report = take_organisations(f"{code(3)},示例·好社,,,,,,\n{row}\n")
    assert told(report) == [(3, *fault)]
    assert report.counts == {Change.NEW: 1}


@pytest.mark.parametrize("role", [Role.OWNER, Role.STREET, Role.AUDITOR, Role.LEAD, Role.NEIGHBOURHOOD])
def test_only_the_district_takes_lists(known, role):
    with transaction():
        of = {"organisation_id": known} if role is Role.OWNER else {}
        by, district = factories.actor(role, **of), factories.actor(Role.DISTRICT)
    for take in (partial(take_facts, GRADE), partial(take_organisations, f"{code(2)},社,,,,,,\n")):
        with pytest.raises(Forbidden):
            take(by=by)
    take_facts(GRADE, by=district)
    assert facts()[0].recorded_by == f"district:{district.id}"


def test_a_thousand_rows_take_no_query_each(known):
    def asked(numbers):
        with queries() as seen:
            take_facts("".join(f"{code(1)},honour,荣誉{n},2024-01-01,,公告\n" for n in numbers))
        return len([statement for statement in seen if statement.startswith("SELECT")])

    assert asked(range(1)) == asked(range(10, 1010))
