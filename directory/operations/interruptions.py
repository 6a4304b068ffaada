"""What it means for choices and work under way that an entry leaves the catalogue or comes back: people are told.

Nothing ends by itself: an invitation stays open, work may go on or be ended, what is done is signed off and reviewed.
"""

from datetime import datetime

from sqlalchemy import select

from directory.db import db
from directory.models.engagement import Engagement
from directory.models.invitation import Invitation
from directory.models.service import Entry
from directory.operations import engagements, notices
from directory.rules.engagements import Side
from directory.rules.lifecycle import EntryState
from directory.rules.work import InvitationState

# What those who asked are told, and each side of work.
_INTERRUPTED = "invited_interrupted", {Side.NEIGHBOURHOOD: "work_interrupted", Side.PROVIDER: "own_work_interrupted"}
_RESTORED = "invited_restored", {Side.NEIGHBOURHOOD: "work_restored", Side.PROVIDER: "own_work_restored"}
_OPEN = (InvitationState.SENT, InvitationState.PROPOSED)


def tell(entry: Entry, *, now: datetime) -> None:
    """Those who chose among providers with it, and both sides of unfinished work with it, learn where it stands."""
    asking, working = _RESTORED if entry.state is EntryState.LISTED else _INTERRUPTED
    organisation = entry.service.organisation
    asked = select(Invitation).where(
        Invitation.organisation_id == organisation.id, Invitation.state.in_(_OPEN), Invitation.entry_id == entry.id
    )
    for invitation in db.session.scalars(asked.order_by(Invitation.id)):
        notices.tell(
            notices.neighbours(invitation.area_code),
            asking,
            link=f"/neighbourhood/needs/{invitation.need_id}",
            now=now,
            organisation=organisation.name,
            reason=entry.reason,
        )
    work = select(Engagement).where(Engagement.entry_id == entry.id, Engagement.state.in_(engagements.UNFINISHED))
    for engagement in db.session.scalars(work.order_by(Engagement.id)):
        for side in Side:
            engagements.tell(engagement, working[side], to=side, now=now, reason=entry.reason)
