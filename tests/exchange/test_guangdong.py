from pathlib import Path

import pytest

from directory.exchange import guangdong
from directory.exchange.tables import WrongTable
from directory.operations.records import Identity

REAL = Path(__file__).resolve().parents[3] / "shared/benchmarks/guangdong-services/services.csv"
HEADER = "TASK_CODE,TASK_NAME,DEPT_NAME,theme_category,consult_phone,handle_location,accept_standard,URL"
OFFICE = "11440000006939756B"  # a code of a public body; both check characters hold
NOT_A_CODE = "11440000006939756C"


def read(tmp_path, *rows):
    path = tmp_path / "items.csv"
    path.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    return guangdong.read(path, source="guangdong")


def test_an_office_is_known_by_the_beginning_of_its_items_codes(tmp_path):
    delivery = read(tmp_path, f"{OFFICE}01,提价申报,甲局,其他,,,,", f"{OFFICE}02,价格认定,甲局,纳税|其他,,,,")
    assert [(row.identity, row.name, row.uscc) for row in delivery.organisations] == [
        (Identity("guangdong", OFFICE), "甲局", OFFICE)
    ]
    assert [(row.external_id, row.category.name) for row in delivery.services] == [
        (f"{OFFICE}01", "其他"),
        (f"{OFFICE}02", "纳税"),
    ]


def test_a_code_whose_check_fails_stays_an_outside_id_only(tmp_path):
    (row,) = read(tmp_path, f"{NOT_A_CODE}01,提价申报,甲局,其他,,,,").organisations
    assert (row.identity.external_id, row.uscc) == (NOT_A_CODE, None)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("020-83122222", "020-83122222"),
        ("020－81102000", "020-81102000"),
        ("（0662）3681111", "0662-3681111"),
        ("020- 83835328", "020-83835328"),
        ("省厅：020-86351219、020-86351130", "020-86351219"),
        ("地址：中山七路341号。电话：020-81723806。", "020-81723806"),
        ("拨打12348", "12348"),
        ("400-7000-690", "400-7000-690"),
        ("13812345678", ""),
        ("138-1234-5678", ""),
        ("联系张科长13812345678或020-83122222", "020-83122222"),
        ("无", ""),
        ("", ""),
    ],
)
def test_only_an_office_line_becomes_the_phone(tmp_path, given, kept):
    (row,) = read(tmp_path, f"{OFFICE}01,提价申报,甲局,其他,{given},,,").organisations
    assert row.phone == kept


def test_what_most_items_say_is_said_of_the_office(tmp_path):
    rows = [f"{OFFICE}0{n},事项{n},甲局,其他,020-8312222{min(n, 2)},办理地点：越秀路{min(n, 2)}号,," for n in (1, 2, 3)]
    (row,) = read(tmp_path, *rows).organisations
    assert (row.phone, row.address) == ("020-83122222", "越秀路2号")


def test_nothing_said_stays_unsaid(tmp_path):
    delivery = read(tmp_path, f"{OFFICE}01,提价申报,甲局,,无,无线下办理窗口,无,")
    assert delivery.organisations[0].address == ""
    assert delivery.services[0].description == ""
    assert delivery.services[0].category.name == "其他"


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        ("123,提价申报,甲局,其他,,,,", "TASK_CODE", "length"),
        (f"{OFFICE}01,提价申报,,其他,,,,", "DEPT_NAME", "required"),
        (f"{OFFICE}01,提价申报,甲局", "", "columns"),
    ],
)
def test_a_row_without_an_office_is_refused_by_line(tmp_path, row, column, rule):
    delivery = read(tmp_path, row, f"{OFFICE}02,价格认定,甲局,其他,,,,")
    assert [(fault.origin.line, fault.field, fault.rule) for fault in delivery.faults] == [(2, column, rule)]
    assert len(delivery.services) == 1


def test_another_table_is_refused(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(WrongTable, match="TASK_CODE"):
        guangdong.read(tmp_path / "x.csv", source="guangdong")


@pytest.mark.skipif(not REAL.exists(), reason="the shared benchmark files are not here")
def test_the_real_file_reads_whole():
    delivery = guangdong.read(REAL, source="guangdong")
    assert (len(delivery.services), len(delivery.organisations), delivery.faults) == (2262, 177, ())
    assert sum(row.uscc is None for row in delivery.organisations) == 2
    assert max(len(row.category.name) for row in delivery.services) < 20
