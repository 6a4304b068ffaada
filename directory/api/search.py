"""Searching the catalogue."""

from datetime import UTC, datetime
from typing import Any

from flask import current_app

from directory.api.blueprint import Noun
from directory.operations import searches
from directory.operations.searches import Search
from directory.rules.calendar import day_of
from directory.schemas.search import ResultsSchema, SearchSchema

bp = Noun("search", "Words, filters and counts over the services of the catalogue")


@bp.get("/search")
@bp.arguments(SearchSchema, location="query")
@bp.response(200, ResultsSchema)
@bp.refuses(429)
def search(asked: Search) -> dict[str, Any]:
    """Find services. Values of one filter widen the answer, different filters narrow it."""
    found = searches.run(asked, engine=current_app.extensions["engine"], on=day_of(datetime.now(UTC)))
    return {
        "total": found.total,
        "pages": found.pages,
        "page": asked.page,
        "facets": found.facets,
        "items": [(offer, found.grades.get(offer.organisation.id, "")) for offer in found.offers],
        "stale": found.stale,
    }
