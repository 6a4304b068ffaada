"""Facts: those organisations propose, and government's own."""

import re
from datetime import UTC, datetime

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid, NotFound
from directory.forms.government import Act, FactForm, RefuseForm, fact_form
from directory.forms.search import page_from
from directory.models.claimed import ClaimedFact
from directory.models.organisation import Fact, Organisation
from directory.operations import deeds, dossiers, listings, reviewing, sending, waiting
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.rules.eligibility import FactKind
from directory.rules.lifecycle import ClaimedState
from directory.views.government.blueprint import bp

_NUMBER = re.compile("[0-9]{1,18}")


@bp.get("/facts")
def facts() -> ResponseReturnValue:
    shown = waiting.facts(page=page_from(request.args), by=g.actor)
    return render_template("government/facts.html", shown=shown, day_of=day_of)


@bp.get("/facts/<int:claimed_id>")
def claimed_fact(claimed_id: int) -> ResponseReturnValue:
    return _claimed_page(waiting.fact(claimed_id, by=g.actor), RefuseForm(formdata=None))


@bp.post("/facts/<int:claimed_id>/confirm")
def confirm_fact(claimed_id: int) -> ResponseReturnValue:
    form, now = Act(request.form), datetime.now(UTC)
    with transaction():
        said = reviewing.claimed(claimed_id, by=g.actor)
        sending.once(form.once.data or "", now=now)
        reviewing.confirm(said, by=g.actor, now=now)
    flash(gettext("已核实采纳，机构的入录条件按新的事实计算。"))
    return redirect(url_for(".facts"), 303)


@bp.post("/facts/<int:claimed_id>/refuse")
def refuse_fact(claimed_id: int) -> ResponseReturnValue:
    form, now = RefuseForm(request.form), datetime.now(UTC)
    shown = waiting.fact(claimed_id, by=g.actor)
    require(g.actor, Permission.DECIDE_FACT, shown)
    if not form.validate():
        return _claimed_page(shown, form), 422
    with transaction():
        said = reviewing.claimed(claimed_id, by=g.actor)
        sending.once(form.once.data or "", now=now)
        reviewing.refuse(said, reason=form.reason.data or "", by=g.actor, now=now)
    flash(gettext("已告诉机构没有采纳和原因。"))
    return redirect(url_for(".facts"), 303)


def _claimed_page(shown: ClaimedFact, form: RefuseForm) -> str:
    standing = dossiers.standing(shown.organisation_id, on=day_of(datetime.now(UTC)))
    return render_template(
        "government/fact.html",
        said=shown,
        form=form,
        open=shown.state is ClaimedState.WAITING,
        replaced=next((fact for fact in standing.facts if fact.id == shown.supersedes_id), None),
        standing=standing,
        history=deeds.of(f"ClaimedFact:{shown.id}"),
        day_of=day_of,
    )


@bp.get("/organisations/<int:organisation_id>/facts")
def organisation_facts(organisation_id: int) -> ResponseReturnValue:
    organisation, today = dossiers.organisation(organisation_id, by=g.actor), day_of(datetime.now(UTC))
    return render_template(
        "government/organisation_facts.html",
        organisation=organisation,
        standing=dossiers.standing(organisation_id, on=today),
        entries=listings.of_organisation(organisation_id),
        kinds=FactKind,
        today=today,
        day_of=day_of,
    )


@bp.get("/organisations/<int:organisation_id>/facts/new")
def new_fact(organisation_id: int) -> ResponseReturnValue:
    organisation, wrong, kind = _asked(organisation_id)
    given = {} if wrong is None else _typed(wrong)
    return _new_page(organisation, kind, wrong, fact_form(kind, corrects=wrong is not None, formdata=None, **given))


@bp.post("/organisations/<int:organisation_id>/facts/new")
def record_fact(organisation_id: int) -> ResponseReturnValue:
    organisation, wrong, kind = _asked(organisation_id)
    form, now = fact_form(kind, corrects=wrong is not None, formdata=request.form), datetime.now(UTC)
    if not form.validate():
        return _new_page(organisation, kind, wrong, form), 422
    try:
        with transaction():
            found = dossiers.organisation(organisation_id, by=g.actor)
            sending.once(form.once.data or "", now=now)
            reviewing.record(
                found,
                form.statement(kind),
                supersedes=None if wrong is None else wrong.id,
                reason="" if form.reason is None else form.reason.data or "",
                by=g.actor,
                now=now,
            )
    except Invalid as fault:
        if not form.blame(fault, instead="year"):
            raise
        organisation, wrong, kind = _asked(organisation_id)
        return _new_page(organisation, kind, wrong, form), 422
    flash(gettext("已更正。旧的那条还在，标明已被取代。") if wrong is not None else gettext("已记入。"))
    return redirect(url_for(".organisation_facts", organisation_id=organisation_id), 303)


def _asked(organisation_id: int) -> tuple[Organisation, Fact | None, FactKind]:
    """Whose fact of which kind is to be recorded, and in place of which."""
    organisation = dossiers.organisation(organisation_id, by=g.actor)
    require(g.actor, Permission.DECIDE_FACT, organisation)
    number = request.args.get("supersedes", "")
    if number:
        wrong = waiting.recorded(int(number) if _NUMBER.fullmatch(number) else 0, organisation)
        return organisation, wrong, wrong.kind
    kind = request.args.get("kind", "")
    if kind not in set(FactKind):
        raise NotFound(f"no kind of facts {kind[:40]!r}")
    return organisation, None, FactKind(kind)


def _typed(fact: Fact) -> dict[str, object]:
    return {
        "value": fact.value,
        "year": fact.since.year,
        "since": fact.since,
        "until": fact.until,
        "source": fact.source,
    }


def _new_page(organisation: Organisation, kind: FactKind, wrong: Fact | None, form: FactForm) -> str:
    return render_template("government/new_fact.html", organisation=organisation, kind=kind, wrong=wrong, form=form)
