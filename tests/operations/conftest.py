"""A small catalogue, and the index it is in."""

import pytest

from tests import factories


@pytest.fixture
def index(app):
    return app.extensions["engine"].index


@pytest.fixture
def made(app):
    """The entries of a small catalogue, indexed."""
    return factories.catalogue()
