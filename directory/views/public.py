"""Pages anyone may read."""

from datetime import UTC, datetime, timedelta
from functools import partial

from flask import Blueprint, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from directory.db import db
from directory.errors import Invalid
from directory.forms.needs import NeedForm
from directory.forms.search import address_of, day_from, page_from, search_from, toggled
from directory.operations import catalogue, exposure_reports, parameters, ratings, searches
from directory.rules.calendar import day_of
from directory.web import LANGUAGES, ours
from directory.wording.supply import percent

bp = Blueprint("public", __name__)

EXAMPLES = (
    "楼道里堆满杂物，灭火器也过期了",
    "晚上回来没地方停车，邻居天天为车位吵架",
    "独居老人中午吃饭没着落，想找人送餐",
)
SIZES = ("normal", "large")


@bp.get("/")
def home() -> ResponseReturnValue:
    form = NeedForm(text=request.args.get("text", "")[:1000]).offer(catalogue.areas())
    return render_template(
        "public/home.html",
        form=form,
        examples=EXAMPLES,
        fields=catalogue.fields(),
        totals=catalogue.totals(),
        changes=catalogue.latest_changes(),
    )


@bp.get("/categories")
def categories() -> ResponseReturnValue:
    return render_template("public/categories.html", branches=catalogue.tree())


@bp.get("/categories/<code>")
def category(code: str) -> ResponseReturnValue:
    found = catalogue.category(code)
    if found.level == 1:
        return render_template("public/field.html", field=found, services=catalogue.children(found))
    if found.retired_at is not None:
        now = {c.id: c for c in catalogue.categories()}.get(found.merged_into_id or 0)
        return render_template("public/retired.html", category=found, now=now, since=day_of(found.retired_at))
    where = {"category": frozenset({code})}
    results = searches.run(
        searches.Search(where=where), engine=current_app.extensions["engine"], on=day_of(datetime.now(UTC))
    )
    return render_template(
        "public/category.html", category=found, results=results, around=catalogue.named(found.around)
    )


@bp.get("/search")
def search() -> ResponseReturnValue:
    page = partial(
        render_template, "public/search.html", given=request.args, address_of=address_of, toggled=toggled, fault=None
    )
    try:
        asked = search_from(request.args)
        results = searches.run(asked, engine=current_app.extensions["engine"], on=day_of(datetime.now(UTC)))
    except Invalid as fault:
        return page(search=searches.Search(), results=None, fault=fault), 422
    names = {c.code: c for c in catalogue.categories()} | {a.code: a for a in catalogue.areas()}
    return page(search=asked, results=results, names=names)


@bp.get("/organisations/<int:organisation_id>")
def organisation(organisation_id: int) -> ResponseReturnValue:
    """What the gates say is of today, or of the day asked about."""
    today = day_of(datetime.now(UTC))
    fault = None
    try:
        on = day_from(request.args, today=today)
    except Invalid as wrong:
        on, fault = today, wrong
    standing = catalogue.organisation(organisation_id, on=on)
    areas = {area.code: area.name for area in catalogue.areas()}
    page = render_template(
        "public/organisation.html",
        standing=standing,
        rated=ratings.of(organisation_id, on=today),
        today=today,
        areas=areas,
        on=on,
        fault=fault,
        given=request.args,
    )
    return page, 422 if fault else 200


@bp.get("/organisations/<int:organisation_id>/reviews")
def organisation_reviews(organisation_id: int) -> ResponseReturnValue:
    today = day_of(datetime.now(UTC))
    found, rated, shown = ratings.published(organisation_id, page=page_from(request.args), on=today)
    areas = {area.code: area.name for area in catalogue.areas()}
    return render_template(
        "public/organisation_reviews.html", organisation=found, shown=shown, rated=rated, areas=areas
    )


@bp.get("/services/<int:service_id>")
def service(service_id: int) -> ResponseReturnValue:
    offer = catalogue.service(service_id)
    today = day_of(datetime.now(UTC))
    areas = {area.code: area.name for area in catalogue.areas()}
    standing = catalogue.organisation(offer.organisation.id, on=today)
    rated = ratings.of(offer.organisation.id, on=today, category_id=offer.category.id)
    return render_template("public/service.html", offer=offer, areas=areas, standing=standing, rated=rated, today=today)


@bp.get("/ranking")
def ranking() -> ResponseReturnValue:
    chances, until = exposure_reports.in_short(day_of(datetime.now(UTC)))
    return render_template(
        "public/ranking.html",
        rules=parameters.in_force(),
        chances=chances,
        counted=until and day_of(until),
        percent=percent,
    )


@bp.get("/about")
def about() -> ResponseReturnValue:
    return render_template("public/about.html")


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    return render_template("public/accessibility.html")


@bp.get("/preferences")
def preferences() -> ResponseReturnValue:
    """Remember language and size of type, and go back to a page of ours."""
    response = make_response(redirect(ours(request.args.get("back", "/"))))
    for name, allowed in (("language", tuple(LANGUAGES)), ("size", SIZES)):
        if (chosen := request.args.get(name)) in allowed:
            response.set_cookie(name, chosen, max_age=timedelta(days=365), samesite="Lax", httponly=True)
    return response


@bp.get("/health")
def health() -> ResponseReturnValue:
    """For a watchdog: the database answers."""
    db.session.scalar(db.select(1))
    return {"status": "ok"}
