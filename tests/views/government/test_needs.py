import pytest

from directory.db import transaction
from directory.rules.roles import Role
from directory.rules.work import NeedState
from tests import factories, factories_work
from tests.factories import NEIGHBOURHOOD, OTHER_STREET, STREET
from tests.views.organisation.conftest import Desk

SECRETS = {"said": "没地方停车，找13812345678", "place": "天山路 12 号", "resident": "李伯伯"}


@pytest.fixture
def needs(app):
    with transaction():
        return [
            factories_work.need("没地方停车", area_code=NEIGHBOURHOOD, public=False, **SECRETS).id,
            factories_work.need("别处的事", area_code=OTHER_STREET, state=NeedState.UNMET, reason="too_dear").id,
            factories_work.need("草稿", state=NeedState.DRAFT, opened_at=None).id,
        ]


@pytest.fixture
def seat(app):
    def take(role, **more):
        with transaction():
            return Desk(app, factories.account(role, **more))

    return take


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.AUDITOR])
def test_government_reads_all_that_was_published_masked(needs, seat, role):
    desk = seat(role)
    page = desk.get("/government/needs")
    assert all(words in page.text for words in ("没地方停车", "别处的事", "价格超出预算", "天山三村"))
    assert "草稿" not in [row.text for row in page.all("a", inside="table-wrap")]
    for text in (page.response.text, desk.get(f"/government/needs/{needs[0]}").response.text):
        assert [secret for secret in ("13812345678", "天山路 12 号", "李伯伯") if secret in text] == []
    assert desk.get(f"/government/needs/{needs[2]}").status == 404
    assert "别处的事" not in desk.get("/government/needs?state=open").text
    assert "没地方停车" not in desk.get(f"/government/needs?street={OTHER_STREET}").text
    assert desk.get("/government/needs?state=x").status == 422


def test_a_street_reads_those_of_its_street(needs, seat):
    desk = seat(Role.STREET, area_code=STREET)
    assert "别处的事" not in desk.get("/government/needs").text
    assert "没地方停车" in desk.get("/government/needs").text
    assert [desk.get(f"/government/needs/{need_id}").status for need_id in needs] == [200, 403, 404]
