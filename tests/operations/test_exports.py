from datetime import date

import pytest

from directory.db import transaction
from directory.errors import Forbidden, NotFound
from directory.operations import exports
from directory.policy import OPERATOR, VISITOR
from directory.rules.lifecycle import EntryState
from tests import factories
from tests.factories import DISTRICT, NEIGHBOURHOOD, OTHER_STREET, STREET

ON = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _entries(app):
    with transaction():
        factories.taxonomy()
        home = factories.organisation()
        factories.entry(home, name="街道", areas=[STREET])
        factories.entry(home, name="全区", areas=[DISTRICT])
        factories.entry(home, name="居民区", areas=[NEIGHBOURHOOD], category="P-015")
        factories.entry(home, name="别的街道", areas=[OTHER_STREET], state=EntryState.SUSPENDED, reason="grade_lapsed")


def names(**asked):
    return [line.service.name for line in exports.lines(by=OPERATOR, on=ON, **asked)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["街道", "全区", "居民区"]),
        ({"state": None}, ["街道", "全区", "居民区", "别的街道"]),
        ({"state": EntryState.SUSPENDED}, ["别的街道"]),
        ({"state": EntryState.EXITED}, []),
        ({"area": STREET}, ["街道", "全区"]),
        ({"area": NEIGHBOURHOOD}, ["街道", "全区", "居民区"]),
        ({"area": OTHER_STREET}, ["全区"]),
        ({"area": DISTRICT}, ["全区"]),
        ({"category": "P-015"}, ["居民区"]),
        ({"category": "SH-04"}, ["街道", "全区", "居民区"]),
        ({"category": "SH-04", "area": STREET, "state": None}, ["街道", "全区"]),
    ],
)
def test_what_is_told_is_what_was_asked_for(asked, found):
    assert names(**asked) == found


@pytest.mark.parametrize("asked", [{"area": "310105-99"}, {"category": "P-999"}])
def test_an_unknown_place_or_category_is_named(asked):
    with pytest.raises(NotFound, match=next(iter(asked.values()))):
        names(**asked)


def test_a_line_tells_standing_and_state():
    (line,) = exports.lines(by=OPERATOR, on=ON, state=EntryState.SUSPENDED)
    assert (line.grade, line.state, line.reason) == ("4A", EntryState.SUSPENDED, "grade_lapsed")
    assert (line.field.code, line.service.category.name, line.service.active) == ("SH-04", "停车管理", False)
    (later,) = exports.lines(by=OPERATOR, on=date(2029, 11, 16), state=EntryState.SUSPENDED)
    assert later.grade == ""


def test_only_an_operator_exports():
    with pytest.raises(Forbidden):
        exports.lines(by=VISITOR, on=ON)
