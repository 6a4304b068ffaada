import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from directory.exchange import xlsx
from directory.exchange.tables import Columns, WrongTable
from directory.operations.records import RowFault

TWO = Columns(("a", "b"))


def book(*rows):
    workbook = Workbook()
    for row in rows:
        workbook.active.append(row)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def read(data):
    return list(xlsx.lines(data, "x.xlsx", TWO))


def test_cells_are_read_as_the_text_they_show():
    (line,) = read(book(["a", "b"], [3.0, date(2026, 11, 23)]))
    assert (line["a"], line["b"][:10]) == ("3", "2026-11-23")


def test_rows_keep_their_number_and_empty_ones_are_passed_over():
    found = read(book(["a", "b"], [None, None], ["x", None]))
    assert [(line.origin.line, line["a"], line["b"]) for line in found] == [(3, "x", "")]


def test_a_formula_is_noted_and_not_computed():
    (line,) = read(book(["a", "b"], ["=1+1", "x"]))
    assert line.formulas == {"a"}
    assert line["a"] == "=1+1"


@pytest.mark.parametrize(
    ("row", "rule"), [(["x", "y", "z"], "columns"), (["#N/A", "y"], "cell_error"), (["#DIV/0!", "y"], "cell_error")]
)
def test_a_bad_row_is_a_fault_and_the_others_stand(row, rule):
    fault, line = read(book(["a", "b"], row, ["1", "2"]))
    assert isinstance(fault, RowFault)
    assert (fault.rule, fault.origin.line, line["a"]) == (rule, 2, "1")


def _zipped(name, content):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


def _claiming(size):
    """A zip whose directory says that its one file unpacks to so many bytes."""
    data = bytearray(_zipped("bomb.xml", "x"))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = size.to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 and then nothing", "not a readable Excel workbook"),
        (_zipped("hello.txt", "hello"), "not a readable Excel workbook"),
        (_zipped("[Content_Types].xml", "<broken"), "not a readable Excel workbook"),
        (book(["a", "b"], ["1", "2"])[:-400], "not a readable Excel workbook"),
        (book(["x"]), "no column a, b"),
        (book(), "empty"),
        (_claiming(xlsx.LARGEST_UNPACKED + 1), "when unpacked"),
    ],
)
def test_a_file_that_is_no_such_workbook_says_what_is_wrong(data, said):
    with pytest.raises(WrongTable, match=said):
        read(data)


def test_written_cells_are_text_or_numbers_and_never_formulas(tmp_path):
    path = tmp_path / "x.xlsx"
    written = xlsx.write(path, ("a", "b", "c"), [("=1+1", 7, None), ("https://x.example", 0, "")])
    sheet = load_workbook(path).active
    assert written == 2
    assert [[(cell.value, cell.data_type) for cell in row] for row in sheet["A2:C3"]] == [
        [("'=1+1", "s"), (7, "n"), (None, "n")],
        [("https://x.example", "s"), (0, "n"), (None, "n")],
    ]
    assert all(cell.hyperlink is None for row in sheet["A2:C3"] for cell in row)


def test_what_cannot_be_written_leaves_nothing(tmp_path):
    with pytest.raises(WrongTable, match="cannot write there"):
        xlsx.write(tmp_path / "absent" / "x.xlsx", ("a",), [("1",)])

    def rows():
        yield ("1",)
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError):
        xlsx.write(tmp_path / "x.xlsx", ("a",), rows())
    assert list(tmp_path.iterdir()) == []
