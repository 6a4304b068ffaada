"""The API's own description."""

from typing import Any

from flask import Response, jsonify
from flask_smorest import Api, current_api

from directory.api import problems
from directory.api.blueprint import Noun
from directory.operations import catalogue
from directory.schemas.answer import ProblemSchema

bp = Noun("openapi", "This description")


ABOUT = {
    "title": "Catalogue of social organisations",
    "version": "1",
    "openapi_version": "3.1.0",
    "info": {
        "description": "Read the catalogue, and match a need with providers. Anyone may, within a rate. "
        "Every error is application/problem+json and names the fields and rules concerned. "
        "Parameters and fields that are not described here are refused."
    },
}


class Described(Api):  # type: ignore[misc]  # flask_smorest has no types
    """flask-smorest without its error pages: its stock error answers are documented as our problems."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Each blueprint has its own, and the pages have theirs."""

    def _register_responses(self) -> None:
        self.DEFAULT_RESPONSE_CONTENT_TYPE = problems.CONTENT_TYPE
        super()._register_responses()
        del self.DEFAULT_RESPONSE_CONTENT_TYPE  # the class's own, for all other answers


@bp.get("/openapi.json")
@bp.response(200, {"type": "object"})
def description() -> Response:
    """OpenAPI 3.1, with the codes of fields, categories and areas that can be asked for today."""
    return jsonify(_with_codes(current_api.spec.to_dict(), _codes()))


def _codes() -> dict[str, list[str]]:
    categories = catalogue.categories()
    return {
        "field": [category.code for category in categories if category.level == 1],
        "category": [category.code for category in categories if category.level == 2],
        "area": [area.code for area in catalogue.areas()],
    }


def _with_codes(part: Any, codes: dict[str, list[str]]) -> Any:
    """The same document; a schema marked x-codes lists the codes of that kind."""
    if isinstance(part, list):
        return [_with_codes(each, codes) for each in part]
    if not isinstance(part, dict):
        return part
    described = {key: _with_codes(value, codes) for key, value in part.items() if key != "x-codes"}
    if known := codes.get(part.get("x-codes", "")):
        described["enum"] = [*known, None] if "null" in part["type"] else known
    return described
