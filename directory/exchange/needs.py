"""Confirmed needs of an office: CSV to rows."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from directory.exchange import tables
from directory.exchange.tables import Columns
from directory.operations.confirmations import ConfirmedRow
from directory.operations.records import RowFault

COLUMNS = Columns(
    ("id", "text", "category"),
    frozenset({"id", "text", "category", "route", "organisation", "confirmed_on"}),
    {
        "编号": "id",
        "需求": "text",
        "类目": "category",
        "解决路径": "route",
        "统一社会信用代码": "organisation",
        "确认日期": "confirmed_on",
    },
)
ROUTES = {"第三方": "provider", "物业": "property", "政府部门": "department", "居民自己": "self"}


def read(path: Path) -> Iterator[ConfirmedRow | RowFault]:
    """Each row, or what is wrong with it as a row. Raises WrongTable."""
    for line in tables.lines(tables.read_bytes(path), path.name, COLUMNS):
        if isinstance(line, RowFault):
            yield line
            continue
        day = line["confirmed_on"]
        try:
            moment = datetime.fromisoformat(day.replace("/", "-")).replace(tzinfo=UTC) if day else None
        except ValueError:
            yield RowFault(line.origin, "confirmed_on", day[:40], "date", "日期要写成 2026-11-23")
            continue
        route = ROUTES.get(line["route"], line["route"])
        yield ConfirmedRow(
            line["id"], line["text"], line["category"], route, line["organisation"].upper(), moment, line.origin
        )
