"""Agreed work: the list for whoever reads it, one of them, and what its page shows."""

from collections.abc import Iterator

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from directory import wording
from directory.errors import Invalid
from directory.forms.engagements import address_of, asked_from
from directory.models.engagement import Engagement
from directory.operations import agreed_work, catalogue, deeds, engagements, joinings, reviews, service_records, terms
from directory.operations.agreed_work import Asked
from directory.rules.calendar import day_of
from directory.rules.work import ENGAGEMENTS, EngagementState, MilestoneState, TermsState
from directory.views.clock import today
from directory.views.engagements.blueprint import bp, is_party, told
from directory.views.exporting import as_file
from directory.wording import engagements as words

COLUMNS = ("编号", "项目", "承接机构", "居民区", "状态", "金额（元）", "经费来源", "合同编号", "开始", "结束", "签收")
LATEST_RECORDS = 5


@bp.get("")
def listing() -> ResponseReturnValue:
    asked, fault = Asked(), None
    try:
        asked = asked_from(request.args)
    except Invalid as found:
        fault = found
    page = render_template(
        "engagements/list.html",
        asked=asked,
        fault=fault,
        shown=agreed_work.page(asked, by=g.actor, on=today()),
        waiting=agreed_work.waiting(by=g.actor, on=today()) if g.actor.role in agreed_work.PARTIES else None,
        areas=_areas(),
        address_of=address_of,
    )
    return page, 422 if fault else 200


@bp.get("/list.<string:table_kind>")
def export(table_kind: str) -> ResponseReturnValue:
    """The same as a file for a spreadsheet, all pages of them."""
    return as_file(table_kind, "engagements", COLUMNS, _rows(asked_from(request.args)), on=today())


@bp.get("/<int:engagement_id>")
def work(engagement_id: int) -> ResponseReturnValue:
    found = agreed_work.one(engagement_id, by=g.actor)
    changes = terms.of(found)
    side = _side(found)
    return render_template(
        "engagements/work.html",
        work=found,
        side=side,
        absent=agreed_work.absent(found),
        steps=ENGAGEMENTS.open_to(found.state),
        ready=_ready(found),
        all_accepted=engagements.all_accepted(found),
        open_change=next((change for change in changes if change.state is TermsState.OPEN), None),
        changes=changes,
        may_change=found.state in terms.OPEN_TO_CHANGE,
        totals=service_records.totals(found),
        records=service_records.latest(found, LATEST_RECORDS),
        **_of_need(found),
        deeds=deeds.of(f"Engagement:{found.id}"),
        areas=_areas(),
        standing=reviews.standing(found, by=g.actor, on=today()) if found.state is EngagementState.SIGNED_OFF else None,
        today=today(),
    )


def _of_need(found: Engagement) -> dict[str, object]:
    """How many the need concerns and who joined it, for the two parties."""
    if found.need is None or not is_party(found):
        return {"people": None, "joined": []}
    joined = [joining for joining in found.need.joinings if joining.left_at is None]
    return {"people": joinings.people(found.need), "joined": joined}


def _areas() -> dict[str, str]:
    return {area.code: area.name for area in catalogue.areas()}


def _side(found: Engagement) -> int:
    """Which of the words of NEXT are for who reads."""
    if not is_party(found):
        return 2
    return 0 if g.account.organisation_id is None else 1


def _ready(found: Engagement) -> bool:
    """Whether every step is as far as the next step of the whole asks."""
    done = {MilestoneState.ACCEPTED}
    if found.state is EngagementState.RUNNING:
        done |= {MilestoneState.DELIVERED}
    return all(milestone.state in done for milestone in found.milestones)


def _rows(asked: Asked) -> Iterator[tuple[object, ...]]:
    areas = _areas()
    for found in agreed_work.every(asked, by=g.actor, on=today()):
        yield (
            found.id,
            told(found.title, found),
            found.organisation.name,
            areas.get(found.area_code, found.area_code),
            wording.label(words.STATES, found.state.value),
            found.amount,
            wording.label(words.FUNDINGS, found.funding.value),
            told(found.contract, found),
            found.starts_on.isoformat(),
            found.ends_on.isoformat(),
            day_of(found.signed_off_at).isoformat() if found.signed_off_at else "",
        )
