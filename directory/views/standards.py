"""By what standard services are scored: the rubrics in force, and those that scored before, for anyone to read."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from directory.operations import rubrics
from directory.wording import assessing as words

bp = Blueprint("standards", __name__, url_prefix="/rubrics")


@bp.get("")
def every() -> ResponseReturnValue:
    return render_template("standards/rubrics.html", found=rubrics.published(by=g.actor), points=words.points)


@bp.get("/<int:rubric_id>")
def rubric(rubric_id: int) -> ResponseReturnValue:
    found = rubrics.standard(rubric_id, by=g.actor)
    return render_template(
        "standards/rubric.html",
        rubric=found,
        placed=rubrics.placed(found),
        thresholds=rubrics.thresholds(found),
        points=words.points,
        words=words,
    )
