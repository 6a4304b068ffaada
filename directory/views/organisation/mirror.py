"""The needs an organisation missed, and what cost it each."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from directory.errors import NotFound
from directory.operations import catalogue, mirrors, profiles
from directory.views.clock import now
from directory.views.organisation.blueprint import bp
from directory.wording import supply as words

LONGEST_NUMBER = 18


@bp.get("/mirror")
def mirror() -> ResponseReturnValue:
    organisation = profiles.own(by=g.actor)
    before = _before(request.args.get("before", ""))
    areas = {area.code: area for area in catalogue.areas()}
    return render_template(
        "organisation/mirror.html",
        mirror=mirrors.mirror(organisation, before=before, by=g.actor, now=now()),
        sample=mirrors.SAMPLE,
        streets={
            code: area.parent.name if area.level == 2 and area.parent else area.name for code, area in areas.items()
        },
        words=words,
        later=before is not None,
    )


def _before(given: str) -> int | None:
    """Where the page before ended."""
    if not given:
        return None
    if not (given.isascii() and given.isdecimal()) or len(given) > LONGEST_NUMBER:
        raise NotFound(f"no run {given[:40]!r}")
    return int(given)
