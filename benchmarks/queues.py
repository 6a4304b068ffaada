"""How long the pages of the offices take, and how many statements each asks of the database.

    python -m benchmarks.queues [--services 20000] [--applications 5000] [--rounds 20]

On a synthetic catalogue of its own, in one process, by a client that is signed in; the queues hold applications in
every state. The second page of each list is asked too, for lists are paged.
"""

import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select

from benchmarks.instance import NOW, filled, indexed, opened
from benchmarks.tables import at, table
from directory.db import db, transaction
from directory.models.account import Account
from directory.models.application import Application, Objection
from directory.models.service import Service, ServiceVersion
from directory.operations import sealing
from directory.policy import OPERATOR
from directory.rules.calendar import day_of
from directory.rules.lifecycle import ENDED, ApplicationState
from directory.rules.roles import Role

PAGES: dict[Role, Sequence[str]] = {
    Role.DISTRICT: (
        "/government",
        "/government/applications",
        "/government/applications?state=submitted",
        "/government/applications?page=2",
        "/government/entries",
        "/government/versions",
        "/government/facts",
        "/government/objections",
        "/government/editions",
        "/government/editions/preview",
    ),
    Role.STREET: ("/government", "/government/applications"),
    Role.LEAD: ("/evaluation", "/evaluation/assessments"),
    Role.AUDITOR: ("/audit",),
    Role.PUBLIC: ("/", "/publicity", "/editions"),
}
_ADMITTED = {ApplicationState.DECIDED, ApplicationState.PUBLICITY, ApplicationState.LISTED}


def fill(applications: int) -> None:
    """Applications in every state, one a service, an objection to every tenth; accounts to look at them with."""
    services = db.session.execute(
        select(Service.id, Service.organisation_id, ServiceVersion.id)
        .join(ServiceVersion, ServiceVersion.service_id == Service.id)
        .order_by(Service.id)
        .limit(applications)
    ).all()
    states = cycle(sorted(ApplicationState))
    rows = [_application(*known, state) for known, state in zip(services, states, strict=False)]
    db.session.execute(insert(Application), rows)
    noticed = db.session.scalars(select(Application.id).where(Application.state == ApplicationState.PUBLICITY))
    objections = [
        {"application_id": number, "receipt": f"R{number}", "text": "请再核实服务质量。", "created_at": NOW}
        for number in list(noticed)[::10]
    ]
    db.session.execute(insert(Objection), objections)
    db.session.add_all(
        Account(
            email=f"{role}@example.org",
            name=f"示例·{role}",
            role=role,
            area_code="310105-05" if role is Role.STREET else "",
            fs_uniquifier=str(role),
            created_at=NOW,
        )
        for role in PAGES
        if role is not Role.PUBLIC
    )


def _application(service: int, organisation: int, version: int, state: ApplicationState) -> dict[str, Any]:
    today = day_of(NOW)
    return {
        "service_id": service,
        "organisation_id": organisation,
        "version_id": version,
        "state": state,
        "since": NOW - timedelta(days=service % 60),
        "submitted_at": NOW - timedelta(days=60),
        "admitted": True if state in _ADMITTED else None,
        "publicity_from": today if state in _ADMITTED else None,
        "publicity_until": today + timedelta(days=7) if state in _ADMITTED else None,
        "reason": "" if state not in ENDED else "资料齐全。",
        "created_at": NOW,
    }


def measure(rounds: int) -> Iterator[list[str]]:
    """One line a page: who asks, the page, statements, milliseconds p50 and p95."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the documented way
    for role, pages in PAGES.items():
        client = app.test_client()
        if role is not Role.PUBLIC:
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = str(role), True
                session["since"] = session["seen"] = int(time.time())
        for page in pages:
            taken, statements = _ask(client, page, rounds)
            yield [f"{role} {page}", f"{statements}", f"{at(50, taken):.0f}", f"{at(95, taken):.0f}"]


def _ask(client: FlaskClient, page: str, rounds: int) -> tuple[list[float], int]:
    taken = []
    for _ in range(rounds + 1):
        g.pop("_login_user", None)  # our own context outlives the requests
        with counted() as statements:
            started = time.perf_counter()
            response = client.get(page)
            taken.append(1000 * (time.perf_counter() - started))
        if response.status_code != 200:
            raise RuntimeError(f"{page}: {response.status_code}")
    return taken[1:], len(statements)


@contextmanager
def counted() -> Iterator[list[str]]:
    said: list[str] = []

    def hear(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")):
            said.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)


def main() -> None:
    asked = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--services", type=int, default=20_000)
    asked.add_argument("--applications", type=int, default=5_000)
    asked.add_argument("--rounds", type=int, default=20)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-queues-") as name:
        folder = Path(name)
        filled(folder, given.services)
        indexed(folder)
        with opened(folder):
            with transaction(announce=False):
                fill(given.applications)
                sealing.seal("示例", by=OPERATOR, now=NOW)
            rows = list(measure(given.rounds))
        print(table(["page", "statements", "p50 ms", "p95 ms"], rows))


if __name__ == "__main__":
    main()
