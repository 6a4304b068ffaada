from datetime import datetime

import pytest

from directory.exchange import needs
from directory.exchange.tables import WrongTable
from directory.operations.confirmations import ConfirmedRow
from directory.operations.records import Origin, RowFault
from directory.rules.calendar import DISTRICT_ZONE
from tests.factories import code

GOOD = {
    "id": "A-1",
    "text": "楼下没地方停车",
    "category": "P-001",
    "route": "provider",
    "organisation": code(1),
    "confirmed_on": "2026-03-01",
}
HEADER = ",".join(GOOD)


def read(tmp_path, *rows, header=HEADER, encoding="utf-8"):
    path = tmp_path / "needs.csv"
    lines = [",".join(f'"{cell}"' for cell in (GOOD | row).values()) for row in rows]
    path.write_text("\n".join([header, *lines]), encoding=encoding)
    return list(needs.read(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_is_one_need_with_who_solved_it(tmp_path, encoding):
    day = datetime(2026, 3, 1, tzinfo=DISTRICT_ZONE)
    assert read(tmp_path, {}, encoding=encoding) == [
        ConfirmedRow("A-1", "楼下没地方停车", "P-001", "provider", code(1), day, Origin("needs.csv", 2))
    ]


def test_chinese_headers_are_read_as_well(tmp_path):
    chinese = {column: name for name, column in needs.COLUMNS.names.items()}
    assert set(chinese) == set(GOOD)
    assert read(tmp_path, {}, header=",".join(chinese[column] for column in GOOD)) == read(tmp_path, {})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("第三方", "provider"),
        ("物业", "property"),
        ("政府部门", "department"),
        ("居民自己", "self"),
        ("self", "self"),
        ("", ""),
        ("某人", "某人"),
    ],
)
def test_solvers_are_read_in_chinese_too(tmp_path, said, meant):
    (row,) = read(tmp_path, {"route": said})
    assert row.route == meant


def test_what_an_office_leaves_open_is_open(tmp_path):
    (tmp_path / "x.csv").write_text("id,text,category\nA-1,没地方停车,P-001\n", encoding="utf-8")
    (row,) = needs.read(tmp_path / "x.csv")
    assert (row.route, row.organisation, row.confirmed_at) == ("", "", None)


def test_a_code_in_small_letters_is_the_same_code(tmp_path):
    (row,) = read(tmp_path, {"organisation": code(1).lower()})
    assert row.organisation == code(1)


@pytest.mark.parametrize("day", ["2026-03-01", "2026/03/01", "2026/3/1", "2026年3月1日"])
def test_a_day_may_be_written_with_strokes(tmp_path, day):
    (row,) = read(tmp_path, {"confirmed_on": day})
    assert row.confirmed_at == datetime(2026, 3, 1, tzinfo=DISTRICT_ZONE)


@pytest.mark.parametrize("day", ["1.3.2026", "2026-02-30", "昨天", "2026", "46000"])
def test_a_day_that_is_none_refuses_its_row_and_no_other(tmp_path, day):
    fault, row = read(tmp_path, {"confirmed_on": day}, {"id": "A-2"})
    assert isinstance(fault, RowFault)
    assert (fault.origin.line, fault.field, fault.rule) == (2, "confirmed_on", "date")
    assert row.external_id == "A-2"


def test_a_row_with_too_few_cells_is_a_fault(tmp_path):
    (tmp_path / "x.csv").write_text("id,text,category\nA-1,没地方停车\nA-2,停车,P-001\n", encoding="utf-8")
    fault, row = needs.read(tmp_path / "x.csv")
    assert (fault.origin.line, fault.rule, row.external_id) == (2, "columns", "A-2")


@pytest.mark.parametrize(
    ("header", "said"),
    [("", "empty"), ("id,text", "no column category"), (",".join([*GOOD, "phone"]), "phone is not known")],
)
def test_a_wrong_header_is_refused(tmp_path, header, said):
    with pytest.raises(WrongTable, match=said):
        read(tmp_path, header=header)


def test_a_file_that_is_not_there_is_told_of(tmp_path):
    with pytest.raises(WrongTable, match="No such file"):
        list(needs.read(tmp_path / "nowhere.csv"))
