import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.exchange.tables import (
    LARGEST_FILE,
    Columns,
    Line,
    WrongTable,
    guarded,
    lines,
    read_bytes,
    read_csv,
    unguarded,
    write_csv,
)
from directory.operations.records import Origin, RowFault

TWO = Columns(("a", "b"))


def read(text, columns=TWO):
    return list(lines(text.encode() if isinstance(text, str) else text, "x.csv", columns))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_each_encoding_an_office_saves_in(encoding):
    (line,) = read("a,b\n养老,𠮷\n".encode(encoding))
    assert dict(line.cells) == {"a": "养老", "b": "𠮷"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,c\n1,2\n", "no column b"),
        (b"a;b\n1;2\n", "no column a, b"),
        (b"a,b,b\n1,2,3\n", "stands there twice"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xfe", "neither UTF-8 nor GB18030"),
        ("a,b\n1,2\n".encode("utf-16"), "neither UTF-8 nor GB18030"),
        (b"a,b\n\xff\xff,1\n", "neither UTF-8 nor GB18030"),
    ],
)
def test_a_file_that_is_no_such_table_says_what_is_wrong(data, said):
    with pytest.raises(WrongTable, match=said):
        read(data)


def test_an_unknown_column_is_named_where_the_columns_are_ours():
    with pytest.raises(WrongTable, match="prise"):
        read("a,b,prise\n1,2,3\n", Columns(("a",), frozenset("ab")))


def test_a_column_may_have_another_name():
    (line,) = read("甲,b\n1,2\n", Columns(("a",), names={"甲": "a"}))
    assert (line["a"], line["c"], line.first("c", "b")) == ("1", "", "2")


@pytest.mark.parametrize(("row", "said"), [("1", "太少"), ("1,2,3", "太多")])
def test_a_row_of_the_wrong_length_is_a_fault_and_the_others_stand(row, said):
    fault, line = read(f"a,b\n{row}\n3,4\n")
    assert isinstance(fault, RowFault)
    assert fault.origin == Origin("x.csv", 2)
    assert fault.rule == "columns"
    assert said in fault.message
    assert dict(line.cells) == {"a": "3", "b": "4"}


def test_a_row_is_counted_by_its_first_line_and_empty_ones_are_passed_over():
    found = read('a,b\n"1\n1",2\n,\n\n3,4\n')
    assert [(line.origin.line, line["a"]) for line in found] == [(2, "1\n1"), (6, "3")]


def test_a_quotation_mark_left_open_costs_its_own_row_only_by_number():
    line, fault = read('a,b\n1,2\n"3,4\n5,6\n')
    assert isinstance(line, Line)
    assert (fault.origin.line, fault.rule) == (3, "columns")


def test_a_very_long_cell_does_not_stop_the_file():
    long, line = read(f"a,b\n{'x' * 300_000},2\n3,4\n")
    assert (len(long["a"]), line["a"]) == (300_000, "3")


def test_formulas_are_noted_and_not_computed():
    (line,) = read('a,b\n"=HYPERLINK(""http://x"")",＝1+1\n')
    assert line.formulas == {"a", "b"}


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(20 * 1024**3)  # a hole: to read it would take all memory
    with pytest.raises(WrongTable, match=f"at most {LARGEST_FILE:,}"):
        read_bytes(path)


def test_a_folder_or_nothing_is_no_file(tmp_path):
    with pytest.raises(WrongTable, match="Is a directory"):
        read_bytes(tmp_path)
    with pytest.raises(WrongTable, match="No such file"):
        read_bytes(tmp_path / "absent.csv")


def test_our_own_files_may_have_short_rows(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1\n1,2,3\n", encoding="utf-8")
    assert list(read_csv(tmp_path / "x.csv", columns=("a",))) == [(2, {"a": "1", "b": ""}), (3, {"a": "1", "b": "2"})]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|'/C calc'!A0", "'+cmd|'/C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-老人优先", "'-老人优先"),
        ("＝1", "'＝1"),
        ("\tx", "'\tx"),
        ("'=1", "''=1"),
        ("-12.5", "-12.5"),
        ("养老", "养老"),
        (None, ""),
        (7, "7"),
    ],
)
def test_no_written_cell_is_a_formula(text, cell):
    assert guarded(text) == cell


@given(st.text())
def test_the_guard_comes_off_again(text):
    assert unguarded(guarded(text)) == text
    assert guarded(text) == text or guarded(text).startswith("'")


@given(st.lists(st.tuples(st.text(min_size=1), st.text(min_size=1)), min_size=1))
def test_what_is_written_is_read_back(tmp_path_factory, rows):
    kept = [(a.strip(), b.strip()) for a, b in rows]
    kept = [
        row for row in kept if all(row) and not any(c in cell for cell in row for c in "\x00\r") and _encodable(row)
    ]
    path = tmp_path_factory.mktemp("round") / "x.csv"
    write_csv(path, ("a", "b"), kept)
    assert [(line["a"], line["b"]) for line in lines(path.read_bytes(), "x.csv", TWO)] == kept


def _encodable(row):
    try:
        return bool("".join(row).encode())
    except UnicodeEncodeError:
        return False


def test_a_failed_write_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("old", encoding="utf-8")

    def rows():
        yield ("1", "2")
        raise RuntimeError("gone")

    with pytest.raises(RuntimeError):
        write_csv(path, ("a", "b"), rows())
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_written_cells_open_in_excel_as_utf_8(tmp_path):
    write_csv(tmp_path / "x.csv", ("a",), [("养老",)])
    data = (tmp_path / "x.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert next(csv.reader(io.StringIO(data.decode("utf-8-sig")))) == ["a"]
