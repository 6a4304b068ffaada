"""A small catalogue, and clients signed in as neighbourhoods."""

from collections.abc import Callable

import pytest
from flask import Flask

from directory.db import db, transaction
from directory.models.taxonomy import Area
from tests import factories, factories_work
from tests.factories import NEIGHBOURHOOD, STREET
from tests.views.organisation.conftest import Desk, counted

__all__ = ["counted"]
NEXT_DOOR = f"{STREET}-02"


@pytest.fixture
def small(app: Flask) -> list[int]:
    """The entries of a small catalogue, indexed, with two neighbourhoods in the street."""
    entries = factories.catalogue()
    with transaction():
        parent = db.session.query(Area).filter_by(code=STREET).one()
        db.session.add(Area(code=NEXT_DOOR, level=2, name="天山四村", parent=parent))
    return entries


@pytest.fixture
def seat(app: Flask, small: list[int]) -> Callable[..., Desk]:
    def take(area_code: str = NEIGHBOURHOOD) -> Desk:
        with transaction():
            return Desk(app, factories_work.neighbour(area_code))

    return take


@pytest.fixture
def desk(seat: Callable[..., Desk]) -> Desk:
    return seat()


@pytest.fixture
def other(seat: Callable[..., Desk]) -> Desk:
    """The neighbourhood next door."""
    return seat(NEXT_DOOR)
