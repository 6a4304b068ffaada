"""Where the two parties of finished work review each other, read what is published, and reply."""

from datetime import UTC, datetime

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid, NotFound
from directory.forms.reviews import ReplyForm, ReviewForm
from directory.models.engagement import Engagement
from directory.operations import agreed_work, catalogue, engagements, parameters, reviews, sending
from directory.policy import Permission, require
from directory.rules.calendar import day_of
from directory.rules.engagements import other
from directory.views.entrance import FRAMES, let_in
from directory.wording import reviews as words
from search.text import mask

bp = Blueprint("reviewing", __name__, url_prefix="/engagements")


@bp.before_request
def let_in_only_parties_and_government() -> ResponseReturnValue | None:
    return let_in(Permission.READ_ENGAGEMENT)


@bp.get("/<int:engagement_id>/review")
def review(engagement_id: int) -> ResponseReturnValue:
    return _page(engagements.get(engagement_id, by=g.actor))


@bp.post("/<int:engagement_id>/review")
def write(engagement_id: int) -> ResponseReturnValue:
    """Show what would be sealed; seal it, once it was confirmed."""
    engagement, now = engagements.get(engagement_id, by=g.actor), datetime.now(UTC)
    require(g.actor, Permission.REVIEW, engagement)
    form = ReviewForm(request.form).of(engagements.side_of(g.actor))
    standing = reviews.standing(engagement, by=g.actor, on=day_of(now))
    if not standing.why_not:
        if not form.validate():
            return _page(engagement, form), 422
        if "confirmed" not in request.form:
            return _page(engagement, form, check="edit" not in request.form)
    try:
        with transaction():
            sending.once(form.once.data or "", now=now)
            engagement = engagements.get(engagement_id, by=g.actor)
            reviews.write(engagement, marks=form.marks, text=form.text.data or "", by=g.actor, now=now)
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _page(engagements.get(engagement_id, by=g.actor), form), 422
    flash(gettext("评价已收下，写好就不能再改。"))
    return redirect(url_for(".review", engagement_id=engagement_id), 303)


@bp.post("/<int:engagement_id>/reply")
def reply(engagement_id: int) -> ResponseReturnValue:
    engagement, now = engagements.get(engagement_id, by=g.actor), datetime.now(UTC)
    require(g.actor, Permission.REVIEW, engagement)
    form, side = ReplyForm(request.form), engagements.side_of(g.actor)
    if reviews.standing(engagement, by=g.actor, on=day_of(now)).may_reply:
        if not form.validate():
            return _page(engagement, reply=form), 422
        if "confirmed" not in request.form:
            return _page(engagement, reply=form, check="edit" not in request.form)
    with transaction():
        sending.once(form.once.data or "", now=now)
        rated = reviews.of(engagements.get(engagement_id, by=g.actor)).get(other(side))
        if rated is None:
            raise NotFound(f"engagement {engagement_id} has no review to reply to")
        reviews.reply(reviews.get(rated.id), text=form.reply.data or "", by=g.actor, now=now)
    flash(gettext("回应已经写在评价下面。"))
    return redirect(url_for(".review", engagement_id=engagement_id), 303)


def _page(
    engagement: Engagement, form: ReviewForm | None = None, *, reply: ReplyForm | None = None, check: bool = False
) -> str:
    standing = reviews.standing(engagement, by=g.actor, on=day_of(datetime.now(UTC)))
    empty = ReviewForm(formdata=None).of(standing.side) if standing.side else None
    return render_template(
        "reviews/check.html" if check else "reviews/review.html",
        frame=FRAMES[g.actor.role],
        engagement=engagement,
        work_title=agreed_work.told(engagement.title, engagement, by=g.actor),
        area=catalogue.area_name(engagement.area_code),
        standing=standing,
        form=form or empty,
        reply=reply or ReplyForm(formdata=None),
        replying=reply is not None,
        periods=parameters.in_force().periods,
        words=words,
        mask=mask,
        day_of=day_of,
    )
