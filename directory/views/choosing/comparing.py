"""From the frozen answer to a shortlist, and its entries side by side."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory.db import transaction
from directory.errors import Invalid
from directory.forms.search import page_from
from directory.operations import catalogue, comparisons, parameters, runs, shortlists
from directory.rules.work import NEEDS
from directory.views.choosing.blueprint import bp, number, own
from directory.views.clock import now, today

BACK = {"choose": "choosing.choose", "compare": "choosing.compare", "outside": "choosing.outside"}


@bp.get("/<int:need_id>/choose")
def choose(need_id: int) -> ResponseReturnValue:
    """The providers of the frozen answer with their reasons, and what is kept of them so far."""
    need = own(need_id)
    account = runs.account(need.run, by=g.actor) if need.run else None
    ids = [each.line.entry_id for each in account.matches] if account else []
    return render_template(
        "choosing/choose.html",
        need=need,
        account=account,
        standing={offer.entry.id: offer.entry for offer in catalogue.offers(ids)},
        kept=shortlists.of(need, by=g.actor),
        most=shortlists.MOST,
        choosable="invite" in NEEDS.open_to(need.state),
    )


@bp.post("/<int:need_id>/shortlist")
def shortlist(need_id: int) -> ResponseReturnValue:
    """Keep or drop one entry, and go back to the page that asked."""
    entry_id, drop = number(request.form.get("entry")), request.form.get("step") == "drop"
    with transaction():
        need = own(need_id)
        if drop:
            shortlists.drop(need, entry_id, by=g.actor, now=now())
        else:
            shortlists.keep(need, entry_id, by=g.actor, now=now())
    flash(gettext("已从比选里去掉。") if drop else gettext("已加入比选。"))
    back = BACK.get(request.form.get("back", ""), "choosing.choose")
    names = ("q", "category", "page") if back == BACK["outside"] else ()
    asked: dict[str, Any] = {name: request.form[name] for name in names if name in request.form}
    return redirect(url_for(back, need_id=need_id, **asked), 303)


@bp.get("/<int:need_id>/compare")
def compare(need_id: int) -> ResponseReturnValue:
    need = own(need_id)
    rules = parameters.in_force()
    kept = shortlists.ids(need)
    return render_template(
        "choosing/compare.html",
        need=need,
        found=comparisons.of(need, kept, rules=rules, by=g.actor, on=today()),
        areas={area.code: area.name for area in catalogue.areas()},
        choosable="invite" in NEEDS.open_to(need.state),
    )


@bp.get("/<int:need_id>/outside")
def outside(need_id: int) -> ResponseReturnValue:
    """Providers beside the answer: listed entries by name or category."""
    need, fault = own(need_id), None
    asked = request.args.get("q", "").strip()
    code = request.args.get("category", need.category.code if need.category and not asked else "")
    categories = [each for each in catalogue.categories() if each.level == 2]
    known = {each.code: each.id for each in categories}
    try:
        shown = shortlists.search(asked, category=known.get(code), page=page_from(request.args))
    except Invalid as found:
        fault, shown = found, shortlists.search("", category=known.get(code))
    return render_template(
        "choosing/outside.html",
        need=need,
        shown=shown,
        fault=fault,
        q=asked,
        code=code if code in known else "",
        categories=categories,
        kept=set(shortlists.ids(need)),
        choosable="invite" in NEEDS.open_to(need.state),
    ), (422 if fault else 200)
