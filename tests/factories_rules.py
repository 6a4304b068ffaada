"""What the tests of daily work, of the classification, the parameters and the lists put into a catalogue."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import event

from directory.db import db
from directory.models.application import Application
from directory.models.organisation import Fact, Organisation
from directory.models.service import Entry
from directory.rules.calendar import DISTRICT_ZONE
from directory.rules.eligibility import CHECK_RESULTS, GRADES, FactKind
from directory.rules.lifecycle import ApplicationState, VersionState
from tests import factories, factories_applications


def six(day: date) -> datetime:
    """Six in the morning in the district."""
    return datetime(day.year, day.month, day.day, 6, tzinfo=DISTRICT_ZONE).astimezone(UTC)


@contextmanager
def queries() -> Iterator[list[str]]:
    """The statements sent to the database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def standing_since(listed: Entry, moment: datetime) -> Entry:
    listed.since = listed.version.approved_at = moment
    db.session.flush()
    return listed


def announced(made: Organisation, until: date, category: str = "P-001", **changed: Any) -> Application:
    """An application in its public notice, which ends with `until`."""
    factories.entry(made, category)
    version = factories_applications.offer(made, category, name="停车议事", state=VersionState.WAITING)
    values = {"publicity_from": until - timedelta(days=7), "publicity_until": until}
    return factories_applications.application(version, state=ApplicationState.PUBLICITY, **(values | changed))


def chance_facts(made: Organisation, about: date, random: Random) -> list[Fact]:
    """Facts of every kind that begin, lapse and contradict each other around a day."""

    def near(days: int = 12) -> date:
        return about + timedelta(days=random.randint(-days, days))

    registered = near().replace(year=about.year - random.choice((1, 2, 9, 9)))
    facts = [factories.fact(made, FactKind.REGISTRATION, "", registered)]
    for _ in range(random.randint(1, 3)):
        since = near(30)
        until = max(since, near()) if random.random() < 0.7 else None
        facts.append(factories.fact(made, FactKind.GRADE, random.choice(GRADES[1:]), since, until))
    for year in (about.year - 1, about.year - 2):
        if random.random() < 0.95:
            result = random.choices(CHECK_RESULTS, (12, 1, 1, 1))[0]
            facts.append(factories.fact(made, FactKind.ANNUAL_CHECK, result, date(year, 1, 1), date(year, 12, 31)))
    for kind in (FactKind.ABNORMAL_LIST, FactKind.DISHONEST_LIST, FactKind.EVALUATOR):
        if random.random() < 0.2:
            since = near()
            facts.append(factories.fact(made, kind, "", since, since + timedelta(days=random.randint(0, 6))))
    if random.random() < 0.2:
        facts.append(factories.fact(made, FactKind.PENALTY, "major", near().replace(year=about.year - 3)))
    facts.append(factories.fact(made, FactKind.STAFF, str(random.randint(1, 9)), date(2024, 1, 1), near()))
    facts.append(factories.fact(made, FactKind.STAFF, str(random.randint(1, 9)), near()))
    return facts
