"""Rounds in which two act at the same moment, or which a crash cuts through: one thing happens, or nothing."""

import signal

import pytest
from sqlalchemy import func, select

from directory.db import db, transaction
from directory.models.engagement import Engagement
from directory.models.invitation import Invitation, Proposal
from directory.models.need import Need
from directory.models.notice import Notice
from directory.operations import awards, endings, invitations, needs, proposals
from directory.rules.engagements import Funding
from directory.rules.work import InvitationState, NeedState
from tests.factories import NOW
from tests.operations.agreed import at_once
from tests.operations.choosing import AFTER, asked, proposed, said, told, town
from tests.processes import python

KILLED = """
import os, signal
from directory.app import create_app
from directory.db import transaction
from directory.operations import awards, invitations
from directory.policy import Actor
from directory.rules.engagements import Funding
from directory.rules.roles import Role
from tests.operations.choosing import AFTER
def stop(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
with create_app().app_context():
    {where} = stop
    by = Actor({by}, Role.NEIGHBOURHOOD, None, {area!r})
    with transaction():
        others = {{{other}: ("other_price", "")}}
        found = invitations.get({mine}, by=by)
        awards.award(found, funding=Funding.DONATION, why=("plan", ""), others=others, by=by, now=AFTER)
"""


@pytest.mark.parametrize("turn", range(4))
def test_a_need_taken_back_while_a_provider_proposes_is_taken_back_and_nothing_is_half_done(app, turn):
    with transaction():
        made = town()
        (invitation,) = asked(made, 1)
        need_id, mine, neighbour, owner = made.need.id, invitation.id, made.neighbour, made.owners[0]
    db.session.remove()

    def withdraw():
        endings.withdraw(needs.get(need_id, by=neighbour), reason="solved", by=neighbour, now=NOW)

    def propose():
        proposals.propose(invitations.get(mine, by=owner), said(), by=owner, now=NOW)

    acts = (withdraw, propose) if turn % 2 else (propose, withdraw)
    ends = at_once(app, *acts)
    assert ends in (["NotAllowed", "done"], ["done", "done"])  # late, or in time and then taken back
    assert db.session.get_one(Need, need_id).state is NeedState.WITHDRAWN
    assert db.session.get_one(Invitation, mine).state is InvitationState.RECALLED
    assert db.session.scalar(select(func.count(Proposal.id))) == ends.count("done") - 1
    assert [notice.account_id for notice in told("invitation_recalled")] == [owner.id]


@pytest.mark.parametrize("where", ["awards.invitations.advance", "awards.engagements.begin", "awards._tell_neighbours"])
def test_killed_in_the_middle_of_an_award_nothing_is_awarded_and_it_can_be_done_again(app, tmp_path, where):
    with transaction():
        made = town()
        there = asked(made, 2)
        proposed(made, there, 1500, 1200)
        mine, other = (each.id for each in there)
        need_id, by = made.need.id, made.neighbour
    before = db.session.scalar(select(func.count(Notice.id)))
    db.session.remove()
    process = python(KILLED.format(where=where, by=by.id, area=by.area, mine=mine, other=other), tmp_path)
    complained = process.communicate(timeout=60)[1]
    assert process.returncode == -signal.SIGKILL, complained
    assert db.session.get_one(Need, need_id).state is NeedState.SHORTLISTED
    assert set(db.session.scalars(select(Invitation.state))) == {InvitationState.PROPOSED}
    assert db.session.scalar(select(func.count(Engagement.id))) == 0
    assert db.session.scalar(select(func.count(Notice.id))) == before
    with transaction():
        found, others = invitations.get(mine, by=by), {other: ("other_price", "")}
        awards.award(found, funding=Funding.DONATION, why=("plan", ""), others=others, by=by, now=AFTER)
    assert db.session.scalar(select(func.count(Engagement.id))) == 1
