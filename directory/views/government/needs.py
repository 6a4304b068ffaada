"""The needs of the area, to read: in which words and what became of them, never whose door or number."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from directory.errors import Invalid
from directory.forms.boards import address_of, overseen_from
from directory.operations import board, catalogue, deeds, overseeing
from directory.rules.calendar import day_of
from directory.views.government.blueprint import bp


@bp.get("/needs")
def needs_() -> ResponseReturnValue:
    asked, fault = board.Asked(), None
    try:
        asked = overseen_from(request.args)
    except Invalid as found:
        fault = found
    shown, areas = overseeing.needs(asked, by=g.actor), catalogue.areas()
    page = render_template(
        "government/needs.html",
        asked=asked,
        fault=fault,
        shown=shown,
        people=board.people(shown.rows),
        areas={area.code: area for area in areas},
        address_of=address_of,
        day_of=day_of,
    )
    return page, 422 if fault else 200


@bp.get("/needs/<int:need_id>")
def need(need_id: int) -> str:
    found = overseeing.need(need_id, by=g.actor)
    return render_template(
        "government/need.html",
        need=found,
        people=board.people([found]).get(found.id),
        deeds=deeds.of(f"Need:{found.id}"),
        areas={area.code: area.name for area in catalogue.areas()},
        day_of=day_of,
    )
