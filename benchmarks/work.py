"""How long the pages from a need to its reviews take, and how many statements each asks of the database.

    python -m benchmarks.work [--services 5000] [--needs 50000] [--reviews 200000] [--engagements 60000] [--rounds 20]

On a catalogue of its own, in one process, by clients that are signed in as the busiest of their role. Two reviews go
with each piece of work that is signed off, so there is as much work as the reviews need.
"""

import gc
import re
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Flask, current_app, g
from flask.testing import FlaskClient
from sqlalchemy import func, select

from benchmarks import work_done, work_rows
from benchmarks.instance import NOW, filled, indexed, opened
from benchmarks.queues import counted
from benchmarks.tables import at, table
from benchmarks.work_rows import Sizes, World
from directory.db import db, transaction
from directory.engine import Engine
from directory.models.account import Account
from directory.models.engagement import Engagement
from directory.models.match import MatchRun
from directory.models.need import Need
from directory.operations import matches
from directory.policy import VISITOR
from directory.rules.roles import Role
from directory.rules.work import EngagementState, NeedState
from search.query import Need as Asked

ASKED = "晚上小区没地方停车，天天为这个吵"
LAST = 100_000  # a page past the last one shows the last one
AREA = "310105-05"
PAGES: Mapping[Role, Sequence[str]] = {
    Role.PUBLIC: (
        "/needs",
        f"/needs?street={AREA}",
        "/needs?category=P-001",
        f"/needs?street={AREA}&category=P-001&state=open",
        f"/needs?page={LAST}",
        "/needs/{open_need}",
        "/organisations/{organisation}",
        "/organisations/{organisation}/reviews",
        "/organisations/{organisation}/reviews?page=" + str(LAST),
        "/services/{service}",
        "/reviews",
        "/reviews/removed",
        f"/reviews/removed?page={LAST}",
        "/calls",
    ),
    Role.NEIGHBOURHOOD: (
        "/neighbourhood",
        "/neighbourhood/needs",
        "/neighbourhood/needs?state=closed",
        f"/neighbourhood/needs?page={LAST}",
        "/neighbourhood/needs/{need}",
        "/neighbourhood/needs/{need}/choose",
        "/neighbourhood/needs/{need}/compare",
        "/neighbourhood/needs/{need}/proposals",
        "/engagements",
        f"/engagements?page={LAST}",
        "/engagements/{engagement}",
        "/engagements/{engagement}/records",
        "/engagements/{engagement}/review",
    ),
    Role.OWNER: (
        "/organisation",
        "/organisation/invitations",
        f"/organisation/invitations?page={LAST}",
        "/organisation/mirror",
        "/engagements",
        f"/engagements?page={LAST}",
    ),
    Role.STREET: ("/government", "/engagements", "/government/supply"),
    Role.DISTRICT: (
        "/government",
        "/engagements",
        "/government/reviews",
        f"/government/reviews?page={LAST}",
        "/government/supply",
        "/government/supply/unmet",
        f"/government/supply/unmet?page={LAST}",
        "/government/supply/calls",
        "/government/supply/calls/new",
        "/government/exposure",
        f"/government/exposure?page={LAST}",
    ),
    Role.LEAD: ("/government/exposure",),
    Role.AUDITOR: ("/engagements", "/government/exposure", "/audit"),
}


def asked_once(engine: Engine) -> MatchRun:
    """An answer given in earnest, for others to look like."""
    return matches.ask(Asked(ASKED, AREA), by=VISITOR, now=NOW, engine=engine)


def fill(sizes: Sizes, run: MatchRun) -> World:
    """All rows; answers look like `run`, which was asked in earnest."""
    world = work_rows.world_of()
    signed = sizes.reviews // 2
    engagements = max(sizes.engagements, signed + signed // 10)
    work_rows.needs(sizes, world, run)
    work_rows.asked(world)
    work_done.work(engagements, signed, world)
    work_done.reviews(world)
    work_done.sums()
    work_done.exposures(world)
    work_done.calls(world)
    return world


def measure(sizes: Sizes, rounds: int, *, engine: Engine) -> Iterator[list[str]]:
    """Fill the database, then one line a page: who asks, the page, statements, milliseconds p50 and p95."""
    with transaction(announce=False):
        world = fill(sizes, asked_once(engine))
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the documented way
    _, _, service, organisation, _, _ = world.offers[0]
    known = {"organisation": organisation, "service": service, **_busiest(world.areas[0])}
    names = dict(db.session.execute(select(Account.role, func.min(Account.fs_uniquifier)).group_by(Account.role)).all())
    names[Role.NEIGHBOURHOOD] = "n0"
    db.session.rollback()
    app.extensions["tries"].enabled = False  # one visitor asks faster than any may
    gc.collect()
    gc.freeze()  # as a server does, see directory.app.warm_up
    for role, pages in PAGES.items():
        client = app.test_client()
        if role is not Role.PUBLIC:
            with client.session_transaction() as session:
                session["_user_id"], session["_fresh"] = names[role], True
                session["since"] = session["seen"] = int(time.time())
        for page in pages:
            yield _timed(f"{role} {page}", _getting(client, page.format(**known)), rounds)
    client = app.test_client()
    yield _timed("public POST /match", _asking(client), rounds)


def _busiest(area: str) -> dict[str, int]:
    """A need that is being chosen for, and work to be reviewed, of the area that has most."""
    need = select(func.max(Need.id)).where(Need.area_code == area)
    work = select(func.max(Engagement.id)).where(Engagement.area_code == area)
    choosing = db.session.scalar(need.where(Need.state == NeedState.SHORTLISTED))
    signed = db.session.scalar(work.where(Engagement.state == EngagementState.SIGNED_OFF))
    public = select(func.max(Need.id)).where(Need.public, Need.state == NeedState.OPEN)
    known = {"open_need": db.session.scalar(public) or 0}
    return known | {
        "need": choosing or db.session.scalar(need) or 0,
        "engagement": signed or db.session.scalar(work) or 0,
    }


def _getting(client: FlaskClient, page: str) -> Callable[[], Any]:
    return lambda: client.get(page)


def _asking(client: FlaskClient) -> Callable[[], Any]:
    """Each time another question, as another person has."""
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/").text)
    token, numbers = found.group(1) if found else "", iter(range(10**6))
    return lambda: client.post(
        "/match", data={"text": f"{ASKED}，第{next(numbers)}次", "csrf_token": token, "area": ""}
    )


def _timed(page: str, ask: Callable[[], Any], rounds: int) -> list[str]:
    """The page, its statements and how long it took; asked once before it counts."""
    taken, said = [], 0
    for _ in range(rounds + 1):
        g.pop("_login_user", None)  # our own context outlives the requests
        with counted() as statements:
            started = time.perf_counter()
            response = ask()
            taken.append(1000 * (time.perf_counter() - started))
        said = len(statements)
        if response.status_code not in {200, 303}:
            raise RuntimeError(f"{page}: {response.status_code}")
    return [page, str(said), f"{at(50, taken[1:]):.0f}", f"{at(95, taken[1:]):.0f}"]


def main() -> None:
    asked = ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("--services", type=int, default=5_000)
    for name in ("needs", "reviews", "engagements", "lines"):
        asked.add_argument(f"--{name}", type=int, default=Sizes.__dataclass_fields__[name].default)
    asked.add_argument("--rounds", type=int, default=20)
    given = asked.parse_args()
    sizes = Sizes(given.needs, given.reviews, given.engagements, given.lines)
    with tempfile.TemporaryDirectory(prefix="bench-work-") as name:
        folder = Path(name)
        filled(folder, given.services)
        indexed(folder)
        with opened(folder) as engine:
            rows = list(measure(sizes, given.rounds, engine=engine))
        print(table(["page", "statements", "p50 ms", "p95 ms"], rows))


if __name__ == "__main__":
    main()
