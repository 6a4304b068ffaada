"""Who comes in, whose records open, and what a page costs."""

import re
from itertools import pairwise

import pytest

from directory.db import transaction
from directory.rules.lifecycle import VersionState
from directory.rules.roles import Role
from tests import factories
from tests import factories_applications as made_of
from tests.architecture.routes.organisation import RECORDS, ROUTES
from tests.views.conftest import token

PAGES = [route.split()[1] for route in ROUTES if route.startswith("GET /organisation")]
PLAIN = [address for address in PAGES if "<" not in address]


def filled(route, organisation, accounts=None):
    """The address of a route with records of an organisation in it."""
    address = route.split()[-1]
    for name, make in RECORDS.items():
        if f"<{name}>" in address:
            with transaction():
                address = address.replace(f"<{name}>", str(make(organisation, accounts or {})))
    return address


@pytest.mark.parametrize("address", PLAIN)
def test_a_visitor_is_sent_to_sign_in_and_comes_back(client, home, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response.location == f"/account/sign-in?next={address}"


@pytest.mark.parametrize(
    "role", [Role.DISTRICT, Role.STREET, Role.ASSESSOR, Role.LEAD, Role.AUDITOR, Role.NEIGHBOURHOOD]
)
def test_nobody_else_has_business_here(seat, home, role):
    desk = seat(role)
    assert {desk.get(address).status for address in PLAIN} == {403}
    assert desk.status("/organisation/confirm") == 403


@pytest.mark.parametrize("address", PLAIN)
def test_every_page_opens_for_owner_and_editor(owner, editor, address):
    assert (owner.get(address).status, editor.get(address).status) == (200, 200)


@pytest.mark.parametrize("route", [route for route in ROUTES if "<" in route])
def test_records_of_another_organisation_stay_shut(stranger, home, route):
    address = filled(route, home)
    got = stranger.get(address).status if route.startswith("GET") else stranger.status(address)
    assert got == 403


@pytest.mark.parametrize("route", [route for route in ROUTES if "<" in route and "evidence" not in route])
def test_what_there_is_not_is_not_found(owner, route):
    for number in ("999", str(2**63), str(10**40)):
        address = route.split()[1].replace("<", "").replace(">", "")
        for name in RECORDS:
            address = address.replace(f"/{name}", f"/{number}")
        got = owner.get(address).status if route.startswith("GET") else owner.status(address)
        assert got in {404, 405}


@pytest.mark.parametrize(
    "route", [route for route in ROUTES if "/submit" in route or "applications/<application_id>/withdraw" in route]
)
def test_handing_in_and_withdrawing_are_the_owners(editor, owner, home, route):
    address = filled(route, home)
    assert (editor.get(address).status if route.startswith("GET") else editor.status(address)) == 403
    assert owner.get(address).status == 200


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("POST")])
def test_a_form_without_its_token_does_nothing(owner, home, route):
    assert owner.open(filled(route, home), method="POST").status_code == 400


def test_a_visitors_form_is_refused(client, home):
    answer = client.post("/organisation/confirm", data={"csrf_token": token(client)})
    assert (answer.status_code, "/account/sign-in" in answer.location) == (302, True)


@pytest.mark.parametrize("address", PLAIN)
def test_a_page_asks_the_database_the_same_whatever_there_is(owner, home, address, counted):
    def fill(number):
        with transaction():
            for _ in range(number):
                listed = factories.entry(home)
                made_of.application(made_of.pending(listed.service, name="新名", state=VersionState.DRAFT))
                made_of.offer(home, "P-015")
                made_of.claimed(home, value="4A")

    owner.get(address)
    fill(2)
    few = counted(lambda: owner.get(address))
    fill(8)
    assert counted(lambda: owner.get(address)) == few <= 12


@pytest.mark.parametrize("route", [route for route in ROUTES if route.startswith("GET /organisation")])
def test_a_page_has_one_title_headings_in_order_and_no_style_of_its_own(owner, home, route):
    page = owner.get(filled(route, home))
    levels = [int(e.tag[1]) for e in page.all() if re.fullmatch("h[1-6]", str(e.tag))]
    assert (page.status, levels[0], levels.count(1)) == (200, 1, 1)
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert [name for e in page.all() for name in e.keys() if name == "style" or name.startswith("on")] == []  # noqa: SIM118 - elements are no mappings
    assert len({e.get("id") for e in page.all() if e.get("id")}) == len([e for e in page.all() if e.get("id")])
