"""The report on who is shown how often."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from directory.errors import Invalid
from directory.forms.supply import address_of, exposure_from
from directory.models.taxonomy import Area, Category
from directory.operations import catalogue, exposure_reports
from directory.operations.exposure_reports import Row
from directory.policy import Permission
from directory.rules.calendar import day_of
from directory.views.entrance import let_in
from directory.views.exporting import as_file, checked
from directory.wording import supply as words

bp = Blueprint("exposure", __name__, url_prefix="/government/exposure")

COLUMNS = (
    *("机构", "统一社会信用代码", "街道", "在列服务", "推荐次数", "平均名次", "第一名", "前三名", "未列入次数"),
    *("收到邀请", "谢绝", "选中", "评估平均分", "完成的服务", "新机构"),
)


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.READ_EXPOSURE)


@bp.context_processor
def names() -> dict[str, Any]:
    return {"words": words, "day_of": day_of, "address_of": address_of}


@bp.get("")
def report() -> ResponseReturnValue:
    categories, areas, fault = catalogue.categories(), catalogue.areas(), None
    try:
        asked = _asked(categories, areas)
    except Invalid as found:
        fault, asked = found, exposure_reports.usual(day_of(datetime.now(UTC)))
    page = render_template(
        "exposure/report.html",
        asked=asked,
        fault=fault,
        report=exposure_reports.report(asked, by=g.actor),
        categories=categories,
        areas={area.code: area for area in areas},
    )
    return page, 422 if fault else 200


@bp.get("/table.<string:table_kind>")
def export(table_kind: str) -> ResponseReturnValue:
    """The same organisations as a file, all pages of them."""
    checked(table_kind)
    asked = _asked(catalogue.categories(), catalogue.areas())
    name, counted = f"exposure-{asked.since:%Y-%m}-{asked.until:%Y-%m}", exposure_reports.every(asked, by=g.actor)
    return as_file(table_kind, name, COLUMNS, _rows(counted), on=day_of(datetime.now(UTC)))


def _asked(categories: Iterable[Category], areas: Iterable[Area]) -> exposure_reports.Asked:
    return exposure_from(
        request.args,
        categories={category.code for category in categories},
        streets={area.code for area in areas if area.level == 1},
        today=day_of(datetime.now(UTC)),
    )


def _rows(rows: list[Row]) -> Iterator[tuple[object, ...]]:
    organisations = exposure_reports.named(rows)
    areas = {area.code: area.name for area in catalogue.areas()}
    for row in rows:
        organisation = organisations[row.organisation_id]
        yield (
            organisation.name,
            organisation.uscc or "",
            areas.get(organisation.area_code, organisation.area_code),
            *(row.listed, row.shown, "" if row.rank is None else f"{row.rank:.1f}", row.first, row.top, row.excluded),
            *(row.invited, row.declined, row.chosen),
            "" if row.assessed is None else f"{row.assessed:.1f}",
            *(row.finished, "是" if row.new else ""),
        )
