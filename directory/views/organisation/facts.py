"""Facts about the organisation: what is recorded, and what it proposes with evidence."""

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.claims import FORMS, ClaimForm
from directory.forms.organisation import ConfirmForm
from directory.operations import evidence, facts, profiles, sending
from directory.rules import files
from directory.rules.eligibility import FactKind
from directory.views.clock import now, today
from directory.views.organisation.blueprint import LARGEST_UPLOAD, bp
from directory.wording.organisation import CLAIMS


@bp.get("/facts")
def facts_known() -> ResponseReturnValue:
    organisation = profiles.own(by=g.actor)
    return render_template(
        "organisation/facts.html",
        known=facts.known(organisation, by=g.actor),
        form=ConfirmForm(formdata=None),
        today=today(),
    )


@bp.get("/facts/new")
def proposal() -> ResponseReturnValue:
    """Which kind of fact; then the form of that kind."""
    given = request.args.get("kind", "")
    if not given:
        return render_template("organisation/kinds.html", kinds=CLAIMS)
    kind = _kind(given)
    form = FORMS[kind](formdata=None, kind=kind.value)
    return _claim_page(form.offer(facts.replaceable(profiles.own(by=g.actor), kind)), kind)


@bp.post("/facts/new")
def propose() -> ResponseReturnValue:
    kind = _kind(request.form.get("kind", ""))
    form = FORMS[kind](CombinedMultiDict((request.files, request.form)))
    form.offer(facts.replaceable(profiles.own(by=g.actor), kind))
    if not form.validate():
        return _claim_page(form, kind), 422
    try:
        with transaction():
            sending.once(form.once.data or "", now=now())
            _propose(form)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _claim_page(form, kind), 422
    flash(gettext("已提交，等区民政局核实。结果会发通知给您。"))
    return redirect(url_for(".facts_known"), 303)


@bp.post("/facts/<int:claimed_id>/withdraw")
def withdraw_claim(claimed_id: int) -> ResponseReturnValue:
    with transaction():
        facts.withdraw(claimed_id, by=g.actor, now=now())
    flash(gettext("已撤回。"))
    return redirect(url_for(".facts_known"), 303)


@bp.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """The form was not read, so what was typed is gone; say the limit."""
    most = LARGEST_UPLOAD if request.path.endswith("/facts/new") else None
    return render_template("organisation/too_large.html", most=most and files.LARGEST // 2**20), 413


def _propose(form: ClaimForm) -> None:
    """In one transaction: what is wrong with the claim is said before the file is looked at."""
    organisation = profiles.own(by=g.actor)
    claim = form.claim()
    facts.check(claim, on=today())
    given = form.file.data
    if not given or not given.filename:
        raise Invalid("file", "", "required", "a proposal needs evidence")
    content = given.stream.read(files.LARGEST + 1)
    kept = evidence.keep(
        content,
        given.filename,
        organisation,
        folder=current_app.extensions["evidence_folder"],
        by=g.actor,
        now=now(),
    )
    facts.propose(organisation, claim, evidence=kept, supersedes=form.replaced(), by=g.actor, now=now())


def _kind(given: str) -> FactKind:
    if given not in {kind.value for kind in FORMS}:
        raise Invalid("kind", given[:40], "unknown", "no kind of fact to propose")
    return FactKind(given)


def _claim_page(form: ClaimForm, kind: FactKind) -> str:
    title, about, proof = CLAIMS[kind.value]
    return render_template(
        "organisation/claim.html",
        form=form,
        kind=kind,
        title=title,
        about=about,
        proof=proof,
        most=files.LARGEST // 2**20,
    )
