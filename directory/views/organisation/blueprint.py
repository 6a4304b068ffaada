"""The blueprint of the organisation's pages, and who is let in."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from directory import wording
from directory.operations.changes import Change
from directory.policy import Permission
from directory.rules.calendar import day_of
from directory.views.entrance import let_in
from directory.wording.organisation import FIELDS

bp = Blueprint("organisation", __name__, url_prefix="/organisation")

# Larger than a file may be, so that one a little too large is answered on its form, not by a cut connection.
LARGEST_UPLOAD = 24 * 1024 * 1024


@bp.url_value_preprocessor
def allow_larger_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint == "organisation.propose" and "_user_id" in session:
        request.max_content_length = LARGEST_UPLOAD


@bp.before_request
def let_in_only_who_keeps_a_record() -> ResponseReturnValue | None:
    return let_in(Permission.EDIT_ORGANISATION)


@bp.context_processor
def names() -> dict[str, Any]:
    return {"day_of": day_of}


def difference(changes: Iterable[Change], areas: dict[str, str]) -> list[tuple[str, object, object]]:
    """Changes as macros/work.html shows them."""
    return [
        (
            wording.label(FIELDS, change.field),
            _said(change.field, change.before, areas),
            _said(change.field, change.after, areas),
        )
        for change in changes
    ]


def _said(field: str, value: Any, areas: dict[str, str]) -> object:
    words: dict[str, Callable[[Any], object]] = {
        "areas": lambda codes: wording.series(areas.get(code, code) for code in codes),
        "groups": wording.groups,
        "area_code": lambda code: areas.get(code, code),
        "price_unit": lambda unit: wording.label(wording.PRICE_UNITS, unit),
        "price_low": lambda yuan: gettext("%(n)s 元", n=f"{yuan:,}"),
        "price_high": lambda yuan: gettext("%(n)s 元", n=f"{yuan:,}"),
    }
    return "" if value in (None, "", []) else words.get(field, wording.chinese)(value)
