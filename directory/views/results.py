"""What a scoring found, for the organisation and for those who watch; and the organisation's appeal against it."""

from datetime import UTC, datetime
from functools import partial

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.assessing import AppealForm
from directory.operations import appeals, applications, evidence, results, rubrics, sending
from directory.policy import Permission, require
from directory.views import scoring
from directory.wording import assessing as words

bp = Blueprint("results", __name__, url_prefix="/applications")
scoring.set_up(bp, Permission.READ_RESULT)


@bp.get("/<int:application_id>/result")
def result(application_id: int) -> ResponseReturnValue:
    return _page(application_id, AppealForm(formdata=None))


@bp.post("/<int:application_id>/appeal")
def appeal(application_id: int) -> ResponseReturnValue:
    form, now = AppealForm(request.form), datetime.now(UTC)
    try:
        with transaction():
            application = applications.get(application_id, by=g.actor)
            require(g.actor, Permission.APPEAL, application)
            sending.once(form.once.data or "", now=now)
            appeals.file(application, reason=form.reason.data or "", by=g.actor, now=now)
    except Invalid as fault:
        form.reason.errors = [words.fault(fault)]
        return _page(application_id, form), 422
    flash(gettext("申诉已提交。没有评过这份申请的另外两位评估员会重新评分，结果出来会通知您。"))
    return redirect(url_for(".result", application_id=application_id), 303)


def _page(application_id: int, form: AppealForm) -> str:
    outcome = results.of(application_id, by=g.actor)
    application, now = outcome.application, datetime.now(UTC)
    assessment = outcome.assessment
    return render_template(
        "results/result.html",
        outcome=outcome,
        application=application,
        thresholds=rubrics.thresholds(assessment.rubric) if assessment else [],
        can_appeal=scoring.may("APPEAL", application) and appeals.can_file(application, now=now),
        pieces=partial(evidence.pieces, known=evidence.open_to(g.actor, application.organisation)),
        form=form,
    )
