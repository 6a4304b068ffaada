"""HSDS files to rows: organisations and services, with what the smaller files say of them."""

from collections.abc import Iterator
from pathlib import Path

from directory.exchange.hsds import details, offices
from directory.exchange.hsds.details import Details
from directory.exchange.hsds.files import Files, plain
from directory.exchange.hsds.offices import Offices
from directory.exchange.services import referenced
from directory.exchange.tables import Columns, Line
from directory.operations.records import CategoryRow, Delivery, FieldRow, OrganisationRow, ServiceRow
from directory.rules import uscc
from directory.rules.groups import GROUPS

FIELD = FieldRow(
    code="HSDS",
    name="HSDS",
    name_en="HSDS",
    description="按人类服务数据规范（HSDS）从别的目录导入的服务，沿用原目录的分类。",
)
MAIN = ("organizations.csv", "services.csv")
UNCATEGORISED = "Uncategorised"
ORGANISATIONS = Columns(
    ("id", "name"),
    names={f"organization_{name}": name for name in ("name", "description", "url", "tax_id", "alternate_name")}
    | {"organization_uuid": "id"},
)
SERVICES = Columns(
    ("id", "name"),
    names={f"service_{name}": name for name in ("name", "description", "status")}
    | {"service_uuid": "id", "organization_uuid": "organization_id"},
)


def read(path: Path, *, source: str) -> Delivery:
    """The delivery of one HSDS folder or zip; a row that points nowhere is a fault of the file it stands in."""
    files = Files(path)
    organisations = list(files.lines("organizations.csv", ORGANISATIONS))
    services = list(files.lines("services.csv", SERVICES))
    about_organisations = offices.read(files)
    known = {line["id"] for line in organisations}
    owners = [_owner(line, known, about_organisations, files) for line in services]
    about_services = details.read(files, services)
    return Delivery(
        source,
        tuple(_organisation(line, about_organisations, source) for line in organisations),
        tuple(
            _service(line, owner, about_services, source)
            for line, owner in zip(services, owners, strict=True)
            if owner is not None
        ),
        tuple(sorted(files.faults, key=lambda fault: fault.origin.file not in MAIN)),
        FIELD,
    )


def _organisation(line: Line, about: Offices, source: str) -> OrganisationRow:
    key, code = line["id"], line["tax_id"].upper()
    return OrganisationRow(
        referenced(key, source),
        plain(line["name"]),
        uscc=None if uscc.problem(code) else code,
        short_name=plain(line["alternate_name"]),
        summary=plain(line["description"]),
        area_code=about.areas.get(key, ""),
        address=about.addresses.get(key, ""),
        phone=about.phones.get(key, ""),
        website=line.first("url", "website", "uri"),
        origin=line.origin,
    )


def _owner(line: Line, known: set[str], about: Offices, files: Files) -> str | None:
    """The id of the organisation that offers a service; None, and a fault, where there is none."""
    owner = line["organization_id"] or about.owners.get(line["location_id"], "")
    if owner in known:
        return owner
    if "," in owner:
        files.refuse(line, "organization_id", "several", "列了几家机构；一项服务只属于一家，请拆成几行")
    else:
        files.refuse(line, "organization_id", "dangling", "organizations.csv 里没有这家机构")
    return None


def _service(line: Line, owner: str, about: Details, source: str) -> ServiceRow:
    key = line["id"]
    people = [*about.eligibility[key], *filter(None, [plain(line.first("eligibility", "eligibility_description"))])]
    return ServiceRow(
        organisation=referenced(owner, source),
        external_id=key.removeprefix(f"{owner}/"),
        category=about.categories.get(key, CategoryRow(name=UNCATEGORISED)),
        name=plain(line["name"]),
        description="\n".join(_description(line, [text for text in people if text not in GROUPS])),
        areas=tuple(about.areas[key]),
        groups=tuple(dict.fromkeys(text for text in people if text in GROUPS)),
        price_low=about.prices[key].get("low"),
        price_high=about.prices[key].get("high"),
        price_unit=about.units.get(key, ""),
        capacity=about.capacity.get(key),
        active=line["status"].casefold() in {"", "active"},
        origin=line.origin,
    )


def _description(line: Line, people: list[str]) -> Iterator[str]:
    if text := plain(line["description"]):
        yield text
    if people:
        yield f"For: {'; '.join(people)}"
    if text := plain(line["application_process"]):
        yield f"How to apply: {text}"
    if text := plain(line.first("fees", "fees_description")):
        yield f"Fees: {text}"
