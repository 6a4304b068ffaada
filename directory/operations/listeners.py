"""Who hears of a need: the neighbourhood whose it is, those who joined it, the providers that were asked."""

from datetime import datetime

from directory.models.need import Need
from directory.operations import invitations, needs, notices
from directory.policy import Actor


def title(need: Need) -> str:
    """The need in a few words."""
    return need.text if len(need.text) <= 30 else f"{need.text[:29]}…"


def tell_owner(need: Need, kind: str, *, but: Actor | None = None, now: datetime, **facts: str) -> None:
    """Everybody of the neighbourhood, `but` whoever did it."""
    people = set(notices.neighbours(need.area_code))
    people -= {but.id} if but is not None and but.id is not None else set()
    notices.tell(people, kind, link=f"/neighbourhood/needs/{need.id}", now=now, **{"title": title(need), **facts})


def tell_joined(need: Need, kind: str, *, now: datetime) -> None:
    """Where they can read on, and make a need of their own of it."""
    joined = set(needs.concerned(need)) - set(notices.neighbours(need.area_code))
    notices.tell(joined, kind, link=f"/needs/{need.id}", now=now, title=title(need))


def tell_asked(need: Need, kind: str, *, now: datetime) -> None:
    """The providers that are to answer, or wait for what becomes of their proposal."""
    for invitation in invitations.in_round(need):
        if invitation.state in invitations.WAITING:
            invitations.tell(invitation, kind, now=now, title=title(need))
