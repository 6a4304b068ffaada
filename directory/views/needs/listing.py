"""All needs of a neighbourhood: filtered, by pages, as a file."""

from collections.abc import Iterator

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from directory import wording
from directory.errors import Invalid
from directory.forms.boards import neighbours_from
from directory.models.need import Need
from directory.operations import board, neighbours
from directory.rules.calendar import day_of
from directory.views.clock import now, today
from directory.views.exporting import as_file
from directory.views.needs.blueprint import bp
from directory.wording import needs as words

COLUMNS = (
    *("编号", "问题", "状态", "原因", "类目", "谁来解决", "地点", "人数", "加入的居民区", "急不急", "预算"),
    *("最早", "最晚", "公开", "发布日期", "自"),
)


@bp.get("/needs")
def listing() -> ResponseReturnValue:
    asked, fault = neighbours.Asked(), None
    try:
        asked = neighbours_from(request.args)
    except Invalid as found:
        fault = found
    shown = neighbours.listed(asked, by=g.actor)
    page = render_template(
        "needs/list.html",
        asked=asked,
        fault=fault,
        shown=shown,
        proposals=neighbours.proposals(shown.rows, by=g.actor),
        now=now(),
    )
    return page, 422 if fault else 200


@bp.get("/needs.<string:table_kind>")
def export(table_kind: str) -> ResponseReturnValue:
    """The same needs as a file for a spreadsheet, all pages of them."""
    rows = _rows(neighbours.every(neighbours_from(request.args), by=g.actor), area=g.actor.area)
    return as_file(table_kind, "needs", COLUMNS, rows, on=today())


def _rows(shown: list[Need], *, area: str) -> Iterator[tuple[object, ...]]:
    """Of needs that others wrote, no more than the board tells."""
    people = board.people(shown)
    for need in shown:
        own = need.area_code == area
        yield (
            need.id,
            need.text,
            wording.label(words.STATES, need.state.value),
            wording.label(words.REASONS, need.reason) if own else "",
            need.category.name if need.category else "",
            wording.label(wording.ROUTE_TAGS, need.route.value) if need.route else "",
            need.place if own else "",
            people.get(need.id, ""),
            need.joined,
            wording.label(words.URGENCIES_SHORT, need.urgency.value),
            words.budget(need.budget_low, need.budget_high) if own else "",
            need.wanted_from.isoformat() if need.wanted_from else "",
            need.wanted_until.isoformat() if need.wanted_until else "",
            "是" if need.public else "否",
            day_of(need.opened_at).isoformat() if need.opened_at else "",
            day_of(need.since).isoformat(),
        )
