"""A neighbourhood's need: reading it, and each step on its way. Who writes one: see postings.py."""

from datetime import datetime

from directory import audit
from directory.db import db
from directory.errors import NotFound
from directory.models.need import Need
from directory.operations import notices
from directory.policy import Actor, Permission, require
from directory.rules.work import NEEDS, NeedState

# What stands on the board, where it is public.
SHOWN = (NeedState.OPEN, NeedState.SHORTLISTED, NeedState.AWARDED, NeedState.IN_SERVICE)


def get(need_id: int, *, by: Actor) -> Need:
    """The need, locked for a change. Raises NotFound, Forbidden."""
    found = db.session.get(Need, need_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound(f"no need {need_id}")
    require(by, Permission.READ_NEED, found)
    return found


def is_shown(need: Need) -> bool:
    """Whether it stands on the board, for all to read."""
    return need.public and need.state in SHOWN


def advance(need: Need, step: str, *, by: Actor, now: datetime, reason: str = "", note: str = "") -> None:
    """Take a step of the need's lifecycle and put it on record; who may take it, the caller asks. Raises NotAllowed.

    `reason` is a code, `note` what was said with it.
    """
    need.state = NEEDS.after(step, need.state)
    need.since, need.reason, need.note = now, reason, note
    said = ": ".join(filter(None, (reason, note)))
    audit.record(f"need:{step}", by=by, thing=f"Need:{need.id}", now=now, reason=said)


def concerned(need: Need) -> list[int]:
    """The accounts of the neighbourhood whose need it is and of all that joined it."""
    there = {need.area_code, *(joining.area_code for joining in need.joinings if joining.left_at is None)}
    return sorted({account for area in there for account in notices.neighbours(area)})
