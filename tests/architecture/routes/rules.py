"""The routes by which government keeps the classification, the parameters and the lists."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app

from directory.exchange import lists, waiting

ROUTES = {
    "GET /government/parameters": "district",
    "POST /government/parameters": "district",
    "GET /government/parameters/versions": "district",
    "GET /government/categories": "district",
    "GET /government/categories/new": "district",
    "POST /government/categories/new": "district",
    "GET /government/categories/<code>": "district",
    "POST /government/categories/<code>": "district",
    "GET /government/categories/<code>/<category_step>": "district",
    "POST /government/categories/<code>/<category_step>": "district",
    "GET /government/lists": "district",
    "POST /government/lists": "district",
    "GET /government/lists/template": "district",
    "GET /government/lists/<list_id>": "district",
    "POST /government/lists/<list_id>": "district",
    "GET /government/lists/<list_id>/refused": "district",
}


def a_list(_organisation: Any, accounts: Mapping[str, Any]) -> str:
    """One that the district officer sent in: a template with nothing filled in."""
    folder, owner = current_app.config["WAITING_LISTS"], accounts["district"].id
    return waiting.keep(folder, lists.template_csv("facts"), kind="facts", owner=owner)


def a_category(_organisation: Any, _accounts: Mapping[str, Any]) -> str:
    """One of factories.taxonomy()."""
    return "P-001"


def a_step(_organisation: Any, _accounts: Mapping[str, Any]) -> str:
    return "merge"


RECORDS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "list_id": a_list,
    "code": a_category,
    "category_step": a_step,
}
