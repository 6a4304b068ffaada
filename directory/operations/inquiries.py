"""What providers that were asked want to know of a need. All of them read question and answer, not who asked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.invitation import Invitation
from directory.models.need import Inquiry, Need
from directory.operations import changes, invitations, needs, proposals
from directory.operations.sending import Overtaken
from directory.policy import Actor, Permission, require
from directory.rules.lifecycle import NotAllowed
from directory.rules.work import INVITATIONS, NeedState
from search.text import mask_doors

LONGEST = 500
MOST = 10
SHOWN = 50


class AskedEnough(Conflict):
    def __init__(self) -> None:
        super().__init__(f"at most {MOST} questions by one provider")


def get(inquiry_id: int, *, by: Actor) -> Inquiry:
    """The question, with its need locked for a change. Raises NotFound, Forbidden."""
    found = db.session.get(Inquiry, inquiry_id)
    if found is None:
        raise NotFound(f"no inquiry {inquiry_id}")
    needs.get(found.need_id, by=by)
    db.session.refresh(found)
    return found


def of(need: Need) -> Sequence[Inquiry]:
    """The questions about a need, the latest first. Whoever asks has checked that the need may be read."""
    latest = select(Inquiry).where(Inquiry.need_id == need.id).order_by(Inquiry.id.desc()).limit(SHOWN)
    return db.session.scalars(latest).all()


def ask(invitation: Invitation, text: str, *, by: Actor, now: datetime) -> Inquiry:
    """A provider that was asked and may still answer wants to know something. Raises Invalid, NotAllowed."""
    require(by, Permission.ANSWER_INVITATION, invitation)
    INVITATIONS.after("propose", invitation.state)
    proposals.require_running(invitation, now=now)
    need = invitation.need
    mine = select(func.count()).where(Inquiry.need_id == need.id, Inquiry.organisation_id == invitation.organisation_id)
    if (db.session.scalar(mine) or 0) >= MOST:
        raise AskedEnough
    inquiry = Inquiry(
        need=need, organisation_id=invitation.organisation_id, text=_said("text", text, "question"), asked_at=now
    )
    db.session.add(inquiry)
    db.session.flush()
    audit.record("inquiry:ask", by=by, thing=f"Inquiry:{inquiry.id}", now=now)
    invitations.tell_neighbourhood(need, "question_asked", now=now, **invitations.until(need))
    return inquiry


def seen(inquiry: Inquiry) -> str:
    """Stands for the answer as a page shows it."""
    return changes.fingerprint(inquiry, ("answer",))


def require_seen(inquiry: Inquiry, stood: str) -> None:
    """Raises Overtaken where the answer is another than its writer saw."""
    if stood != seen(inquiry):
        raise Overtaken


def answer(inquiry: Inquiry, text: str, *, by: Actor, now: datetime) -> None:
    """The neighbourhood answers, or puts its answer right, while providers are asked. Raises Invalid, NotAllowed."""
    need = inquiry.need
    require(by, Permission.CHOOSE, need)
    if need.state is not NeedState.SHORTLISTED:
        raise NotAllowed("answer", need.state, {NeedState.SHORTLISTED})
    inquiry.answer, inquiry.answered_at = _said("answer", text, "answer"), now
    audit.record("inquiry:answer", by=by, thing=f"Inquiry:{inquiry.id}", now=now)
    for each in invitations.in_round(need):
        if each.state in invitations.WAITING:
            invitations.tell(each, "question_answered", now=now, **invitations.until(need))


def _said(field: str, text: str, what: str) -> str:
    text = mask_doors(text)
    if not any(character.isalnum() for character in text):
        raise Invalid(field, text, f"{what}_empty", f"the {what} has no words")
    if len(text) > LONGEST:
        raise Invalid(field, len(text), f"{what}_long", f"at most {LONGEST} characters")
    return text
