"""What the smaller HSDS files say of services: category, areas, groups, prices, capacity."""

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from directory.exchange.hsds.files import Files, plain
from directory.exchange.hsds.offices import AREA_CODE
from directory.exchange.tables import Columns, Line
from directory.operations.records import LONGEST_NAME, CategoryRow

TERMS = Columns((), names={"taxonomy_id": "id", "term": "name"})
TERMS_3 = Columns((), names={"term": "name"})
LINKS = Columns((), names={"taxonomy_id": "taxonomy_term_id"})
LINKS_3 = Columns((), names={"link_id": "service_id"})
CURRENCY = "CNY"


@dataclass(slots=True)
class Details:
    """By service id."""

    categories: dict[str, CategoryRow] = field(default_factory=dict)
    areas: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    eligibility: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    prices: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    units: dict[str, str] = field(default_factory=dict)
    capacity: dict[str, int] = field(default_factory=dict)


def read(files: Files, services: Collection[Line]) -> Details:
    """A service's category is its first taxonomy term that does not speak of eligibility."""
    details = Details()
    terms = _terms(files)
    for line in services:
        for term in re.split(r"[,;]", line["taxonomy_ids"]):
            _link(line["id"], terms.get(term.strip()), details)
    _links(files, {line["id"] for line in services}, terms, details)
    _amounts(files, details)
    for line in files.lines("service_areas.csv"):
        if line["extent_type"] == AREA_CODE:  # any other area is of a place we do not know
            details.areas[line["service_id"]].append(line["extent"])
    for line in files.lines("eligibility.csv"):
        if line["eligibility"]:
            details.eligibility[line["service_id"]].append(plain(line["eligibility"]))
    return details


def _terms(files: Files) -> dict[str, CategoryRow | None]:
    """Every term by id; None for one that says who may come, not what is done."""
    terms: dict[str, CategoryRow | None] = {}
    for name, columns in (("taxonomy_terms.csv", TERMS_3), ("taxonomy.csv", TERMS)):
        for line in files.lines(name, columns):
            about_people = "eligib" in line["taxonomy"].casefold() or not line["name"]
            category = CategoryRow(line["id"], plain(line["name"])[:LONGEST_NAME])
            terms.setdefault(line["id"], None if about_people else category)
    return terms


def _links(files: Files, services: set[str], terms: dict[str, CategoryRow | None], details: Details) -> None:
    for name, columns in (
        ("service_attributes.csv", LINKS),
        ("services_taxonomy.csv", LINKS),
        ("attributes.csv", LINKS_3),
    ):
        for line in files.lines(name, columns):
            if columns is LINKS_3 and line["link_entity"] != "service":
                continue
            if line["service_id"] not in services:
                files.refuse(line, "service_id", "dangling", "services.csv 里没有这项服务")
            elif line["taxonomy_term_id"] not in terms:
                files.refuse(line, "taxonomy_term_id", "dangling", "分类表里没有这个词")
            else:
                _link(line["service_id"], terms[line["taxonomy_term_id"]], details)


def _link(service: str, category: CategoryRow | None, details: Details) -> None:
    if category is not None:
        details.categories.setdefault(service, category)


def _amounts(files: Files, details: Details) -> None:
    for line in files.lines("cost_options.csv"):
        if line["currency"].upper() == CURRENCY:
            details.units[line["service_id"]] = line["amount_description"]
            if line["amount"].isdecimal():
                details.prices[line["service_id"]][line["option"]] = int(line["amount"][:12])
    for line in files.lines("service_capacity.csv"):
        if line["available"].isdecimal():
            details.capacity[line["service_id"]] = int(line["available"][:12])
