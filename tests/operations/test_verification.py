"""Whatever is done to a sealed edition past our code is found, and named."""

import json

import pytest

from directory.db import db
from directory.operations import editions, sealing, verification
from directory.rules.editions import canonical, digest_of, edition_digest
from tests.factories_editions import later, listed, rename, seal, spoil


@pytest.fixture
def sealed(app):
    """Two editions of three entries; the second has one renamed."""
    ids = listed(3)
    seal()
    rename(ids[0], "新名", now=later(1))
    seal("第二版", now=later(2))
    return ids


def found(number=None):
    db.session.rollback()
    db.session.expire_all()
    return [(f.edition, f.entry, f.what, f.fields) for f in verification.faults(number)]


CHANGED = "the row was changed after it was sealed"
FORGED = "the row and its digest were changed after it was sealed"
WHOLE = "what stands there is not what was sealed"
UNWITNESSED = "the record of deeds does not say that this digest was sealed"
UNLINKED = "does not follow from the edition before it"


def rewrite(entry_id, old, new, *, number="2026-1", forge=False):
    """Replace in a row's content; with `forge` its digest too."""
    edition = editions.get(number)
    content = editions.row(edition, entry_id).text.replace(old, new)
    digest = digest_of(content) if forge else editions.row(edition, entry_id).digest
    spoil(
        "UPDATE sealed_entry SET content = :c, digest = :d WHERE edition_id = :e AND entry_id = :i",
        c=content,
        d=digest,
        e=edition.id,
        i=entry_id,
    )


def test_what_was_not_touched_is_whole(sealed):
    assert found() == found("2026-1") == []


def test_no_editions_at_all_is_whole(app):
    assert found() == []


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ("第2号服务", "第9号服务", ("service.name",)),
        ('"low":1000', '"low":1', ("service.price.low",)),
        ('"assessed":"88.5"', '"assessed":"98.5"', ("assessed",)),
        ('"until":"2029-11-15"', '"until":"2039-11-15"', ("facts",)),
        ('"version":1', '"version":7', ("service.version",)),
        ('"entry":', '"entry": ', ("its spelling",)),
        ("}", "", ("it is not JSON any more",)),
    ],
)
def test_a_changed_row_is_named_with_the_field(sealed, old, new, fields):
    rewrite(sealed[1], old, new)
    assert found() == [("2026-1", sealed[1], CHANGED, fields)]
    assert found("2026-2") == []


@pytest.mark.parametrize("place", [0, 1, 40, -3, -1])
@pytest.mark.parametrize("byte", ["00", "ff", "21", "41"])
def test_any_byte_changed_is_found_also_where_no_text_is_left(sealed, place, byte):
    size = len(editions.row(editions.get("2026-2"), sealed[2]).text.encode())
    at = place % size
    spoil(
        "UPDATE sealed_entry SET content = CAST(substr(CAST(content AS BLOB), 1, :at) || :byte ||"
        " substr(CAST(content AS BLOB), :at + 2) AS TEXT) WHERE edition_id = 2 AND entry_id = :i",
        at=at,
        byte=bytes.fromhex(byte),
        i=sealed[2],
    )
    ((edition, entry, what, _fields),) = found()
    assert (edition, entry, what) == ("2026-2", sealed[2], CHANGED)


def test_a_changed_row_digest_is_found(sealed):
    spoil("UPDATE sealed_entry SET digest = :d WHERE edition_id = 1 AND entry_id = :i", d="0" * 64, i=sealed[0])
    assert [fault[:3] for fault in found()] == [("2026-1", sealed[0], CHANGED)]


def test_a_row_forged_with_its_digest_is_found_and_named(sealed):
    rewrite(sealed[1], "第2号服务", "第9号服务", forge=True)
    spoil("UPDATE sealed_entry SET service = '第9号服务' WHERE edition_id = 1 AND entry_id = :i", i=sealed[1])
    assert found() == [("2026-1", None, WHOLE, ()), ("2026-1", sealed[1], FORGED, ("service.name",))]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ("title = '另一版'", ("number, title or rows",)),
        ("year = 2025", ("number, title or rows",)),
        ("ordinal = 9", ("number, title or rows",)),
        ("sealed_at = '2026-11-23 04:00:01'", ("sealed_at",)),
        ("parameters_version = 2", ()),
    ],
)
def test_a_changed_field_of_an_edition_is_found(sealed, change, fields):
    spoil(f"UPDATE edition SET {change} WHERE id = 1")  # noqa: S608 - our own words
    ((_, entry, what, said),) = found()
    assert (entry, what, said) == (None, WHOLE, fields)


def test_a_changed_number_of_rows_is_found(sealed):
    spoil("UPDATE edition SET rows = 4 WHERE id = 1")
    assert found() == [("2026-1", None, "says it has 4 rows and has 3", ())]


@pytest.mark.parametrize("state", ["UPDATE edition SET state = 'superseded'"])
def test_that_none_is_in_force_is_found(sealed, state):
    spoil(state)
    assert found() == [("2026-2", None, "is the last one and not in force", ())]


def test_what_cannot_be_read_is_told_not_raised(sealed):
    spoil("UPDATE edition SET state = 'open' WHERE id = 1")
    ((edition, entry, what, _), *_rest) = found()
    assert (edition, entry) == ("#1", None)
    assert what.startswith("cannot be read: 'open'")


@pytest.mark.parametrize("column", ["field", "organisation", "service"])
def test_a_row_that_is_found_by_other_words_than_it_says_is_named(sealed, column):
    spoil(f"UPDATE sealed_entry SET {column} = '别的' WHERE edition_id = 1 AND entry_id = :i", i=sealed[2])  # noqa: S608
    assert found() == [("2026-1", sealed[2], "it cannot be found by what stands in it", (column,))]


def test_a_missing_row_is_named(sealed):
    spoil("DELETE FROM sealed_entry WHERE edition_id = 1 AND entry_id = :i", i=sealed[1])
    position = 1 + sorted(sealed, key=order).index(sealed[1])
    assert found() == [
        ("2026-1", None, f"there is no row {position}", ()),
        ("2026-1", None, "says it has 3 rows and has 2", ()),
        ("2026-1", None, WHOLE, ()),
        ("2026-1", sealed[1], "was listed when it was sealed, and has no row", ()),
    ]


def order(entry_id):
    return editions.row(editions.get("2026-2"), entry_id).position


def test_a_missing_row_is_named_also_where_the_rest_was_tidied_up(sealed):
    last = max(sealed, key=order)
    spoil("DELETE FROM sealed_entry WHERE edition_id = 1 AND entry_id = :i", i=last)
    spoil("UPDATE edition SET rows = 2 WHERE id = 1")
    assert found() == [
        ("2026-1", None, WHOLE, ("number, title or rows",)),
        ("2026-1", last, "was listed when it was sealed, and has no row", ()),
    ]


def test_an_added_row_is_named(sealed):
    entry = json.loads(editions.row(editions.get("2026-1"), sealed[0]).text)
    content = canonical(entry | {"entry": 99, "category": entry["category"] | {"code": "P-999"}})
    spoil(
        "INSERT INTO sealed_entry (edition_id, position, entry_id, field, organisation, service, content, digest)"
        " VALUES (1, 4, 99, 'SH-04', :o, :s, :c, :d)",
        o=entry["organisation"]["name"],
        s=entry["service"]["name"],
        c=content,
        d=digest_of(content),
    )
    assert found() == [
        ("2026-1", None, "says it has 3 rows and has 4", ()),
        ("2026-1", None, WHOLE, ()),
        ("2026-1", 99, "was not listed when it was sealed, and has a row", ()),
    ]


def test_rows_that_changed_places_are_named(sealed):
    first, second, third = sorted(sealed, key=order)
    for entry_id, position in ((first, 9), (second, 1), (first, 2)):
        spoil("UPDATE sealed_entry SET position = :p WHERE edition_id = 1 AND entry_id = :i", p=position, i=entry_id)
    assert found() == [
        ("2026-1", first, "the row is not where it was sealed", ()),
        ("2026-1", None, WHOLE, ()),
    ]
    assert third


def test_two_rows_that_stand_for_each_other_are_named(sealed):
    first, second, _ = sealed
    for entry_id, other in ((first, 9999), (second, first), (9999, second)):
        spoil("UPDATE sealed_entry SET entry_id = :o WHERE edition_id = 1 AND entry_id = :i", o=other, i=entry_id)
    named = {(entry, fields) for _, entry, what, fields in found() if what == "another row stands in its place"}
    assert named == {(first, ("entry",)), (second, ("entry",))}


def test_a_broken_link_is_found(sealed):
    spoil("UPDATE edition SET previous = :d WHERE id = 2", d="a" * 64)
    assert found() == [("2026-2", None, UNLINKED, ()), ("2026-2", None, WHOLE, ())]


def test_an_edition_taken_out_breaks_the_link(sealed):
    seal("第三版", now=later(3), unchanged=True)
    spoil("DELETE FROM sealed_entry WHERE edition_id = 2")
    spoil("DELETE FROM edition WHERE id = 2")
    assert found() == [("2026-3", None, UNLINKED, ())]


def test_a_whole_chain_forged_anew_is_told_by_the_record_of_deeds(sealed):
    rewrite(sealed[1], "第2号服务", "第9号服务", forge=True)
    spoil("UPDATE sealed_entry SET service = '第9号服务' WHERE edition_id = 1 AND entry_id = :i", i=sealed[1])
    previous = "0" * 64
    for edition_id in (1, 2):
        spoil("UPDATE edition SET previous = :p WHERE id = :e", p=previous, e=edition_id)
        edition = editions.get(f"2026-{edition_id}")
        previous = edition_digest(sealing.header(edition), editions.digests(edition).values())
        spoil("UPDATE edition SET digest = :d WHERE id = :e", d=previous, e=edition_id)
    assert found() == [("2026-1", None, UNWITNESSED, ()), ("2026-2", None, UNWITNESSED, ())]


def test_a_fault_reads_as_a_sentence(sealed):
    rewrite(sealed[1], "第2号服务", "第9号服务")
    (fault,) = verification.faults()
    assert str(fault) == (
        f"edition 2026-1, entry {sealed[1]}: the row was changed after it was sealed"
        " (differs from the records in service.name)"
    )
