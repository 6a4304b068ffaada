"""What an organisation says of itself, and the page on which it confirms that all is still true."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.db import transaction
from directory.errors import Invalid
from directory.forms.organisation import ConfirmForm, ProfileForm
from directory.operations import catalogue, changes, offers, profiles
from directory.operations.changes import Change
from directory.views.clock import now, today
from directory.views.organisation.blueprint import bp, difference


@bp.get("/profile")
def profile() -> ResponseReturnValue:
    organisation = profiles.own(by=g.actor)
    form = ProfileForm(formdata=None, obj=organisation, seen=profiles.seen(organisation))
    return _profile_page(form.offer(catalogue.areas(), organisation.area_code))


@bp.post("/profile")
def save_profile() -> ResponseReturnValue:
    organisation = profiles.own(by=g.actor)
    form = ProfileForm(request.form).offer(catalogue.areas(), organisation.area_code)
    if not form.validate():
        return _profile_page(form), 422
    try:
        with transaction():
            organisation = profiles.own(by=g.actor)
            changed = profiles.edit(organisation, form.said(), seen=form.seen.data or "", by=g.actor, now=now())
    except Invalid as fault:
        if not form.blame(fault):
            raise
        return _profile_page(form), 422
    except changes.Stale as late:
        form.seen.data = profiles.seen(profiles.own(by=g.actor))
        return _profile_page(form, late=late.changes), 409
    flash(gettext("已保存，公开页面马上就是新的。") if changed else gettext("内容没有变，不用保存。"))
    return redirect(url_for(".profile"), 303)


@bp.get("/confirm")
def confirmation() -> ResponseReturnValue:
    """All that is being confirmed, on one page."""
    organisation = profiles.own(by=g.actor)
    return render_template(
        "organisation/confirm.html",
        form=ConfirmForm(formdata=None),
        organisation=organisation,
        held=profiles.held(organisation, on=today()),
        offers=[kept for kept in offers.kept(organisation, by=g.actor) if kept.listed],
        areas=_area_names(),
        today=today(),
    )


@bp.post("/confirm")
def confirm() -> ResponseReturnValue:
    with transaction():
        due = profiles.confirm(profiles.own(by=g.actor), by=g.actor, now=now())
    flash(gettext("已确认。下次请在%(day)s以前再确认一次，到时会提醒。", day=wording.day(due)))
    return redirect(url_for(".start"), 303)


def _profile_page(form: ProfileForm, late: tuple[Change, ...] = ()) -> str:
    organisation = profiles.own(by=g.actor)
    return render_template(
        "organisation/profile.html",
        form=form,
        organisation=organisation,
        held=profiles.held(organisation, on=today()),
        late=difference(late, _area_names()),
    )


def _area_names() -> dict[str, str]:
    return {area.code: area.name for area in catalogue.areas()}
