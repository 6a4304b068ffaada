"""Confirmed needs of an office: CSV to rows."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from directory.exchange import tables
from directory.exchange.tables import Columns
from directory.operations.confirmations import ConfirmedRow
from directory.operations.records import RowFault
from directory.rules.calendar import DISTRICT_ZONE

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


_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def read(path: Path) -> Iterator[ConfirmedRow | RowFault]:
    """Each row, or what is wrong with it as a row. Raises WrongTable."""
    for line in tables.lines(tables.read_bytes(path), path.name, COLUMNS):
        if isinstance(line, RowFault):
            yield line
            continue
        day = line["confirmed_on"]
        try:
            moment = _midnight(day) if day else None
        except ValueError:
            yield RowFault(line.origin, "confirmed_on", day[:40], "date", "日期要写成 2026-11-23")
            continue
        route = ROUTES.get(line["route"], line["route"])
        yield ConfirmedRow(
            line["id"], line["text"], line["category"], route, line["organisation"].upper(), moment, line.origin
        )


def _midnight(day: str) -> datetime:
    """The beginning of a day as people and spreadsheets write it: 2026-01-05, 2026/1/5, 2026年1月5日."""
    read = _DAY.fullmatch(day.strip())
    if read is None:
        raise ValueError(day)
    year, month, number = map(int, read.groups())
    return datetime(year, month, number, tzinfo=DISTRICT_ZONE)
