"""From a problem in everyday words to ranked providers with their reasons."""

from datetime import UTC, datetime
from typing import Any

from flask import current_app

from directory.api.blueprint import Noun
from directory.db import transaction
from directory.operations import matches, runs
from directory.policy import VISITOR
from directory.schemas.matching import MatchRunSchema, NeedSchema
from search.query import Need

bp = Noun("matching", "Match a need, and read the frozen answer again")


@bp.post("/match")
@bp.arguments(NeedSchema)
@bp.response(200, MatchRunSchema)
@bp.refuses(400, 413, 415, 429)
def ask(asked: tuple[Need, str | None]) -> dict[str, Any]:
    """Who can help, ranked with reasons; who is left out, and why. The answer is kept under its run_id."""
    need, category = asked
    engine = current_app.extensions["engine"]
    drafted = matches.draft(need, by=VISITOR, now=datetime.now(UTC), engine=engine, category=category)
    with transaction():
        return runs.account(matches.freeze(drafted, by=VISITOR), by=VISITOR).told()


@bp.get("/match/<run_id>")
@bp.response(200, MatchRunSchema)
@bp.refuses(404)
def answer(run_id: str) -> dict[str, Any]:
    """An answer as it was given."""
    return runs.account(matches.get(run_id, by=VISITOR), by=VISITOR).told()
