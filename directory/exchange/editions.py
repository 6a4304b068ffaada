"""A sealed edition as a file: CSV and Excel to read, JSON to verify."""

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from directory.exchange import xlsx
from directory.exchange.tables import guarded
from directory.models.edition import Edition
from directory.operations.editions import SealedRow
from directory.operations.sealing import header
from directory.rules.editions import canonical

COLUMNS = (
    *("序号", "领域编号", "领域", "类目编号", "类目", "机构", "统一社会信用代码", "机构所在", "办公电话"),
    *("服务项目", "服务内容", "服务区域", "服务对象", "价格下限", "价格上限", "计价单位"),
    *("评估等级", "评估得分", "资质事实", "版本", "列入条目编号", "示例", "校验码"),
)
CHUNK = 200


def cells(row: SealedRow) -> tuple[object, ...]:
    said = row.content
    category, service, organisation = said["category"], said["service"], said["organisation"]
    price = service["price"]
    return (
        *(row.position, category["field"]["code"], category["field"]["name"], category["code"], category["name"]),
        *(organisation["name"], organisation["uscc"], organisation["area"]["name"], organisation["phone"]),
        *(service["name"], service["description"], "|".join(a["name"] or a["code"] for a in service["areas"])),
        *("|".join(service["groups"]), price["low"], price["high"], price["unit"], said["grade"], said["assessed"]),
        *("; ".join(map(_fact, said["facts"])), service["version"], row.entry_id),
        *("是" if organisation["demo"] else "", row.digest),
    )


def csv_chunks(rows: Iterable[SealedRow]) -> Iterator[str]:
    """A table that spreadsheets open as it is, a few hundred rows at a time."""
    return table_chunks(COLUMNS, map(cells, rows))


def table_chunks(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """CSV with a mark of its encoding, each cell guarded against being taken for a formula."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    file.write("\ufeff")
    writer.writerow(columns)
    for number, row in enumerate(rows, 1):
        writer.writerow([guarded(cell) for cell in row])
        if number % CHUNK == 0:
            yield _emptied(file)
    yield _emptied(file)


def json_chunks(edition: Edition, rows: Iterable[SealedRow]) -> Iterator[str]:
    """What the digests cover and the digests, nothing else: whoever has this can compute them, see docs/editions.md."""
    said = canonical(header(edition).said() | {"digest": edition.digest})
    yield said.removesuffix("}") + ',"rows":['
    between = "\n"
    for row in rows:
        yield f'{between}{{"digest":"{row.digest}","content":{row.text}}}'
        between = ",\n"
    yield "\n]}\n"


def write_xlsx(path: Path, rows: Iterable[SealedRow]) -> int:
    return xlsx.write(path, COLUMNS, map(cells, rows))


def _fact(fact: dict[str, Any]) -> str:
    return f"{fact['kind']} {fact['value']} {fact['since']}–{fact['until'] or ''}".replace("  ", " ")


def _emptied(file: io.StringIO) -> str:
    text = file.getvalue()
    file.seek(0)
    file.truncate()
    return text
