"""Where organisations sit and how to call them, from HSDS locations, addresses and phones."""

import re
from dataclasses import dataclass, field

from directory.exchange.hsds.files import Files, plain
from directory.exchange.tables import Columns, Line
from directory.operations.records import office_line

AREA_CODE = "area_code"
LOCATIONS = Columns(
    ("id",), names={"location_uuid": "id", "organization_uuid": "organization_id", "location_address": "address"}
)
ADDRESS = ("address", "address_1", "address_2", "address_3", "address_4", "city", "state_province", "postal_code")
_NUMBER = re.compile(r"\+?\(?\d[\d\s().·–-]*\d")


@dataclass(slots=True)
class Offices:
    """By organisation id; `owners` says whose a location is."""

    owners: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)


def read(files: Files) -> Offices:
    """The first address of each organisation and its most general office line."""
    offices = Offices()
    numbers: dict[str, list[tuple[int, str]]] = {}
    for line in files.lines("locations.csv", LOCATIONS):
        owner = offices.owners[line["id"]] = line["organization_id"]
        if line["external_identifier_type"] == AREA_CODE:
            offices.areas.setdefault(owner, line["external_identifier"])
        if line["address"]:
            offices.addresses.setdefault(owner, _address(line))
        if line["phones"] and (number := _NUMBER.search(line["phones"])):
            numbers.setdefault(owner, []).append((2, number.group()))
    for name in ("physical_addresses.csv", "addresses.csv"):
        for line in files.lines(name):
            if owner := offices.owners.get(line["location_id"], ""):
                offices.addresses.setdefault(owner, _address(line))
    for line in files.lines("phones.csv"):
        _phone(line, files, offices, numbers)
    offices.phones = {owner: min(found)[1] for owner, found in numbers.items()}
    return offices


def _address(line: Line) -> str:
    return ", ".join(part for name in ADDRESS if (part := plain(line[name])))


def _phone(line: Line, files: Files, offices: Offices, numbers: dict[str, list[tuple[int, str]]]) -> None:
    """Note a voice line: the organisation's own before a service's, that before a location's."""
    number = _NUMBER.search(line["number"])
    digits = sum(character.isdigit() for character in number.group()) if number else 0
    if number is None or not (digits in {3, 5} or 7 <= digits <= 15):
        files.refuse(line, "number", "phone", "不是电话号码，没有收下这个号码")
    elif not office_line(line["number"]):
        files.refuse(line, "number", "mobile", "是个人手机号，目录只登办公电话")
    elif not {"fax", "textphone", "tty"} & {line["type"].casefold(), line["number_type"].casefold()}:
        owners = [owner.strip() for owner in line["organization_id"].split(",") if owner.strip()]
        general = 1 if line["service_id"] else 0
        if not owners and (owner := offices.owners.get(line["location_id"], "")):
            owners, general = [owner], 2
        for owner in owners:
            numbers.setdefault(owner, []).append((general, number.group()))
