"""Rows to HSDS files: version 1.x, with the files of version 3.0 for prices and capacity."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from directory.exchange.hsds.details import CURRENCY
from directory.exchange.hsds.files import escaped
from directory.exchange.hsds.offices import AREA_CODE
from directory.exchange.tables import WrongTable, write_csv
from directory.operations.exports import CatalogueLine
from directory.operations.records import CategoryRow, OrganisationRow

TAXONOMY = "Recommended catalogue of social organisations"
FILES = {
    "organizations.csv": ("id", "name", "alternate_name", "description", "url", "tax_id"),
    "locations.csv": ("id", "organization_id", "name", "external_identifier", "external_identifier_type"),
    "physical_addresses.csv": ("id", "location_id", "address_1"),
    "phones.csv": ("id", "organization_id", "number", "type"),
    "services.csv": ("id", "organization_id", "name", "description", "status"),
    "taxonomy_terms.csv": ("id", "term", "parent_id", "taxonomy"),
    "service_attributes.csv": ("id", "service_id", "taxonomy_term_id"),
    "service_areas.csv": ("id", "service_id", "service_area", "extent", "extent_type"),
    "eligibility.csv": ("id", "service_id", "eligibility"),
    "cost_options.csv": ("id", "service_id", "option", "currency", "amount", "amount_description"),
    "service_capacity.csv": ("id", "service_id", "available"),
}
Cells = tuple[object, ...]


def write(folder: Path, lines: Iterable[CatalogueLine]) -> int:
    """Write the files into a folder, made if need be; returns how many services."""
    tables: dict[str, list[Cells]] = {name: [] for name in FILES}
    organisations: dict[str, OrganisationRow] = {}
    terms: dict[str, tuple[CategoryRow, str]] = {}
    for line in lines:
        owner = _reference(line.organisation)
        organisations.setdefault(owner, line.organisation)
        terms.setdefault(line.field.code, (line.field, ""))
        terms.setdefault(line.service.category.code, (line.service.category, line.field.code))
        for name, row in _service(line, owner):
            tables[name].append(row)
    for owner, organisation in organisations.items():
        for name, row in _organisation(organisation, owner):
            tables[name].append(row)
    tables["taxonomy_terms.csv"] = [(code, row.name, parent, TAXONOMY) for code, (row, parent) in terms.items()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WrongTable(f"{folder}: cannot write there ({error.strerror})") from error
    for name, columns in FILES.items():
        rows = tables[name]
        # The files of lists number their rows; the first column of the others is the id of the thing itself.
        numbered = name not in {"organizations.csv", "locations.csv", "services.csv", "taxonomy_terms.csv"}
        write_csv(folder / name, columns, ((i, *row) for i, row in enumerate(rows, 1)) if numbered else rows)
    return len(tables["services.csv"])


def _reference(row: OrganisationRow) -> str:
    return f"{row.identity.source}:{row.identity.external_id}"


def _organisation(row: OrganisationRow, owner: str) -> Iterator[tuple[str, Cells]]:
    text = [escaped(value or "") for value in (row.name, row.short_name, row.summary)]
    yield "organizations.csv", (owner, *text, row.website, row.uscc)
    if row.address or row.area_code:
        location = f"{owner}/office"
        kind = AREA_CODE if row.area_code else ""
        yield "locations.csv", (location, owner, escaped(row.name), row.area_code, kind)
        if row.address:
            yield "physical_addresses.csv", (location, escaped(row.address))
    if row.phone:
        yield "phones.csv", (owner, row.phone, "voice")


def _service(line: CatalogueLine, owner: str) -> Iterator[tuple[str, Cells]]:
    service = line.service
    key = f"{owner}/{service.external_id}"
    status = "active" if service.active else "inactive"
    yield "services.csv", (key, owner, escaped(service.name), escaped(service.description), status)
    yield "service_attributes.csv", (key, service.category.code)
    for area in service.areas:
        yield "service_areas.csv", (key, area, area, AREA_CODE)
    for group in service.groups:
        yield "eligibility.csv", (key, group)
    prices = (("low", service.price_low), ("high", service.price_high))
    for option, amount in prices if service.price_low is not None else [("", None)] if service.price_unit else ():
        yield "cost_options.csv", (key, option, CURRENCY, amount, service.price_unit)
    if service.capacity is not None:
        yield "service_capacity.csv", (key, service.capacity)
