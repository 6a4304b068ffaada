"""What our own seeds say, and what is learned from them alone; read and trained once."""

import pytest

from tests.search.seeded import Seeds


@pytest.fixture(scope="session")
def seeds():
    return Seeds.read()


@pytest.fixture(scope="session")
def taught(seeds):
    """A router that has learned from the seeds, and from no confirmed need."""
    return seeds.router()
