"""Asking providers whether they would take on a need: a round with a deadline, extended or called off."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from directory import audit
from directory.db import db
from directory.errors import Conflict, Invalid, NotFound
from directory.models.invitation import Invitation
from directory.models.need import Need
from directory.models.organisation import Organisation
from directory.models.service import Entry, Service
from directory.operations import needs, notices, parameters, shortlists
from directory.operations.paging import Shown, paged
from directory.policy import Actor, Permission, require
from directory.rules import inviting, reasons
from directory.rules.calendar import DISTRICT_ZONE, day_of
from directory.rules.lifecycle import NotAllowed
from directory.rules.work import INVITATIONS, NEEDS, InvitationState, NeedState
from search.text import mask_doors

LONGEST_WHY = 200
MOST_SHOWN = 100
WAITING = frozenset({InvitationState.SENT, InvitationState.PROPOSED})


class Opened(Conflict):
    """What was proposed may be read already: nobody else can be asked in this round, and nothing takes longer."""

    def __init__(self) -> None:
        super().__init__("the answers of this round may be read already")


class TooMany(Conflict):
    def __init__(self, most: int) -> None:
        self.most = most
        super().__init__(f"at most {most} in a round")


def get(invitation_id: int, *, by: Actor) -> Invitation:
    """The invitation, locked for a change together with its need. Raises NotFound, Forbidden."""
    need_id = db.session.scalar(select(Invitation.need_id).where(Invitation.id == invitation_id))
    if need_id is None:
        raise NotFound(f"no invitation {invitation_id}")
    # The need first, as all do who act on one: two who lock both cannot wait for each other.
    need = db.session.get_one(Need, need_id, with_for_update=True, populate_existing=True)
    found = db.session.get_one(Invitation, invitation_id, with_for_update=True, populate_existing=True)
    set_committed_value(found, "need", need)
    require(by, Permission.READ_INVITATION, found)
    return found


def advance(invitation: Invitation, step: str, *, by: Actor, now: datetime, reason: str = "", note: str = "") -> None:
    """Take a step of its lifecycle and put it on record; who may take it, the caller asks. Raises NotAllowed."""
    invitation.state = INVITATIONS.after(step, invitation.state)
    invitation.since, invitation.reason, invitation.note = now, reason, note
    said = ": ".join(filter(None, (reason, note)))
    audit.record(f"invitation:{step}", by=by, thing=f"Invitation:{invitation.id}", now=now, reason=said)


def in_round(need: Need) -> list[Invitation]:
    """Those asked in a round, by default the one that runs or ran last, with what they offer."""
    query = _named().where(Invitation.need_id == need.id, Invitation.round == need.round)
    return list(db.session.scalars(query.order_by(Invitation.id)))


def rounds(need: Need) -> tuple[list[Invitation], list[Invitation]]:
    """Those asked in the round that runs or was decided, and those of the rounds before; of an open need all are."""
    query = _named().where(Invitation.need_id == need.id).order_by(Invitation.round.desc(), Invitation.id)
    found = list(db.session.scalars(query.limit(MOST_SHOWN)))
    last = None if need.state is NeedState.OPEN else need.round
    return [each for each in found if each.round == last], [each for each in found if each.round != last]


def of(
    organisation: Organisation, *, state: InvitationState | None = None, page: int = 1, by: Actor
) -> Shown[Invitation]:
    """What an organisation was asked, the latest first."""
    require(by, Permission.READ_ORGANISATION, organisation)
    query = _named().where(Invitation.organisation_id == organisation.id)
    if state is not None:
        query = query.where(Invitation.state == state)
    return paged(query.order_by(Invitation.id.desc()), page)


def opened(need: Need, invitations: Sequence[Invitation], *, now: datetime) -> bool:
    """Whether the proposals of the need's round may be read."""
    if need.deadline is None:
        return False
    return inviting.opened(need.deadline, (each.state for each in invitations), now)


def invite(
    need: Need, asked: Mapping[int, str], *, deadline: datetime | None = None, by: Actor, now: datetime
) -> list[Invitation]:
    """Ask the providers of these entries, each with why it is asked where the frozen answer does not name it.

    The first ones asked open a round and set its deadline; more may be asked while nothing can be read yet, and
    while there is as much time left to answer as the first ones had to be given.
    Raises Invalid, NotListed, TooMany, Opened, NotAllowed.
    """
    require(by, Permission.CHOOSE, need)
    NEEDS.after("invite", need.state)
    first = need.state is NeedState.OPEN
    there = [] if first else in_round(need)
    if first:
        deadline = _checked(deadline, now)
    elif opened(need, there, now=now):
        raise Opened
    elif need.deadline is not None and inviting.problem(need.deadline, now) == "too_soon":
        raise Invalid("entries", _said(need.deadline), "deadline_near", "extend the deadline first")
    if not asked:
        raise Invalid("entries", "", "empty", "choose whom to ask")
    most = parameters.in_force().contracting.most_invited
    if len(there) + len(asked) > most:
        raise TooMany(most)
    if first:
        need.round, need.deadline = need.round + 1, deadline
    known = {each.organisation_id for each in there}
    ranked = shortlists.lines(need, asked)
    made = []
    for entry_id, outside in asked.items():
        entry = shortlists.listed(entry_id)
        organisation = entry.service.organisation
        if organisation.id in known:
            raise Invalid("entries", organisation.name, "same_organisation", "each organisation is asked once")
        known.add(organisation.id)
        line = ranked.get(entry_id)
        made.append(
            Invitation(
                need=need,
                round=need.round,
                organisation=organisation,
                entry=entry,
                line_id=None if line is None else line.id,
                outside=why_outside(entry_id, outside) if line is None else "",
                since=now,
                created_at=now,
            )
        )
    db.session.add_all(made)
    db.session.flush()
    needs.advance(need, "invite", by=by, now=now)
    for each in made:
        audit.record("invitation:send", by=by, thing=f"Invitation:{each.id}", now=now, reason=each.outside)
        tell(each, "invited", now=now, **until(need))
    return made


def why_outside(entry_id: int, said: str) -> str:
    """Why somebody beside the frozen answer is asked. Raises Invalid."""
    said = mask_doors(said)
    if not said:
        raise Invalid(f"outside_{entry_id}", said, "outside_empty", "say why a provider outside the answer is asked")
    if len(said) > LONGEST_WHY:
        raise Invalid(f"outside_{entry_id}", len(said), "outside_long", f"at most {LONGEST_WHY} characters")
    return said


def extend(need: Need, deadline: datetime, *, by: Actor, now: datetime) -> None:
    """Give everybody asked more time, before anything can be read. Raises Invalid, Opened, NotAllowed."""
    require(by, Permission.CHOOSE, need)
    if need.state is not NeedState.SHORTLISTED or need.deadline is None:
        raise NotAllowed("extend", need.state, {NeedState.SHORTLISTED})
    there = in_round(need)
    if opened(need, there, now=now):
        raise Opened
    if _checked(deadline, now) <= need.deadline:
        raise Invalid("deadline", f"{deadline:%Y-%m-%d %H:%M}", "not_later", "a deadline only moves to a later time")
    need.deadline = deadline
    audit.record("need:extend", by=by, thing=f"Need:{need.id}", now=now, reason=deadline.isoformat())
    for each in there:
        if each.state in WAITING:
            tell(each, "deadline_extended", now=now, **until(need))


def reopen(need: Need, *, reason: str, by: Actor, now: datetime) -> None:
    """Call a round off, so that another can begin; what was proposed in it stays as it was. Raises NotAllowed."""
    require(by, Permission.CHOOSE, need)
    if need.state is not NeedState.SHORTLISTED:
        raise NotAllowed("reopen", need.state, {NeedState.SHORTLISTED})
    said = mask_doors(reasons.brief(reason))
    recall_all(need, note=said, by=by, now=now)
    needs.advance(need, "reopen", note=said, by=by, now=now)
    need.deadline = None


def recall_all(need: Need, *, reason: str = "", note: str = "", by: Actor, now: datetime) -> None:
    """Take back the invitations that wait for an answer or an award, and say why: the need asks for nobody now."""
    for each in in_round(need):
        if each.state in WAITING:
            advance(each, "recall", reason=reason, note=note, by=by, now=now)
            tell(each, "invitation_recalled", now=now, reason=reason, note=note)


def lapse(need: Need, invitations: Sequence[Invitation], *, by: Actor, now: datetime) -> int:
    """Note who did not answer until the deadline; gives how many."""
    late = [each for each in invitations if each.state is InvitationState.SENT]
    for each in late:
        advance(each, "lapse", by=by, now=now)
        tell(each, "invitation_lapsed", now=now)
    return len(late)


def due(day: date, *, by: Actor, now: datetime) -> Counter[str]:
    """What a day's run does: invitations past their deadline lapse, those that soon will are reminded of."""
    done = Counter[str]()
    late: dict[int, list[Invitation]] = {}
    running = Need.state == NeedState.SHORTLISTED, Invitation.round == Need.round
    waiting = _named().join(Invitation.need).where(*running, Invitation.state == InvitationState.SENT)
    for each in db.session.scalars(waiting.where(Need.deadline < now).order_by(Invitation.id)):
        late.setdefault(each.need_id, []).append(each)
    for invitations in late.values():
        need = invitations[0].need
        done["lapsed"] += lapse(need, invitations, by=by, now=now)
        answered = any(each.state is InvitationState.PROPOSED for each in in_round(need))
        tell_neighbourhood(need, "proposals_open" if answered else "nobody_answered", now=now)
    soon = waiting.where(closing_soon(day), Invitation.created_at <= now)
    for each in db.session.scalars(soon.order_by(Invitation.id)):
        deadline = each.need.deadline
        tell(each, "answer_due", now=now, once=f"answer:{each.id}:{deadline:%Y%m%d%H%M}", **until(each.need))
        done["asked_again"] += 1
    return +done


def closing_soon(day: date) -> ColumnElement[bool]:
    """Needs of whose deadline people are reminded on a day."""
    tomorrow = datetime.combine(day + timedelta(days=1), time.min, DISTRICT_ZONE)
    until = tomorrow + timedelta(days=parameters.in_force().reminders.deadline_days)
    return (Need.deadline >= tomorrow) & (Need.deadline < until)


def tell(invitation: Invitation, kind: str, *, now: datetime, once: str | None = None, **facts: str) -> None:
    """Leave a notice for those who keep the record of the organisation that was asked."""
    category = invitation.need.category
    notices.tell(
        notices.keepers(invitation.organisation_id),
        kind,
        link=f"/organisation/invitations/{invitation.id}",
        now=now,
        once=once,
        **{"need": "" if category is None else category.name, **facts},
    )


def tell_neighbourhood(need: Need, kind: str, *, now: datetime, once: str | None = None, **facts: object) -> None:
    """Leave a notice for the neighbourhood that chooses."""
    name = "" if need.category is None else need.category.name
    link = f"/neighbourhood/needs/{need.id}/proposals"
    notices.tell(notices.neighbours(need.area_code), kind, link=link, now=now, once=once, **{"need": name, **facts})


def until(need: Need) -> dict[str, str]:
    """The deadline as notices say it: its day, and its hour of the district."""
    if need.deadline is None:
        return {}
    hour = need.deadline.astimezone(DISTRICT_ZONE)
    return {"until": day_of(need.deadline).isoformat(), "hour": f"{hour:%H:%M}"}


def _checked(deadline: datetime | None, now: datetime) -> datetime:
    if deadline is None:
        raise Invalid("deadline", "", "empty", "say until when")
    if wrong := inviting.problem(deadline, now):
        raise Invalid("deadline", _said(deadline), wrong, "from 1 hour to 60 days on")
    return deadline


def _said(deadline: datetime) -> str:
    return f"{deadline.astimezone(DISTRICT_ZONE):%Y-%m-%d %H:%M}"


def _named() -> Select[Invitation]:
    """With all that pages name of them; never with what was proposed."""
    offered = joinedload(Invitation.entry)
    return select(Invitation).options(
        joinedload(Invitation.organisation),
        joinedload(Invitation.need).joinedload(Need.category),
        offered.joinedload(Entry.version),
        offered.joinedload(Entry.service).joinedload(Service.category),
    )
