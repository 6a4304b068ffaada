"""Agreed work, and people of both sides and of the offices at browsers of their own."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from directory.db import db
from directory.models.account import Account
from directory.policy import Actor
from directory.rules.work import EngagementState
from tests.operations import agreed
from tests.operations.agreed import Work
from tests.views.organisation.conftest import Desk, counted

__all__ = ["counted"]
SAID = "我是 5 号 402 的张阿姨，13800138000，晚上没地方停车"


@pytest.fixture
def at(app: Flask) -> Callable[[Actor], Desk]:
    """The desk of somebody."""
    return lambda actor: Desk(app, db.session.get_one(Account, actor.id))


@pytest.fixture
def begun(app: Flask) -> Callable[..., Work]:
    """Work in a state, whose need was said in words that hold personal data."""

    def make(state: EngagementState = EngagementState.RUNNING, **changed: Any) -> Work:
        made = agreed.work(state, **changed)
        if made.now.need is not None:
            made.now.need.said = SAID
            db.session.commit()
        return made

    return make


@pytest.fixture
def work(begun: Callable[..., Work]) -> Work:
    return begun()


@pytest.fixture
def provider(at: Callable[[Actor], Desk], work: Work) -> Desk:
    return at(work.provider)


@pytest.fixture
def neighbour(at: Callable[[Actor], Desk], work: Work) -> Desk:
    return at(work.neighbour)
