"""Social organisations."""

from datetime import UTC, datetime
from typing import Any

from directory.api.blueprint import ID, Noun
from directory.operations import catalogue, paging
from directory.operations.catalogue import Standing
from directory.operations.searches import PAGE
from directory.rules.calendar import day_of
from directory.schemas.catalogue import OrganisationsSchema, PageSchema, StandingSchema

bp = Noun("organisations", "Social organisations, the facts about them and what follows from those")


@bp.get("/organisations")
@bp.arguments(PageSchema, location="query")
@bp.response(200, OrganisationsSchema)
def listing(asked: dict[str, int]) -> dict[str, Any]:
    """One page of organisations by name; a page past the end is empty."""
    page = asked["page"]
    items, total = catalogue.organisations(offset=(page - 1) * PAGE, limit=PAGE)
    return {"total": total, "pages": paging.pages(total, PAGE), "page": page, "items": items}


@bp.get(f"/organisations/<{ID}:organisation_id>")
@bp.response(200, StandingSchema)
@bp.refuses(404)
def organisation(organisation_id: int) -> Standing:
    """One organisation: its facts with source and dates, what each gate says today, and what it offers."""
    return catalogue.organisation(organisation_id, on=day_of(datetime.now(UTC)))
