"""Who hears of a need: the neighbourhood whose it is, those who joined it, the providers that were asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from directory.db import db
from directory.models.invitation import Invitation
from directory.models.need import Need
from directory.operations import needs, notices
from directory.policy import Actor
from directory.rules.work import InvitationState


def title(need: Need) -> str:
    """The need in a few words."""
    return need.text if len(need.text) <= 30 else f"{need.text[:29]}…"


def standing(need: Need) -> Sequence[Invitation]:
    """The invitations that wait for an answer or for what becomes of it, locked for a change."""
    waiting = Invitation.state.in_((InvitationState.SENT, InvitationState.PROPOSED))
    query = select(Invitation).where(Invitation.need_id == need.id, waiting).order_by(Invitation.id)
    return db.session.scalars(query.with_for_update()).all()


def tell_owner(need: Need, kind: str, *, but: Actor | None = None, now: datetime, **facts: str) -> None:
    """Everybody of the neighbourhood, `but` whoever did it."""
    people = set(notices.neighbours(need.area_code))
    people -= {but.id} if but is not None and but.id is not None else set()
    notices.tell(people, kind, link=f"/neighbourhood/needs/{need.id}", now=now, **{"title": title(need), **facts})


def tell_joined(need: Need, kind: str, *, now: datetime) -> None:
    """Where they can read on, and make a need of their own of it."""
    joined = set(needs.concerned(need)) - set(notices.neighbours(need.area_code))
    notices.tell(joined, kind, link=f"/needs/{need.id}", now=now, title=title(need))


def tell_asked(need: Need, asked: Sequence[Invitation], kind: str, *, now: datetime) -> None:
    for invitation in asked:
        keepers, link = notices.keepers(invitation.organisation_id), f"/organisation/invitations/{invitation.id}"
        notices.tell(keepers, kind, link=link, now=now, title=title(need))
