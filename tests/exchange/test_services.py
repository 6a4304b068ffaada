import io
import json
from dataclasses import replace
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from directory.exchange import services
from directory.exchange.tables import WrongTable
from directory.operations import exports
from directory.operations.records import CategoryRow, Identity
from directory.policy import OPERATOR
from tests.factories import code

HEADER = (
    "uscc,organisation,service_id,category,service,description,areas,groups,"
    "price_low,price_high,price_unit,capacity,state,organisation_id"
)
GOOD = {
    "uscc": code(1),
    "organisation": "暖檐社",
    "service_id": "1",
    "category": "P-001",
    "service": "停车共治",
    "description": "一起商量。",
    "areas": "310105-05、310105-06",
    "groups": "老年人|家庭",
    "price_low": "800",
    "price_high": "1,200",
    "price_unit": "每项目",
    "capacity": "3",
    "state": "",
    "organisation_id": "",
}


def read(tmp_path, *rows, header=HEADER, encoding="utf-8"):
    path = tmp_path / "services.csv"
    lines = [",".join(f'"{cell}"' for cell in (GOOD | row).values()) for row in rows]
    path.write_text("\n".join([header, *lines]), encoding=encoding)
    return services.read(path, source="services")


def faults(delivery):
    return [(fault.origin.line, fault.field, fault.rule) for fault in delivery.faults]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_is_one_service_of_one_organisation(tmp_path, encoding):
    delivery = read(tmp_path, {}, encoding=encoding)
    (service,) = delivery.services
    assert delivery.organisations[0].uscc == code(1)
    assert (service.organisation, service.external_id) == (Identity("services", code(1)), "1")
    assert service.category == CategoryRow("P-001")
    assert (service.areas, service.groups) == (("310105-05", "310105-06"), ("老年人", "家庭"))
    assert (service.price_low, service.price_high, service.price_unit, service.capacity) == (800, 1200, "每项目", 3)
    assert service.active


def test_chinese_headers_are_read_as_well(tmp_path):
    names = {column: name for name, column in services.CHINESE.items()}
    english = read(tmp_path, {})
    chinese = read(tmp_path, {}, header=",".join(names[column] for column in HEADER.split(",")))
    assert chinese == english


def test_full_width_and_spaced_codes_and_numbers_are_read(tmp_path):
    spaced = " ".join([code(1)[:8].lower(), code(1)[8:]])
    delivery = read(tmp_path, {"uscc": spaced, "price_low": "８００元", "price_high": "1200.0"})
    assert delivery.organisations[0].uscc == code(1)
    assert (delivery.services[0].price_low, delivery.services[0].price_high) == (800, 1200)


@pytest.mark.parametrize(
    ("changed", "field", "rule"),
    [
        ({"uscc": ""}, "uscc", "required"),
        ({"price_low": "八百"}, "price_low", "number"),
        ({"price_high": "1200.5"}, "price_high", "number"),
        ({"capacity": "若干"}, "capacity", "number"),
        ({"service": "=HYPERLINK(1)"}, "service", "formula"),
        ({"price_low": "=1+1"}, "price_low", "formula"),
        ({"state": "exited"}, "state", "unknown"),
        ({"state": "open"}, "state", "unknown"),
    ],
)
def test_a_bad_cell_refuses_its_row_and_no_other(tmp_path, changed, field, rule):
    delivery = read(tmp_path, changed, {"service_id": "2"})
    assert faults(delivery) == [(2, field, rule)]
    assert [service.external_id for service in delivery.services] == ["2"]


def test_text_that_only_looks_like_a_formula_is_text(tmp_path):
    delivery = read(tmp_path, {"description": "-老人优先", "service": "'=1+1"})
    assert (delivery.services[0].description, delivery.services[0].name) == ("-老人优先", "=1+1")


def test_one_code_has_one_name(tmp_path):
    delivery = read(tmp_path, {}, {"service_id": "2", "organisation": "暖檐服务社"})
    assert faults(delivery) == [(3, "organisation", "contradiction")]
    assert "第 2 行" in delivery.faults[0].message


def test_an_organisation_without_good_row_is_not_delivered(tmp_path):
    delivery = read(tmp_path, {"price_low": "?"}, {"uscc": code(2), "organisation": "别家"})
    assert [row.uscc for row in delivery.organisations] == [code(2)]


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("hsds:17", Identity("hsds", "17")),
        ("17", Identity("services", "17")),
        ("urn:uuid:17", Identity("services", "urn:uuid:17")),
        ("https://x.example/17", Identity("services", "https://x.example/17")),
    ],
)
def test_an_organisation_without_code_is_known_by_its_own_directory(tmp_path, text, identity):
    delivery = read(tmp_path, {"uscc": "", "organisation_id": text})
    assert (delivery.organisations[0].identity, delivery.organisations[0].uscc) == (identity, None)


@pytest.mark.parametrize(
    ("header", "said"),
    [("a,b", "no column uscc"), ("", "empty"), (f"{HEADER},prise", "prise is not known")],
)
def test_a_wrong_header_is_refused(tmp_path, header, said):
    (tmp_path / "x.csv").write_text(header, encoding="utf-8")
    with pytest.raises(WrongTable, match=said):
        services.read(tmp_path / "x.csv", source="services")


def test_an_old_excel_file_is_told_to_be_saved_anew(tmp_path):
    (tmp_path / "x.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    with pytest.raises(WrongTable, match=r"save it as \.xlsx or CSV"):
        services.read(tmp_path / "x.xls", source="services")


def test_a_workbook_reads_like_the_csv_whatever_it_is_called(tmp_path):
    expected = read(tmp_path, {})
    book = Workbook()
    book.active.append(HEADER.split(","))
    book.active.append([int(cell) if column == "capacity" else cell for column, cell in GOOD.items()])
    book.save(tmp_path / "book.csv")
    assert services.read(tmp_path / "book.csv", source="services") == expected


def test_a_formula_in_a_workbook_refuses_its_row(tmp_path):
    book = Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(list((GOOD | {"capacity": "=1+1"}).values()))
    book.save(tmp_path / "x.xlsx")
    assert faults(services.read(tmp_path / "x.xlsx", source="services")) == [(2, "capacity", "formula")]


def lines_of(app):
    return list(exports.lines(by=OPERATOR, on=date(2026, 11, 23)))


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_whole_catalogue_is_written_and_read_back_equal(catalogue, tmp_path, ending):
    lines = lines_of(catalogue)
    path = tmp_path / f"out{ending}"
    assert services.write(path, lines) == len(lines) > 500
    delivery = services.read(path, source="demo")
    assert delivery.faults == ()
    assert list(delivery.services) == [
        replace(line.service, category=CategoryRow(line.service.category.code)) for line in lines
    ]
    assert {(row.identity, row.uscc, row.name) for row in delivery.organisations} == {
        (row.identity, row.uscc, row.name) for row in (line.organisation for line in lines)
    }


def test_the_file_tells_standard_price_and_grade(catalogue, tmp_path):
    line = next(line for line in lines_of(catalogue) if line.grade == "5A" and line.service.price_low)
    services.write(tmp_path / "x.xlsx", [line])
    header, cells = load_workbook(tmp_path / "x.xlsx").active.iter_rows(values_only=True)
    told = dict(zip(header, cells, strict=True))
    assert (told["grade"], told["price_low"], told["demo"]) == ("5A", line.service.price_low, "yes")
    assert line.standard["acceptance"][0] in told["standard"]


def test_json_holds_lists_and_numbers(catalogue, tmp_path):
    lines = lines_of(catalogue)[:2]
    services.write(tmp_path / "x.json", lines)
    told = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert [row["areas"] for row in told] == [list(line.service.areas) for line in lines]
    assert told[0]["standard"] == lines[0].standard
    assert services.write(tmp_path / "none.json", []) == 0
    assert json.loads((tmp_path / "none.json").read_text(encoding="utf-8")) == []


def test_a_formula_in_the_catalogue_is_written_as_text(catalogue, tmp_path):
    line = lines_of(catalogue)[0]
    line = replace(line, service=replace(line.service, name="=cmd|'/C calc'!A0"))
    services.write(tmp_path / "x.csv", [line])
    assert "'=cmd|" in io.StringIO((tmp_path / "x.csv").read_text(encoding="utf-8-sig")).read()
    assert services.read(tmp_path / "x.csv", source="demo").services[0].name == "=cmd|'/C calc'!A0"
