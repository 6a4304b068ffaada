"""The record of deeds, for auditors: searched, exported, verified. Nothing here changes anything."""

from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, Response, g, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from directory import audit
from directory.errors import Invalid
from directory.exchange.editions import table_chunks
from directory.forms.auditing import address_of, asked_from, before_from
from directory.operations import auditing
from directory.operations.auditing import Asked
from directory.policy import Permission
from directory.rules.calendar import DISTRICT_ZONE, day_of
from directory.views.entrance import let_in
from directory.wording import auditing as words

bp = Blueprint("auditing", __name__, url_prefix="/audit")

COLUMNS = ("编号", "时间", "事件", "谁", "对象", "原因", "上一条校验码", "校验码")
VERIFIED = 5_000  # events walked while somebody waits; the command walks them all


@bp.before_request
def let_in_only_who_may() -> ResponseReturnValue | None:
    return let_in(Permission.READ_AUDIT)


@bp.get("")
def listing() -> ResponseReturnValue:
    show = partial(render_template, "auditing/list.html", given=request.args, words=words, address_of=address_of)
    try:
        asked, before = asked_from(request.args), before_from(request.args)
    except Invalid as fault:
        return show(asked=Asked(), events=None, before=None, fault=fault), 422
    return show(asked=asked, events=auditing.page(asked, before=before, by=g.actor), before=before, fault=None)


@bp.get("/events.csv")
def export() -> ResponseReturnValue:
    """All that the same search finds, sent as it is read."""
    asked = asked_from(request.args)
    rows = (
        (e.id, e.at.astimezone(DISTRICT_ZONE).isoformat(), e.event, e.actor, e.thing, e.reason, e.previous, e.digest)
        for e in auditing.every(asked, by=g.actor)
    )
    response = Response(stream_with_context(table_chunks(COLUMNS, rows)), content_type="text/csv; charset=utf-8")
    name = f"audit-{day_of(datetime.now(UTC)).isoformat()}.csv"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


@bp.get("/events/<int:event_id>")
def event(event_id: int) -> ResponseReturnValue:
    found = auditing.get(event_id, by=g.actor)
    before, after = auditing.beside(found, by=g.actor)
    return render_template(
        "auditing/event.html",
        event=found,
        before=before,
        after=after,
        first=found.previous == audit.BEGINNING,
        holds=audit.holds(found),
        name=auditing.name_of(found),
        words=words,
    )


@bp.get("/verify")
def verify() -> ResponseReturnValue:
    """Walks the end of the chain."""
    faults = list(audit.broken(last=VERIFIED))
    return render_template("auditing/verify.html", faults=faults, last=VERIFIED, now=datetime.now(UTC), words=words)
