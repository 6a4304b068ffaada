"""Reads the public service items of Guangdong: one item a row, the offices' own texts."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from directory.exchange.tables import Columns, Line, lines, read_bytes
from directory.operations.records import (
    CategoryRow,
    Delivery,
    FieldRow,
    Identity,
    OrganisationRow,
    Origin,
    RowFault,
    ServiceRow,
)
from directory.rules import uscc
from search.text import mask

COLUMNS = Columns(("TASK_CODE", "TASK_NAME", "DEPT_NAME", "theme_category"))
FIELD = FieldRow(
    code="GD",
    name="政务服务事项",
    name_en="Public service items",
    description="政府部门直接办理的事项，不向社会组织购买，列在这里方便查到该找谁。",
    route=("department",),
    authority="事项的办理单位（见各事项）",
    phone="12345",
)
OTHER = "其他"
CODE_LENGTH = 18
# An area code and a line, a 400 number or a hotline of five digits; a person's mobile is none of these.
_OFFICE_LINE = re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{5,8}|400-?\d{3,4}-?\d{3,4}|(?:12|9\d)\d{3})(?!\d)")


@dataclass(slots=True)
class _Office:
    """What the rows of one office say about it together."""

    name: str
    origin: Origin
    phones: Counter[str] = field(default_factory=Counter)
    addresses: Counter[str] = field(default_factory=Counter)


def read(path: Path, *, source: str) -> Delivery:
    """The delivery of one CSV file. An office is known by the first 18 characters of its items' codes."""
    offices: dict[str, _Office] = {}
    services: list[ServiceRow] = []
    faults: list[RowFault] = []
    for line in lines(read_bytes(path), path.name, columns=COLUMNS):
        if isinstance(line, RowFault):
            faults.append(line)
        elif len(line["TASK_CODE"]) < CODE_LENGTH or not line["DEPT_NAME"]:
            faults.append(_without_office(line))
        else:
            code = line["TASK_CODE"][:CODE_LENGTH]
            office = offices.setdefault(code, _Office(line["DEPT_NAME"], line.origin))
            office.phones.update(_OFFICE_LINE.findall(_joined(line["consult_phone"]))[:1])
            office.addresses.update(filter(None, [_address(line)]))
            services.append(_service(line, Identity(source, code)))
    organisations = tuple(_organisation(Identity(source, code), office) for code, office in offices.items())
    return Delivery(source, organisations, tuple(services), tuple(faults), FIELD)


def _joined(phones: str) -> str:
    """Phones with their area codes joined on: （020）8388 2222 becomes 020-83882222."""
    return unicodedata.normalize("NFKC", phones).replace(" ", "").replace("(", "").replace(")", "-")


def _organisation(identity: Identity, office: _Office) -> OrganisationRow:
    code = identity.external_id
    return OrganisationRow(
        identity,
        office.name,
        uscc=None if uscc.problem(code) else code,
        address=_most(office.addresses),
        phone=_most(office.phones),
        with_service=True,
        origin=office.origin,
    )


def _most(counted: Counter[str]) -> str:
    return max(counted, key=lambda text: (counted[text], text), default="")


def _service(line: Line, office: Identity) -> ServiceRow:
    theme = line["theme_category"].split("|")[0].strip()
    return ServiceRow(
        organisation=office,
        external_id=line["TASK_CODE"],
        category=CategoryRow(name=theme or OTHER),
        name=line["TASK_NAME"],
        description="\n".join(part for part in _description(line) if part),
        origin=line.origin,
    )


def _description(line: Line) -> list[str]:
    kind = "，".join(dict.fromkeys(filter(None, (line["TASK_TYPE_TEXT"], line["CATANAME"]))))
    link = line["URL"]
    return [
        f"{kind}。" if kind else "",
        _said(line["accept_standard"]),
        f"办理地点：{address}" if (address := _address(line)) else "",
        f"法定办结时限：{time}" if (time := _said(line["handle_time"])) else "",
        f"承诺办结时限：{time}" if (time := _said(line["handle_time_limit"])) else "",
        f"服务对象：{people}" if (people := line["service_object_name"].replace("|", "、")) else "",
        f"办事指南：{link}" if link and mask(link) == link else "",  # a masked link leads nowhere
    ]


def _said(text: str) -> str:
    return "" if text == "无" else text


def _address(line: Line) -> str:
    return "" if line["handle_location"].startswith("无") else line["handle_location"].removeprefix("办理地点：")


def _without_office(line: Line) -> RowFault:
    if not line["DEPT_NAME"]:
        return RowFault(line.origin, "DEPT_NAME", "", "required", "缺少办理单位的名称")
    message = f"事项编码应至少 {CODE_LENGTH} 位（前 18 位是办理单位的代码），这里是 {len(line['TASK_CODE'])} 位"
    return RowFault(line.origin, "TASK_CODE", line["TASK_CODE"], "length", message)
