"""The routes by which government keeps the classification, the parameters and the lists."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app

from directory.exchange import lists, waiting

ROUTES = {
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


RECORDS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {"list_id": a_list}
