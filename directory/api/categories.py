"""The tree of purchasable services."""

from typing import Any

from directory.api.blueprint import Noun
from directory.operations import catalogue
from directory.schemas.catalogue import CategoryAnswerSchema, TreeSchema

bp = Noun("categories", "The tree: service fields and the purchasable services in them")


@bp.get("/categories")
@bp.response(200, TreeSchema)
def tree() -> dict[str, Any]:
    """The whole tree, with how many listed services each part holds."""
    return {"items": catalogue.tree()}


@bp.get("/categories/<code>")
@bp.response(200, CategoryAnswerSchema)
@bp.refuses(404)
def category(code: str) -> dict[str, Any]:
    """One category with its service standard."""
    found = catalogue.category(code)
    return {"category": found, "services": catalogue.children(found)}
