import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from directory.exchange import lists
from directory.exchange.tables import WrongTable
from directory.models.organisation import OrganisationKind
from directory.operations.lists import MOST_ROWS
from directory.rules.eligibility import FactKind
from tests.factories import code

HEADER = "统一社会信用代码,事实,内容,起,止,来源"
FACT = (code(1), "评估等级", "4A", "2024-11-16", "2029-11-15", "2024 年公告")


def csv(*rows, header=HEADER, encoding="utf-8"):
    return "\n".join([header, *(",".join(row) for row in rows)]).encode(encoding)


def xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def fact(**changed):
    names = ("uscc", "kind", "value", "since", "until", "source")
    return tuple(changed.get(name, said) for name, said in zip(names, FACT, strict=True))


def one(*row, **changed):
    rows, faults = lists.facts(csv(row or fact(**changed)), "facts.csv")
    assert faults == []
    return rows[0]


def refused(**changed):
    rows, faults = lists.facts(csv(fact(**changed)), "facts.csv")
    assert rows == []
    return [(fault.origin.line, fault.field, fault.rule) for fault in faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_is_one_fact(encoding):
    (row,), faults = lists.facts(csv(FACT, encoding=encoding), "facts.csv")
    assert faults == []
    assert (row.uscc, row.kind, row.value) == (code(1), FactKind.GRADE, "4A")
    assert (row.since, row.until, row.source) == (date(2024, 11, 16), date(2029, 11, 15), "2024 年公告")
    assert row.origin == ("facts.csv", 2)


@pytest.mark.parametrize(
    "written",
    ["2024-11-16", "2024/11/16", "2024.11.16", "2024年11月16日", "２０２４－１１－１６", "2024-11-16T00:00:00"],
)
def test_a_day_may_be_written_as_offices_write_it(written):
    assert one(since=written).since == date(2024, 11, 16)


def test_a_workbook_says_the_same_with_real_days_and_numbers():
    header = HEADER.split(",")
    staff = [code(1), "专职人员", 6, datetime(2024, 1, 1), None, "年报"]  # noqa: DTZ001 - as a workbook holds it
    (grade, people), faults = lists.facts(xlsx(header, list(FACT), staff), "facts.xlsx")
    assert faults == []
    assert grade.value == "4A"
    assert (people.kind, people.value, people.since, people.until) == (FactKind.STAFF, "6", date(2024, 1, 1), None)


@pytest.mark.parametrize(("said", "value"), [("合格", "passed"), ("基本合格", "basic"), ("missed", "missed")])
def test_an_annual_check_is_of_a_year(said, value):
    row = one(kind="年度检查", value=said, since="2025", until="")
    assert (row.value, row.since, row.until) == (value, date(2025, 1, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"kind": "等级"}, ("kind", "unknown")),
        ({"since": ""}, ("since", "date")),
        ({"since": "去年"}, ("since", "date")),
        ({"since": "2024"}, ("since", "date")),  # a year is enough for an annual check only
        ({"since": "2023-02-29"}, ("since", "date")),
        ({"until": "45000"}, ("until", "date")),
        ({"value": "=1+1"}, ("value", "formula")),
        ({"source": "=cmd|' /C calc'!A0"}, ("source", "formula")),
        ({"uscc": "=A1"}, ("uscc", "formula")),
    ],
)
def test_what_cannot_be_read_is_told_by_line_column_and_rule(changed, fault):
    assert refused(**changed) == [(2, *fault)]


def test_a_serial_number_is_told_for_what_it_is():
    _, (fault,) = lists.facts(csv(fact(since="45612")), "facts.csv")
    assert "日期序号" in fault.message


def test_a_formula_in_a_workbook_is_never_computed():
    _, (fault,) = lists.facts(xlsx(HEADER.split(","), list(fact(value="=1+3"))), "facts.xlsx")
    assert (fault.field, fault.rule) == ("value", "formula")


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "empty"),
        ("机构,事实\n".encode(), "missing"),
        (csv(header="统一社会信用代码,事实,起,来源,起"), "twice"),
        (csv(header=HEADER + ",备注"), "unknown"),
        (b"\xff\xfe\x00\x01\x02", "encoding"),
        (b"PK\x03\x04 not a zip", "unreadable"),
        (b"\xd0\xcf\x11\xe0 old", "old"),
        (csv(*[FACT] * (MOST_ROWS + 1)), "too_many"),
        (b"\x00" * 1000, "encoding"),
    ],
)
def test_a_file_that_is_no_such_list_is_refused_with_its_reason(data, rule):
    with pytest.raises(WrongTable) as refused:
        lists.facts(data, "facts.csv")
    assert refused.value.rule == rule


@pytest.mark.parametrize(("kind", "read"), [("organisations", lists.organisations), ("facts", lists.facts)])
def test_a_template_is_read_back_as_nothing_with_its_example_and_can_be_filled_in(kind, read):
    assert read(lists.template_csv(kind), "template.csv") == ([], [])
    assert read(lists.template_xlsx(kind), "template.xlsx") == ([], [])
    book = load_workbook(io.BytesIO(lists.template_xlsx(kind)))
    assert book.sheetnames == ["填这里", "怎么填"]
    assert str(book["填这里"]["A2"].value).startswith("示例")
    assert book["怎么填"].max_row > 5


def test_the_example_of_a_template_is_right_but_for_its_mark():
    data = lists.template_csv("facts").decode("utf-8-sig").replace("示例 ", "")
    (row,), faults = lists.facts(data.encode(), "facts.csv")
    assert (faults, list(row.faults(today=date(2026, 11, 23)))) == ([], [])


def test_an_organisation_is_read_with_what_it_says_and_no_more():
    header = "统一社会信用代码,机构名称,机构类型,所在街道,办公电话"
    data = csv((f" {code(1).lower()} ", "示例·暖檐社", "社会团体", "天山路街道", ""), header=header)
    (listed,), faults = lists.organisations(data, "o.csv")
    assert faults == []
    assert (listed.row.uscc, listed.row.name, listed.kind) == (code(1), "示例·暖檐社", OrganisationKind.ASSOCIATION)
    assert (listed.area, listed.row.phone, listed.row.address) == ("天山路街道", None, None)


def test_an_unknown_kind_of_organisation_is_told_with_the_kinds_there_are():
    data = csv((code(1), "社", "公司"), header="统一社会信用代码,机构名称,机构类型")
    _, (fault,) = lists.organisations(data, "o.csv")
    assert (fault.field, fault.value, fault.rule) == ("kind", "公司", "unknown")
    assert "基金会" in fault.message
