"""A need with its answer and five providers, and desks of those who choose and who answer, at any time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
import time_machine
from flask import Flask

from directory.db import db, transaction
from directory.models.account import Account
from directory.models.invitation import Invitation
from directory.models.need import Need
from directory.operations import invitations, shortlists
from directory.policy import Actor
from tests.operations import choosing
from tests.operations.choosing import DEADLINE, Town
from tests.views.organisation.conftest import Desk, counted
from tests.views.page import Page

__all__ = ["counted"]


class Street:
    """`ids` are the entries, `asked` the invitations; everything is read anew."""

    def __init__(self, app: Flask, town: Town) -> None:
        self.app, self.need_id, self.ids = app, town.need.id, town.ids
        self.by, self.owners = town.neighbour, town.owners
        self.asked: list[int] = []

    @property
    def need(self) -> Need:
        db.session.rollback()
        return db.session.get_one(Need, self.need_id)

    def invitation(self, number: int) -> Invitation:
        db.session.rollback()
        return db.session.get_one(Invitation, self.asked[number])

    def address(self, page: str) -> str:
        return f"/neighbourhood/needs/{self.need_id}/{page}"

    def answer(self, number: int, page: str = "") -> str:
        return f"/organisation/invitations/{self.asked[number]}{page}"

    def desk(self, who: Actor) -> Desk:
        db.session.rollback()
        return Desk(self.app, db.session.get_one(Account, who.id))

    @property
    def clerk(self) -> Desk:
        return self.desk(self.by)

    def owner(self, number: int) -> Desk:
        return self.desk(self.owners[number])

    def keep(self, *numbers: int) -> None:
        with transaction():
            for number in numbers:
                shortlists.keep(self.need_in(), self.ids[number], by=self.by, now=choosing.NOW)

    def ask(self, number: int = 3) -> None:
        with transaction():
            wanted = {i: "" if n < choosing.RANKED else "居民熟悉" for n, i in enumerate(self.ids[:number])}
            made = invitations.invite(self.need_in(), wanted, deadline=DEADLINE, by=self.by, now=choosing.NOW)
            self.asked = [each.id for each in made]

    def propose(self, *prices: int) -> None:
        with transaction():
            there = [db.session.get_one(Invitation, each) for each in self.asked]
            for invitation, price, owner in zip(there, prices, self.owners, strict=False):
                choosing.proposals.propose(invitation, choosing.said(price), by=owner, now=choosing.NOW)

    def need_in(self) -> Need:
        return db.session.get_one(Need, self.need_id)


@pytest.fixture
def street(app: Flask) -> Street:
    with transaction():
        town = choosing.town()
        return Street(app, town)


@pytest.fixture
def at() -> Callable[[datetime], Any]:
    """Another time; whoever acts then signs in then."""

    @contextmanager
    def there(moment: datetime) -> Iterator[None]:
        with time_machine.travel(moment, tick=False):
            yield

    return there


def once(page: Page) -> dict[str, str]:
    """The token that a page's form acts once with."""
    return {"once": next(str(e.get("value")) for e in page.all("input") if e.get("name") == "once")}
