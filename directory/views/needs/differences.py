"""What somebody else changed of a need meanwhile, in words."""

from typing import Any

from flask_babel import gettext

from directory import wording
from directory.operations.changes import Change
from directory.wording import needs as words


def difference(late: tuple[Change, ...]) -> list[tuple[str, object, object]]:
    """Changes as macros/work.html shows them."""
    return [
        (
            wording.label(words.FIELDS, change.field),
            _said(change.field, change.before),
            _said(change.field, change.after),
        )
        for change in late
    ]


def _said(field: str, value: Any) -> object:
    if field == "public":
        return gettext("公开") if value else gettext("不公开")
    if value in (None, "", []):
        return ""
    if field == "urgency":
        return wording.label(words.URGENCIES, value)
    if field == "groups":
        return wording.groups(value)
    return wording.day(value) if field.startswith("wanted") else wording.chinese(value)
