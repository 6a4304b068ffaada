"""Our own table of services, CSV or Excel: one service a row, the same columns in and out."""

import json
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from directory.exchange import tables, xlsx
from directory.exchange.tables import Columns, Line, WrongTable
from directory.operations.exports import CatalogueLine
from directory.operations.records import CategoryRow, Delivery, Identity, OrganisationRow, RowFault, ServiceRow
from directory.rules.lifecycle import EntryState

REQUIRED = ("uscc", "organisation", "service_id", "category", "service")
OPTIONAL = (
    *("organisation_id", "description", "areas", "groups"),
    *("price_low", "price_high", "price_unit", "capacity", "state"),
)
# What an export says besides, and an import passes over: it comes from the category, the facts and the lifecycle.
TOLD = ("category_name", "field", "field_name", "standard", "grade", "assessed", "reason", "since", "demo")
CHINESE = {
    "统一社会信用代码": "uscc",
    "机构名称": "organisation",
    "机构编号": "organisation_id",
    "服务编号": "service_id",
    "类目": "category",
    "服务名称": "service",
    "服务内容": "description",
    "服务区域": "areas",
    "服务对象": "groups",
    "价格下限": "price_low",
    "价格上限": "price_high",
    "计价单位": "price_unit",
    "还可承接": "capacity",
    "状态": "state",
}
WRITTEN = (
    *("uscc", "organisation", "organisation_id", "service_id", "category", "category_name", "field", "field_name"),
    *("service", "description", "areas", "groups", "price_low", "price_high", "price_unit", "capacity"),
    *("grade", "assessed", "standard", "state", "reason", "since", "demo"),
)
STANDARD = (("deliverables", "交付内容"), ("acceptance", "验收要求"))
ENDINGS = (".csv", ".xlsx", ".json")
COLUMNS = Columns(REQUIRED, frozenset((*REQUIRED, *OPTIONAL, *TOLD)), CHINESE)
STATES = {"": True, "listed": True, "已列入": True, "suspended": False, "暂停": False}
_BETWEEN = re.compile(r"[|、,，;；\n]")
_NUMBER = re.compile(r"-?\d{1,12}(?:\.0+)?")
SOURCE = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_REFERENCE = re.compile(rf"({SOURCE.pattern}):([^:/][^:]*)")


def read(path: Path, *, source: str) -> Delivery:
    """The delivery of one CSV or Excel file; an organisation is known by its credit code, or by `organisation_id`."""
    organisations: dict[Identity, OrganisationRow] = {}
    services: list[ServiceRow] = []
    faults: list[RowFault] = []
    for line in xlsx.either(tables.read_bytes(path), path.name, COLUMNS):
        if isinstance(line, RowFault):
            faults.append(line)
            continue
        organisation = _organisation(line, source)
        service, found = _service(line, organisation.identity)
        first = organisations.setdefault(organisation.identity, organisation)
        found += _misnamed(line, organisation, first)
        if found:
            faults += found
        else:
            services.append(service)
    named = {service.organisation for service in services}
    kept = tuple(row for identity, row in organisations.items() if identity in named)
    return Delivery(source, kept, tuple(services), tuple(faults))


def referenced(text: str, source: str) -> Identity:
    """Who an id means: "hsds:123" the organisation 123 of the directory hsds, anything else one of `source`."""
    reference = _REFERENCE.fullmatch(text)
    return Identity(*reference.groups()) if reference else Identity(source, text)


def _organisation(line: Line, source: str) -> OrganisationRow:
    code = unicodedata.normalize("NFKC", line["uscc"]).replace(" ", "").upper()
    identity = Identity(source, code) if code else referenced(line["organisation_id"], source)
    return OrganisationRow(identity, line["organisation"], uscc=code or None, with_service=True, origin=line.origin)


def _misnamed(line: Line, organisation: OrganisationRow, first: OrganisationRow) -> list[RowFault]:
    if not organisation.identity.external_id:
        message = "缺少统一社会信用代码，不知道是哪家机构"
        return [RowFault(line.origin, "uscc", "", "required", message)]
    if organisation.name != first.name:
        message = f"同一个代码在第 {first.origin.line} 行叫“{first.name}”，名称要写得一样"
        return [RowFault(line.origin, "organisation", organisation.name, "contradiction", message)]
    return []


def _service(line: Line, organisation: Identity) -> tuple[ServiceRow, list[RowFault]]:
    faults = [
        RowFault(line.origin, column, line[column], "formula", "单元格是公式，这里不计算公式，请填上内容本身")
        for column in sorted(line.formulas)
        if column not in TOLD
    ]

    def number(column: str) -> int | None:
        text = re.sub("[,，\\s]|元$", "", unicodedata.normalize("NFKC", line[column]))
        if not text or column in line.formulas:
            return None
        if not _NUMBER.fullmatch(text):
            message = f"“{line[column][:40]}”不是整数，请只写数字"
            faults.append(RowFault(line.origin, column, line[column], "number", message))
            return None
        return int(text.partition(".")[0])

    if line["state"] not in STATES:
        message = "已退出目录的服务不导入" if line["state"] == EntryState.EXITED else "状态只能是 listed 或 suspended"
        faults.append(RowFault(line.origin, "state", line["state"], "unknown", message))
    low, high = number("price_low"), number("price_high")
    service = ServiceRow(
        organisation=organisation,
        external_id=line["service_id"],
        category=CategoryRow(line["category"]),
        name=line["service"],
        description=line["description"],
        areas=_several(line["areas"]),
        groups=_several(line["groups"]),
        price_low=low,
        price_high=high,
        price_unit=line["price_unit"],
        capacity=number("capacity"),
        active=STATES.get(line["state"], False),
        origin=line.origin,
    )
    return service, faults


def _several(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for piece in _BETWEEN.split(text) if (part := piece.strip())))


def write(path: Path, lines: Iterable[CatalogueLine]) -> int:
    """Write a file that `read` reads back, as its ending says: .csv, .xlsx or .json. Returns how many rows."""
    match path.suffix.lower():
        case ".csv":
            return tables.write_csv(path, WRITTEN, map(_cells, lines))
        case ".xlsx":
            return xlsx.write(path, WRITTEN, map(_cells, lines))
        case ".json":
            return _write_json(path, lines)
    raise WrongTable(f"{path.name}: can only write {', '.join(ENDINGS)}")


def _write_json(path: Path, lines: Iterable[CatalogueLine]) -> int:
    written = 0
    with tables.replacing(path) as part, part.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(",\n" if written else "[\n")
            json.dump(_told(line), file, ensure_ascii=False, default=str)
            written += 1
        file.write("\n]\n" if written else "[]\n")
    return written


def _told(line: CatalogueLine) -> dict[str, Any]:
    organisation, service = line.organisation, line.service
    identity = organisation.identity
    return {
        "uscc": organisation.uscc,
        "organisation": organisation.name,
        "organisation_id": None if organisation.uscc else f"{identity.source}:{identity.external_id}",
        "service_id": service.external_id,
        "category": service.category.code,
        "category_name": service.category.name,
        "field": line.field.code,
        "field_name": line.field.name,
        "service": service.name,
        "description": service.description,
        "areas": service.areas,
        "groups": service.groups,
        "price_low": service.price_low,
        "price_high": service.price_high,
        "price_unit": service.price_unit,
        "capacity": service.capacity,
        "grade": line.grade,
        "assessed": line.assessed,
        "standard": line.standard,
        "state": line.state,
        "reason": line.reason,
        "since": line.since,
        "demo": line.demo,
    }


def _cells(line: CatalogueLine) -> list[object]:
    told = _told(line)
    standard = [
        f"{name}：{'；'.join(told['standard'].get(key, ()))}" for key, name in STANDARD if told["standard"].get(key)
    ]
    told |= {"areas": "|".join(told["areas"]), "groups": "|".join(told["groups"]), "standard": "\n".join(standard)}
    told["demo"] = "yes" if told["demo"] else ""
    return [told[column] for column in WRITTEN]
