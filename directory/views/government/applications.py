"""Applications: the queue, one of them, and the steps of screening."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Conflict, Forbidden, Invalid, NotFound
from directory.forms.government import Act, BulkReturnForm, ReturnForm
from directory.forms.queues import WAITED, address_of, applications_from
from directory.models.application import Application
from directory.operations import (
    applications,
    catalogue,
    decisions,
    deeds,
    dossiers,
    paging,
    parameters,
    queues,
    sending,
    standings,
)
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.rules.eligibility import GateAnswer, Outcome
from directory.rules.lifecycle import APPLICATIONS
from directory.views.exporting import as_file, checked
from directory.views.government.blueprint import bp
from directory.wording import states

TOLD = "government_bulk"
COLUMNS = (
    *("申请", "服务", "机构", "统一社会信用代码", "街道", "领域", "类目", "状态", "从哪天起", "提交日期"),
    *("没有通过的条件", "待核实的条件", "评估得分", "满分", "评估等级", "决定", "公示到"),
)


@bp.get("/applications")
def applications_() -> ResponseReturnValue:
    return _queue(BulkReturnForm(formdata=None))


def _queue(form: BulkReturnForm, chosen: frozenset[int] = frozenset()) -> str:
    now = datetime.now(UTC)
    asked, fault = queues.Asked(), None
    try:
        asked = applications_from(request.args)
    except Invalid as found:
        fault = found
    shown = queues.applications(asked, by=g.actor, now=now)
    told: list[list[Any]] = session.pop(TOLD, [])
    return render_template(
        "government/applications.html",
        asked=asked,
        fault=fault,
        shown=shown,
        results=queues.results(shown.rows),
        gates=_gates(shown.rows, day_of(now)),
        told=told,
        found=queues.named([number for number, _ in told], by=g.actor) if told else {},
        form=form,
        chosen=chosen,
        areas={area.code: area for area in catalogue.areas()},
        fields=[each for each in catalogue.categories() if each.level == 1],
        waits=WAITED,
        address_of=address_of,
        today=day_of(now),
        day_of=day_of,
    )


@bp.get("/applications.<string:table_kind>")
def export_applications(table_kind: str) -> ResponseReturnValue:
    """The same applications as a file for a spreadsheet, all pages of them."""
    kind, now = checked(table_kind), datetime.now(UTC)
    shown = queues.every(applications_from(request.args), by=g.actor, now=now)
    today = day_of(now)
    return as_file(kind, "applications", COLUMNS, _rows(shown, today), on=today)


def _rows(shown: Sequence[Application], today: date) -> Iterator[tuple[object, ...]]:
    areas = {area.code: area.name for area in catalogue.areas()}
    fields = {each.id: each.name for each in catalogue.categories() if each.level == 1}
    results, gates = queues.results(shown), _gates(shown, today)
    for each in shown:
        organisation, category, result = each.organisation, each.service.category, results.get(each.id)
        answers = gates[organisation.id]
        yield (
            each.id,
            each.version.name,
            organisation.name,
            organisation.uscc or "",
            areas.get(organisation.area_code, organisation.area_code),
            fields.get(category.parent_id or category.id, ""),
            category.name,
            wording.label(states.APPLICATION_STATES, each.state.value),
            day_of(each.since).isoformat(),
            day_of(each.submitted_at).isoformat() if each.submitted_at else "",
            _named(answers, Outcome.FAIL),
            _named(answers, Outcome.UNKNOWN),
            f"{result.total:g}" if result else "",
            result.rubric.scale if result else "",
            result.grade if result else "",
            "" if each.admitted is None else gettext("同意列入") if each.admitted else gettext("不列入"),
            each.publicity_until.isoformat() if each.publicity_until else "",
        )


def _gates(shown: Sequence[Application], today: date) -> dict[int, tuple[GateAnswer, ...]]:
    owners = {each.organisation_id for each in shown}
    return standings.answers(owners, on=today, gates=parameters.in_force().gates)


def _named(answers: Sequence[GateAnswer], outcome: Outcome) -> str:
    return "；".join(wording.label(wording.GATES, each.gate) for each in answers if each.outcome is outcome)


@bp.post("/applications")
def step_many() -> ResponseReturnValue:
    """Screen, or return with one reason, each of those chosen: in a transaction of its own, told line by line."""
    require(g.actor, Permission.SCREEN)
    form = BulkReturnForm(request.form)
    chosen = _numbers(request.form.getlist("chosen"))
    step = request.form.get("step", "")
    if step not in {"screen", "return"}:
        raise Invalid("step", step[:40], "unknown", "screen or return")
    if not chosen:
        form.reason.errors = [gettext("请先在表里勾选要办的申请。")]
        return _queue(form), 422
    if step == "return" and not form.validate():
        return _queue(form, frozenset(chosen)), 422
    with transaction():
        sending.once(form.once.data or "", now=datetime.now(UTC))
    session[TOLD] = [[number, _step_one(number, step, form.reason.data or "")] for number in chosen]
    asked = request.query_string.decode(errors="replace")
    return redirect(f"{request.path}?{asked}", 303)


def _step_one(number: int, step: str, reason: str) -> str:
    try:
        with transaction():
            application, now = applications.get(number, by=g.actor), datetime.now(UTC)
            if step == "screen":
                applications.screen(application, by=g.actor, now=now)
            else:
                applications.give_back(application, reason=reason, by=g.actor, now=now)
    except Conflict:
        return "moved"
    except NotFound:
        return "missing"
    except Forbidden:
        return "refused"
    return "done"


def _numbers(given: list[str]) -> list[int]:
    """The ids chosen, each once, no more than a page has; what is no id is left out."""
    known = dict.fromkeys(int(text) for text in given if text.isascii() and text.isdecimal() and len(text) < 19)
    return list(known)[: paging.PAGE]


@bp.get("/applications/<int:application_id>")
def application(application_id: int) -> ResponseReturnValue:
    shown = queues.application(application_id, by=g.actor)
    return application_page(shown, ReturnForm(formdata=None, seen=sending.mark(shown.since)))


def application_page(shown: Application, form: ReturnForm) -> str:
    now = datetime.now(UTC)
    result = applications.result(shown)
    return render_template(
        "government/application.html",
        application=shown,
        form=form,
        steps=APPLICATIONS.open_to(shown.state),
        dossier=dossiers.of(shown, on=day_of(now)),
        result=result,
        differs=shown.admitted is not None and decisions.differs(result, admit=shown.admitted),
        history=deeds.of(f"Application:{shown.id}"),
        areas={area.code: area.name for area in catalogue.areas()},
        today=day_of(now),
        day_of=day_of,
    )


@bp.post("/applications/<int:application_id>/screen")
def screen(application_id: int) -> ResponseReturnValue:
    form, now = Act(request.form), datetime.now(UTC)
    with transaction():
        application = applications.get(application_id, by=g.actor)
        require(g.actor, Permission.SCREEN, application)
        sending.once(form.once.data or "", now=now)
        applications.screen(application, by=g.actor, now=now)
    flash(gettext("已通过初审，下一步由评估中心分派评估。"))
    return redirect(url_for(".application", application_id=application_id), 303)


@bp.post("/applications/<int:application_id>/return")
def give_back(application_id: int) -> ResponseReturnValue:
    form, now = ReturnForm(request.form), datetime.now(UTC)
    require(g.actor, Permission.SCREEN)
    shown = queues.application(application_id, by=g.actor)
    if not form.validate():
        return application_page(shown, form), 422
    with transaction():
        application = applications.get(application_id, by=g.actor)
        sending.once(form.once.data or "", now=now)
        applications.give_back(application, reason=form.reason.data or "", by=g.actor, now=now)
    flash(gettext("已退回，机构会收到您写的原因。"))
    return redirect(url_for(".application", application_id=application_id), 303)
