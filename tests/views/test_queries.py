"""No page asks the database more than a dozen times, however much it shows."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Connection

from directory.db import db
from tests.views.conftest import token

MOST = 12
PAGES = [
    "/",
    "/categories",
    "/categories/SH-04",
    "/categories/P-008",
    "/search",
    "/search?q=老人&order=price",
    "/search?field=SH-01&area=310105-05&page=2",
    "/organisations/1",
    "/services/1",
    "/ranking",
    "/rubrics",
    "/about",
    "/accessibility",
    "/no-such-page",
]


@pytest.fixture
def asked(catalogue) -> Iterator[list[str]]:
    """Every statement sent to the database, but those that only open a transaction."""
    statements: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def counted(asked, visitor) -> Callable[[str], int]:
    def count(address: str) -> int:
        db.session.remove()  # nothing is known from before
        asked.clear()
        visitor.get(address)
        return len(asked)

    return count


@pytest.mark.parametrize("address", PAGES)
def test_a_page_asks_a_dozen_times_at_most(counted, address):
    assert counted(address) <= MOST


def test_a_match_and_its_answer_ask_a_dozen_times_each_at_most(asked, visitor, counted):
    data = {
        "csrf_token": token(visitor),
        "text": "楼道里堆满杂物，灭火器也过期了",
        "area": "310105-05-01",
        "budget": "5000",
    }
    visitor.post("/match", data=data)  # builds the router, which then stays
    asked.clear()
    answer = visitor.post("/match", data=data).headers["Location"]
    assert len([statement for statement in asked if statement.startswith("SELECT")]) <= MOST
    assert counted(answer) <= MOST


def test_more_results_ask_no_more_often(counted):
    assert counted("/search?q=没有这样的东西zzz") <= counted("/search?price_high=99") == counted("/search")


def test_more_services_of_an_organisation_ask_no_more_often(counted, catalogue):
    numbers = {counted(f"/organisations/{number}") for number in (1, 2, 3, 40, 160)}
    assert len(numbers) == 1
