"""Sealed editions, and the catalogue as of a day."""

from datetime import UTC, date, datetime
from typing import Any

from directory.api.blueprint import Noun
from directory.errors import Invalid, NotFound
from directory.operations import asof, editions, paging
from directory.rules.calendar import day_of
from directory.schemas.catalogue import PageSchema
from directory.schemas.editions import DaySchema, EditionAnswerSchema, EditionsSchema, OnSchema, RowsSchema

bp = Noun("editions", "Sealed editions of the catalogue, and the catalogue as it stood on any day")


@bp.get("/editions")
@bp.arguments(PageSchema, location="query")
@bp.response(200, EditionsSchema)
def listing(asked: dict[str, int]) -> dict[str, Any]:
    """One page of the editions, newest first."""
    page = asked["page"]
    items, total = editions.listing(offset=(page - 1) * editions.PAGE, limit=editions.PAGE)
    return {"total": total, "pages": paging.pages(total, editions.PAGE), "page": page, "items": items}


@bp.get("/editions/<number>")
@bp.arguments(RowsSchema, location="query")
@bp.response(200, EditionAnswerSchema)
@bp.refuses(404)
def edition(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """One edition (2026-1) and one page of its rows. The whole, to be verified: /editions/2026-1.json."""
    found, page = editions.get(number), asked["page"]
    items, total = editions.rows(found, text=asked["q"], page=page)
    pages = paging.pages(total, editions.PAGE)
    return {"edition": found, "total": total, "pages": pages, "page": page, "items": items}


@bp.get("/catalogue")
@bp.arguments(OnSchema, location="query")
@bp.response(200, DaySchema)
@bp.refuses(404)
def catalogue(asked: dict[str, Any]) -> asof.Day:
    """The listed entries as they stood when a day of the district ended; 404 for a day to come."""
    on: date = asked["on"]
    try:
        return asof.catalogue(on, page=asked["page"], today=day_of(datetime.now(UTC)))
    except Invalid as fault:
        raise NotFound(str(fault)) from fault
