import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.rules.editions import (
    BEGINNING,
    Change,
    Difference,
    Header,
    canonical,
    changes,
    difference,
    digest_of,
    edition_digest,
)

HEADER = Header("2026-1", datetime(2026, 11, 23, 4, tzinfo=UTC), "第一版", 3, BEGINNING)
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)
CONTENTS = st.dictionaries(WORDS, VALUES, max_size=4)
ROWS = st.dictionaries(st.integers(1, 30), st.sampled_from(["a", "b", "c"]), max_size=20)
IDS = st.frozensets(st.integers(1, 30))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": None}, '{"a":null,"b":1}'),
        ({"名": "停车"}, '{"名":"停车"}'),
        (Decimal("88.50"), '"88.5"'),
        (Decimal(100), '"100"'),
        (Decimal("0.00"), '"0"'),
        (date(2028, 2, 29), '"2028-02-29"'),
        (datetime(2026, 12, 31, 16, tzinfo=UTC), '"2026-12-31T16:00:00+00:00"'),
        ((1, [True, "x"]), '[1,[true,"x"]]'),
        ('"\n', '"\\"\\n"'),
    ],
)
def test_canonical_json_has_one_form(value, text):
    assert canonical(value) == text


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, {1, 2}, b"x", object()])
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises(TypeError, match="no canonical form"):
        canonical(value)


@given(CONTENTS)
def test_canonical_json_read_and_written_again_is_the_same(content):
    assert canonical(json.loads(canonical(content))) == canonical(content)


@given(CONTENTS, CONTENTS)
def test_two_contents_have_one_digest_only_if_they_are_the_same(first, second):
    same = digest_of(canonical(first)) == digest_of(canonical(second))
    assert same == (changes(first, second) == ()) == (canonical(first) == canonical(second))


@given(CONTENTS, st.data())
def test_any_changed_byte_of_a_row_is_found(content, data):
    sealed = canonical(content).encode()
    place = data.draw(st.integers(0, len(sealed) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != sealed[place]))
    changed = sealed[:place] + bytes([byte]) + sealed[place + 1 :]
    assert digest_of(changed) != digest_of(sealed)


def test_the_digest_of_an_edition_is_that_of_its_header_and_rows_as_json():
    said = (
        f'{{"number":"2026-1","parameters":3,"previous":"{BEGINNING}","rows":["aa","bb"],'
        '"sealed_at":"2026-11-23T04:00:00+00:00","title":"第一版"}'
    )
    assert edition_digest(HEADER, ["aa", "bb"]) == hashlib.sha256(said.encode()).hexdigest()


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (Header("2026-2", HEADER.sealed_at, "第一版", 3, BEGINNING), ["a", "b"]),
        (Header("2026-1", HEADER.sealed_at.replace(microsecond=1), "第一版", 3, BEGINNING), ["a", "b"]),
        (Header("2026-1", HEADER.sealed_at, "第二版", 3, BEGINNING), ["a", "b"]),
        (Header("2026-1", HEADER.sealed_at, "第一版", 4, BEGINNING), ["a", "b"]),
        (Header("2026-1", HEADER.sealed_at, "第一版", 3, "1" * 64), ["a", "b"]),
        (HEADER, ["b", "a"]),
        (HEADER, ["a"]),
        (HEADER, ["a", "b", "b"]),
        (HEADER, ["ab"]),
    ],
)
def test_a_changed_field_or_row_or_order_changes_the_digest_of_an_edition(header, rows):
    assert edition_digest(header, rows) != edition_digest(HEADER, ["a", "b"])


@pytest.mark.parametrize(
    ("earlier", "later", "before", "after", "expected"),
    [
        ({}, {}, set(), set(), Difference()),
        ({}, {1: "a"}, set(), set(), Difference(admitted=(1,))),
        ({1: "a"}, {}, set(), set(), Difference(exited=(1,))),
        ({1: "a"}, {}, set(), {1}, Difference(suspended=(1,))),
        ({}, {1: "a"}, {1}, set(), Difference(restored=(1,))),
        ({1: "a"}, {1: "b"}, set(), set(), Difference(changed=(1,))),
        ({1: "a", 2: "a"}, {1: "a", 3: "a"}, {9}, {8}, Difference(admitted=(3,), exited=(2,))),
        ({}, {}, {1}, {1}, Difference()),
    ],
)
def test_what_differs_between_two_sets_of_rows(earlier, later, before, after, expected):
    assert difference(earlier, later, suspended_before=before, suspended_after=after) == expected


@given(ROWS, IDS, IDS)
def test_nothing_differs_from_itself(rows, before, after):
    found = difference(rows, rows, suspended_before=before, suspended_after=after)
    assert found == Difference()
    assert not found


@given(ROWS, ROWS, IDS, IDS)
def test_the_other_way_round_it_is_mirrored(first, second, before, after):
    there = difference(first, second, suspended_before=before, suspended_after=after)
    back = difference(second, first, suspended_before=after, suspended_after=before)
    assert (there.admitted, there.restored, there.changed) == (back.exited, back.suspended, back.changed)
    assert len(there) == len(back)


@given(ROWS, ROWS, IDS, IDS)
def test_every_entry_that_differs_is_told_once(first, second, before, after):
    found = difference(first, second, suspended_before=before, suspended_after=after)
    told = [entry for ids in found.parts().values() for entry in ids]
    assert sorted(told) == sorted(e for e in first.keys() | second.keys() if first.get(e) != second.get(e))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, ()),
        ({"a": 1}, {"a": 2}, (Change("a", 1, 2),)),
        ({"a": {"b": "x", "c": 1}}, {"a": {"b": "y", "c": 1}}, (Change("a.b", "x", "y"),)),
        ({"a": [1, 2]}, {"a": [1, 3]}, (Change("a", [1, 2], [1, 3]),)),
        ({}, {"b": 1, "a": 2}, (Change("a", None, 2), Change("b", None, 1))),
        ({"a": {"b": 1}}, {"a": None}, (Change("a", {"b": 1}, None),)),
        ({"a": 1}, {"a": True}, (Change("a", 1, True),)),
    ],
)
def test_fields_that_differ_are_named(before, after, expected):
    assert changes(before, after) == expected


@given(CONTENTS, CONTENTS)
def test_changes_the_other_way_round_are_mirrored(first, second):
    assert changes(second, first) == tuple(Change(c.field, c.after, c.before) for c in changes(first, second))
